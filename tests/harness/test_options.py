"""What the options, the environment and a .env file do, as a user sees it."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.record import read, settle
from tests.harness.driving import BASELINE, PROJECT, SUITE, Finished, driving, good, named, suite
from tests.harness.servers import Call, Mock, Reply, Server, serving

pytestmark = pytest.mark.whole_run

CLAUSES = str(SUITE / "test_clauses.py")
ANSWERS = str(SUITE / "test_answers.py")

OPTIONAL = {
    "MOOV_BASIC_CREDENTIALS": {"moov.sample.basic"},
    "MOOV_FORBIDDEN_TOKEN": {"moov.403.status"},
    "MOOV_EXPIRED_TOKEN": {"moov.401.expired"},
    "MOOV_PREFER_CODE": {"moov.429.request-id", "moov.500.request-id", "moov.504.request-id"},
}
"""Variables that a run may lack, and the clauses of which it then says so."""
WITHOUT_403 = {"moov.403.request-id", "moov.hiding.consistent"}
"""Clauses that need an answer 403, which no request gets without ``MOOV_FORBIDDEN_TOKEN``."""

Shown = tuple[Finished, list[Server]]


def settings_file(directory: Path, server: Server) -> None:
    """A .env file with all that a run against the server needs."""
    text = "".join(f"{name}='{value}'\n" for name, value in server.environment.items())
    (directory / ".env").write_text(text, encoding="utf-8")


async def names_another_field(call: Call, mock: Mock) -> Reply:
    """Answers 422 break a promise that only the document's examples make."""
    reply = await mock(call)
    if reply.status != 422:
        return reply
    is_about_scopes = "allowScopes" in reply.json()
    return reply.saying({"principalAccountID": "is wrong"} if is_about_scopes else {"allowScopes": {"0": "is wrong"}})


# The runs that the tests below look at


def with_a_file(directory: Path) -> Shown:
    with serving() as server:
        settings_file(directory, server)
        return suite(directory, BASELINE), [server]


def with_file_and_environment(directory: Path) -> Shown:
    with serving() as in_file, serving() as in_environment:
        settings_file(directory, in_file)
        run = suite(directory, BASELINE, environment={"MOOV_BASE_URL": in_environment.base_url})
        return run, [in_file, in_environment]


def with_an_empty_address(directory: Path) -> Shown:
    with serving() as server:
        settings_file(directory, server)
        return suite(directory, BASELINE, environment={"MOOV_BASE_URL": ""}), [server]


def with_a_file_and_the_mock(directory: Path) -> Shown:
    with serving() as server:
        settings_file(directory, server)
        return suite(directory, BASELINE, "--mock"), [server]


def without_options(directory: Path) -> Shown:
    with serving() as server:
        given = server.without("MOOV_BASE_URL", *OPTIONAL)
        return suite(directory, str(SUITE), "--base-url", server.base_url, environment=given), [server]


def without_anybody(directory: Path) -> Shown:
    with serving() as server, socket.socket() as held:  # bound, but never listening
        held.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{held.getsockname()[1]}"
        return suite(directory, BASELINE, "--base-url", nobody, environment=server.environment), [server]


def failing_on(level: str, directory: Path) -> Shown:
    tests = (BASELINE, CLAUSES, ANSWERS, "-k", "baseline or 422", "--fail-on", level)
    with serving(names_another_field) as server:
        return suite(directory, *tests, "--base-url", server.base_url, environment=server.environment), [server]


def failing_on_must(directory: Path) -> Shown:
    return failing_on("must", directory)


def failing_on_should(directory: Path) -> Shown:
    return failing_on("should", directory)


def only_looking(directory: Path) -> Shown:
    with serving() as server:
        return suite(directory, BASELINE, "--collect-only", environment=server.environment), [server]


def of_the_harness(directory: Path) -> Shown:
    return suite(directory, str(PROJECT / "tests" / "harness" / "test_settle.py")), []


RUNS = (
    with_a_file,
    with_file_and_environment,
    with_an_empty_address,
    with_a_file_and_the_mock,
    without_options,
    without_anybody,
    failing_on_must,
    failing_on_should,
    only_looking,
    of_the_harness,
)

