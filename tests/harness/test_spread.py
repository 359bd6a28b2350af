"""A run that is spread, over processes by pytest-xdist or over machines by API, finds what one process finds."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausewise.mock import APIS
from clausewise.record import RecordData, merge, notices, read, settle
from tests.harness.driving import BASELINE, SUITE, Finished, suite
from tests.harness.servers import Call, Mock, Reply, serving

pytestmark = pytest.mark.whole_run

WHOLE = (str(SUITE), "--hypothesis-seed", "3")
NAMED = (BASELINE, str(SUITE / "test_clauses.py"), str(SUITE / "test_answers.py"))

ENDS_ITS_PROCESS = """
import os
import pytest

@pytest.mark.baseline
@pytest.mark.parametrize("api", ["moov"], indirect=True)
def test_ends(api):
    api.require_baseline()
    os._exit(1)
"""

Verdicts = set[tuple[str | None, str, str]]


async def finds_no_fault(call: Call, mock: Mock) -> Reply:
    """Creates what should be refused by 422."""
    reply = await mock(call)
    return Reply(201) if reply.status == 422 else reply


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """One run in one process, in two, and as three shards; and the same against a target that breaks clauses."""
    plans: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "one": (tuple(APIS), ()),
        "two processes": (tuple(APIS), ("-n", "2")),
        **{f"shard {api}": ((api,), ()) for api in APIS},
        "broken": (("moov",), ()),
        "broken, two processes": (("moov",), ("-n", "2")),
    }

    def run(name: str) -> Finished:
        apis, arguments = plans[name]
        directory = tmp_path_factory.mktemp("run")
        if not name.startswith("broken"):
            return suite(directory, *WHOLE, *arguments, apis=apis)
        with serving(finds_no_fault) as server:
            url = ("--base-url", server.base_url)
            return suite(directory, *NAMED, *arguments, *url, environment=server.environment)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(plans, pool.map(run, plans), strict=True))


@pytest.mark.parametrize(
    ("one", "spread", "code"), [("one", "two processes", 0), ("broken", "broken, two processes", 1)]
)
def test_two_processes_find_what_one_finds(runs: dict[str, Finished], one: str, spread: str, code: int) -> None:
    alone, shared = runs[one], runs[spread]
    assert (alone.code, shared.code) == (code, code)
    assert shared.verdicts() == alone.verdicts()


def test_the_shards_of_three_machines_find_what_one_finds(runs: dict[str, Finished]) -> None:
    shards = [runs[f"shard {api}"] for api in APIS]
    merged = merge({run.directory.name: record_of(run) for run in shards})

    assert [run.code for run in shards] == [0, 0, 0]
    assert verdicts(merged) == runs["one"].verdicts()
    assert outcomes(merged) == outcomes(record_of(runs["one"]))


def test_the_record_of_two_processes_is_as_complete_as_that_of_one(runs: dict[str, Finished]) -> None:
    alone, shared = record_of(runs["one"]), record_of(runs["two processes"])

    assert [api.api for api in shared.header.apis] == list(APIS)
    assert shared.exchanges.keys() == alone.exchanges.keys()
    assert len(shared.creations) == len(alone.creations) > 0
    assert shared.footer
    assert alone.footer
    assert (shared.footer.exit, shared.footer.requests) == (0, alone.footer.requests)
    assert shared.footer.outcomes == alone.footer.outcomes
    assert notices(shared) == ()


def test_two_processes_leave_what_one_leaves(runs: dict[str, Finished]) -> None:
    alone, shared = ({path.name for path in runs[name].reports.iterdir()} for name in ("one", "two processes"))
    results = [len(list(runs[name].reports.glob("allure-results/*-result.json"))) for name in ("one", "two processes")]

    assert shared == alone
    assert results[0] == results[1] > 0
    assert re.search(r"(?m)^\s+moov\s+\d+\s+0\s+", runs["two processes"].output)


def test_a_process_that_dies_leaves_a_red_run_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_ends.py").write_text(ENDS_ITS_PROCESS, encoding="utf-8")
    run = suite(tmp_path, "-p", "clausewise.pytest_plugin", "-n", "1", "--max-worker-restart", "0", "test_ends.py")

    sentence = "The process gw0 came to no end, so its part of the record stops early."
    assert run.code == 1
    assert sentence in run.output
    [complaint] = run.lines("footer")[0]["complaints"]
    assert (complaint["text"], complaint["code"]) == (sentence, "cut-off")
    assert len(run.lines("exchange")) == 1


def test_a_worker_that_cannot_start_says_why_once(tmp_path: Path) -> None:
    run = suite(tmp_path, BASELINE, "-n", "2", environment={"MOOV_BASE_URL": "http://127.0.0.1:9"})

    assert run.code == 4
    assert run.output.count("MOOV_TOKEN is not set") == 1
    assert "Traceback" not in run.output
    assert not (run.reports / "run.jsonl").exists()


def test_pytest_xdist_need_not_be_there(tmp_path: Path) -> None:
    assert suite(tmp_path, BASELINE, "-p", "no:xdist").code == 0


def test_other_tests_leave_no_reports(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n", encoding="utf-8")
    run = suite(tmp_path, "-p", "clausewise.pytest_plugin", "-n", "1", "test_other.py")

    assert run.code == 0
    assert not run.reports.exists()


def test_that_no_value_comes_twice_is_judged_over_all_records(tmp_path_factory: pytest.TempPathFactory) -> None:
    calls = iter(range(1000))

    async def counts(call: Call, mock: Mock) -> Reply:
        """Names the two requests of each run alike."""
        reply = await mock(call)
        return reply.having(x_request_id=f"req-{next(calls) % 2}")

    with serving(counts) as server:
        principals = server.environment["MOOV_PRINCIPAL_ACCOUNT_ID"].split(",")
        runs = [
            suite(
                tmp_path_factory.mktemp("run"),
                *(BASELINE, str(SUITE / "test_answers.py"), "-k", "known_good or request-id-unique"),
                *("--base-url", server.base_url),
                environment={**server.environment, "MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(fresh)},
            )
            for fresh in (principals[:5], principals[5:])
        ]
    clause = "moov.responses.request-id-unique"
    merged = merge({run.directory.name: record_of(run) for run in runs})

    assert [run.code for run in runs] == [0, 0]
    assert [outcomes(record_of(run))[clause] for run in runs] == ["kept", "kept"]
    assert outcomes(merged)[clause] == "broken"
    assert merged.footer
    assert merged.footer.exit == 1


def record_of(run: Finished) -> RecordData:
    return read(run.reports / "run.jsonl")


def verdicts(record: RecordData) -> Verdicts:
    return {(verdict.test, verdict.clause, verdict.outcome) for verdict in record.verdicts}


def outcomes(record: RecordData) -> dict[str, str]:
    return {one.clause.id: one.outcome for api in record.header.apis for one in settle(api.clauses, record.verdicts)}
