"""What scripts depend on: the run record, the reports, the exit codes, and that a run can be repeated."""

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clausewise.record import schema
from tests.harness.driving import BASELINE, SUITE, Finished, moov, read_lines, suite
from tests.harness.servers import Call, Mock, Reply, serving

pytestmark = pytest.mark.whole_run

MOST_TELLING_FIRST = ["broken", "error", "known", "kept", "observed", "untested", "excluded"]

INTERRUPTION = """
from clausewise.run import Run


def interrupt(self, case, *clause_ids):
    raise KeyboardInterrupt


Run.expect = interrupt
"""


async def finds_no_fault(call: Call, mock: Mock) -> Reply:
    """Creates what should be refused by 422."""
    reply = await mock(call)
    return Reply(201) if reply.status == 422 else reply


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """Runs on the embedded mock, alike and with another seed; one on a target that breaks; one that is interrupted."""
    clauses = (BASELINE, str(SUITE / "test_clauses.py"))
    arguments: dict[str, tuple[str, ...]] = {
        "one": (str(SUITE),),
        "same": (str(SUITE),),
        "other seed": (str(SUITE), "--hypothesis-seed", "7"),
        "broken": (*clauses, "-k", "baseline or 422"),
        "interrupted": (BASELINE, "-p", "interruption"),
    }

    def run(name: str) -> Finished:
        directory = tmp_path_factory.mktemp("run")
        (directory / "interruption.py").write_text(INTERRUPTION, encoding="utf-8")
        if name != "broken":
            return suite(directory, *arguments[name])
        with serving(finds_no_fault) as server:
            return suite(directory, *arguments[name], "--base-url", server.base_url, environment=server.environment)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(arguments, pool.map(run, arguments), strict=True))


EVERY_RUN = ["one", "same", "other seed", "broken", "interrupted"]


# The exit code


@pytest.mark.parametrize(("name", "code"), [("one", 0), ("broken", 1), ("interrupted", 2)])
def test_the_exit_code_tells_how_the_run_ended(runs: dict[str, Finished], name: str, code: int) -> None:
    assert runs[name].code == code
    assert runs[name].lines("footer")[0]["exit"] == code
    assert runs[name].lines("footer")[0]["interrupted"] is (name == "interrupted")


# The run record


@pytest.mark.parametrize("name", EVERY_RUN)
def test_every_line_of_the_record_meets_its_schema(runs: dict[str, Finished], name: str) -> None:
    validator = Draft202012Validator(schema())
    lines = record(runs[name])
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert {line["kind"] for line in lines} <= {"header", "exchange", "wait", "creation", "verdict", "footer"}


@pytest.mark.parametrize("name", EVERY_RUN)
def test_the_header_comes_first_and_the_footer_last(runs: dict[str, Finished], name: str) -> None:
    kinds = [line["kind"] for line in record(runs[name])]
    assert (kinds[0], kinds[-1]) == ("header", "footer")
    assert Counter(kinds) >= Counter({"header": 1, "footer": 1})
    assert (kinds.count("header"), kinds.count("footer")) == (1, 1)


@pytest.mark.parametrize("name", EVERY_RUN)
def test_every_verdict_says_what_scripts_need(runs: dict[str, Finished], name: str) -> None:
    levels = {clause.id: clause.level.value for clause in moov().clauses}
    verdicts = runs[name].lines("verdict")
    assert {line["clause"] for line in verdicts} == set(levels)
    assert [line for line in verdicts if line["level"] != levels[line["clause"]]] == []
    assert {line["outcome"] for line in verdicts} <= set(MOST_TELLING_FIRST)
    assert [line for line in verdicts if "test" not in line] == []


@pytest.mark.parametrize("name", EVERY_RUN)
def test_what_is_untested_or_excluded_has_a_reason(runs: dict[str, Finished], name: str) -> None:
    without = [
        (line["test"], line["clause"])
        for line in runs[name].lines("verdict")
        if line["outcome"] in ("untested", "excluded", "error") and not line["reason"]
    ]
    assert without == []


@pytest.mark.parametrize("name", EVERY_RUN)
def test_the_counts_of_the_footer_are_those_of_the_verdicts(runs: dict[str, Finished], name: str) -> None:
    run = runs[name]
    by_clause: dict[str, list[str]] = {}
    for line in run.lines("verdict"):
        by_clause.setdefault(line["clause"], []).append(line["outcome"])
    settled = Counter(min(outcomes, key=MOST_TELLING_FIRST.index) for outcomes in by_clause.values())
    [footer] = run.lines("footer")
    counted = {name: number for name, number in footer["outcomes"]["moov"].items() if name != "unstable"}
    assert {name: number for name, number in counted.items() if number} == dict(settled)
    assert footer["requests"] == len(run.lines("exchange"))