Started = dict[Callable[[Path], Shown], Future[Shown]]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """All these runs, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield {run: pool.submit(run, tmp_path_factory.mktemp(run.__name__)) for run in RUNS}


# Where the target comes from


def test_the_address_may_come_from_a_file(started: Started) -> None:
    run, [server] = started[with_a_file].result()
    assert run.code == 0
    assert len(server.calls) > 0


def test_the_environment_wins_over_the_file(started: Started) -> None:
    run, [in_file, in_environment] = started[with_file_and_environment].result()
    assert run.code == 0
    assert (len(in_file.calls), len(in_environment.calls) > 0) == (0, True)


def test_an_empty_address_is_none_so_that_the_file_gives_it(started: Started) -> None:
    run, [server] = started[with_an_empty_address].result()
    assert run.code == 0
    assert len(server.calls) > 0
    assert run.lines("header")[0]["apis"][0]["embedded"] is False


def test_the_embedded_mock_overrules_the_file_where_it_is_asked_for(started: Started) -> None:
    run, [server] = started[with_a_file_and_the_mock].result()
    assert run.code == 0
    assert len(server.calls) == 0
    assert run.lines("header")[0]["apis"][0]["embedded"] is True


def test_a_target_that_nobody_serves_ends_in_1(started: Started) -> None:
    run, _ = started[without_anybody].result()
    assert run.code == 1
    assert "Traceback" not in run.output
    assert "no connection" in run.output
    assert "MOOV_BASE_URL" in run.output
    assert run.lines("footer")[0]["outcomes"]["moov"]["kept"] == 0


@pytest.mark.parametrize("prefix", ["/sandbox/v1", "/sandbox/v1/", "/a%20b"])
def test_a_prefix_of_the_base_url_is_kept_on_the_wire(tmp_path: Path, prefix: str) -> None:
    async def lives_below(call: Call, mock: Mock) -> Reply:
        return await mock(replace(call, path=call.path.removeprefix(prefix.rstrip("/"))))

    with serving(lives_below) as server, driving(server, tmp_path, base_url=server.base_url + prefix) as drive:
        assert drive.test(good(), "moov.201.status") is None
        drive.test(named("moov.404.status/unknown account"), "moov.404.status")
        assert drive.with_outcome("kept") >= {"moov.201.status", "moov.404.status"}
        assert {call.path.rpartition("/accounts/")[0] for call in server.calls} == {prefix.rstrip("/")}


# Optional variables


def test_a_missing_option_leaves_exactly_its_clauses_untested(started: Started) -> None:
    run, _ = started[without_options].result()
    assert run.code == 0
    record = read(run.reports / "run.jsonl")
    untested = {
        one.clause.id: one.reasons
        for one in settle(record.header.apis[0].clauses, record.verdicts)
        if one.outcome == "untested" and one.verdicts[0].test
    }
    assert set(untested) == WITHOUT_403.union(*OPTIONAL.values())
    for variable, clauses in OPTIONAL.items():
        facts = {(clause, reason.code, reason.variables) for clause in clauses for reason in untested[clause]}
        assert facts >= {(clause, "not-set", (variable,)) for clause in clauses}


def test_a_missing_option_is_told_by_name_at_the_end(started: Started) -> None:
    run, _ = started[without_options].result()
    for variable, clauses in OPTIONAL.items():
        [told] = [line for line in run.output.splitlines() if line.startswith("Not tested") and variable in line]
        assert [clause for clause in clauses if clause not in told] == []


def test_no_status_is_asked_for_without_the_option(started: Started) -> None:
    _, [server] = started[without_options].result()
    assert len(server.calls) > 20
    assert [call for call in server.calls if call.header("prefer")] == []


# What fails a run


@pytest.mark.parametrize(("run_with", "code"), [(failing_on_should, 1), (failing_on_must, 0)])
def test_what_only_the_examples_show_may_be_let_pass(
    started: Started, run_with: Callable[[Path], Shown], code: int
) -> None:
    run, _ = started[run_with].result()
    assert run.code == code
    broken = {line["clause"]: line["level"] for line in run.lines("verdict") if line["outcome"] == "broken"}
    assert broken == {"moov.422.names-field": "should", "moov.422.names-element": "should"}
    assert "moov.422.names-field is broken (should: the document's examples show it)" in run.output
    assert "moov.422.names-field" in (run.reports / "summary.md").read_text(encoding="utf-8")


# What writes nothing


def test_looking_at_the_tests_starts_and_writes_nothing(started: Started) -> None:
    run, [server] = started[only_looking].result()
    assert run.code == 0
    assert "test_known_good_request_succeeds" in run.output
    assert server.calls == []
    assert not run.reports.exists()


def test_the_tests_of_the_harness_alone_write_no_reports(started: Started) -> None:
    run, _ = started[of_the_harness].result()
    assert run.code == 0
    assert not run.reports.exists()
    assert "clausewise ===" not in run.output