def test_the_evidence_of_every_verdict_is_in_the_record(runs: dict[str, Finished]) -> None:
    for name in EVERY_RUN:
        known = {line["id"] for line in runs[name].lines("exchange")}
        cited = {exchange for line in runs[name].lines("verdict") for exchange in line["exchanges"]}
        assert cited <= known


# Repeatable


def test_the_same_seed_gives_the_same_verdicts(runs: dict[str, Finished]) -> None:
    assert in_order(runs["one"]) == in_order(runs["same"])
    assert len(in_order(runs["one"])) > 100


def test_another_seed_gives_the_same_outcomes_on_the_mock(runs: dict[str, Finished]) -> None:
    outcomes = [runs[name].lines("footer")[0]["outcomes"] for name in ("one", "other seed")]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["moov"]["kept"] > 50
    assert [runs[name].lines("header")[0]["seed"] for name in ("one", "other seed")] == [0, 7]


def test_the_ids_of_tests_hold_nothing_random(runs: dict[str, Finished]) -> None:
    tests = [[line["test"] for line in runs[name].lines("verdict") if line["test"]] for name in ("one", "other seed")]
    assert set(tests[0]) == set(tests[1])
    random = re.compile(r"0x[0-9a-f]{6,}|[0-9a-f]{8}-[0-9a-f]{4}|127\.0\.0\.1|:\d{4,5}\b")
    assert [test for test in tests[0] if random.search(test)] == []


def test_the_requests_are_the_same_for_the_same_seed(runs: dict[str, Finished]) -> None:
    """But for the texts that no other request of any run may hold."""
    bodies = [[line["request"]["body"] for line in runs[name].lines("exchange")] for name in ("one", "same")]
    one, same = ([re.sub("clausewise-[0-9a-f]{8}-", "", body or "") for body in run] for run in bodies)
    assert one == same


# The reports


@pytest.mark.parametrize("name", EVERY_RUN)
def test_every_report_is_there(runs: dict[str, Finished], name: str) -> None:
    for file in ("run.jsonl", "index.html", "summary.md", "junit.xml"):
        assert (runs[name].reports / file).stat().st_size > 0
    assert f"reports: {runs[name].reports / 'index.html'}" in runs[name].output


def test_allure_tells_epic_feature_and_story(runs: dict[str, Finished]) -> None:
    titles = {clause.id: section_title(clause.section) for clause in moov().clauses}
    found = allure(runs["one"])
    assert len(found) == len({line["test"] for line in runs["one"].lines("verdict") if line["test"]})
    for result in found:
        labels: dict[str, set[str]] = {"epic": set(), "feature": set(), "story": set()}
        for label in result["labels"]:
            labels.setdefault(label["name"], set()).add(label["value"])
        assert labels["epic"] == {moov().title}
        assert labels["story"] <= set(titles)
        assert labels["story"] != set()
        assert labels["feature"] == {titles[story] for story in labels["story"]}


def test_allure_can_follow_every_test_from_run_to_run(runs: dict[str, Finished]) -> None:
    histories = [Counter(result["historyId"] for result in allure(runs[name])) for name in ("one", "same")]
    assert max(histories[0].values()) == 1
    assert histories[0] == histories[1]


def test_allure_calls_a_broken_clause_a_failure(runs: dict[str, Finished]) -> None:
    """Its own word `broken` is for tests that do not work."""
    statuses = Counter(result["status"] for result in allure(runs["broken"]))
    assert statuses["failed"] > 0
    assert statuses["broken"] == 0
    [told, *_] = [
        result["statusDetails"]["message"] for result in allure(runs["broken"]) if result["status"] == "failed"
    ]
    assert re.search(r"moov\.[\w.-]+ is broken \(must: the document states it\)", told)


def record(run: Finished) -> list[dict[str, Any]]:
    """All lines of the run record."""
    return read_lines(run.reports / "run.jsonl")


def in_order(run: Finished) -> list[tuple[str, str, str]]:
    """Test, clause and outcome of the verdicts, in the order in which they were found."""
    return [(line["test"], line["clause"], line["outcome"]) for line in run.lines("verdict")]


def allure(run: Finished) -> list[dict[str, Any]]:
    """The results that Allure would show."""
    files = sorted((run.reports / "allure-results").glob("*-result.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def section_title(section_id: str) -> str:
    """The title of a section of the document."""
    return next(section.title for section in moov().sections if section.id == section_id)
