"""One run of all APIs, side by side in the record and in every report, and the same when it is run again."""

import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.harness.driving import BASELINE, SUITE, Finished, contract_of, suite

pytestmark = pytest.mark.whole_run

APIS = ["moov", "mx", "persona"]
RUNS: dict[str, tuple[str, ...]] = {
    "one": (str(SUITE), "--report-dir", "out", "--profile", "quick"),
    "same": (str(SUITE), "--report-dir", "out", "--profile", "quick", "--hypothesis-seed", "0"),
    "two of them": (BASELINE, "--report-dir", "out", "--api", "mx", "--api", "persona"),
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """Runs on the embedded mocks: of all APIs, twice alike, and of two of them."""

    def run(name: str) -> Finished:
        return suite(tmp_path_factory.mktemp("run"), *RUNS[name], reports=False)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(run, RUNS), strict=True))


@pytest.mark.parametrize(("name", "apis"), [("one", APIS), ("two of them", ["mx", "persona"])])
def test_every_chosen_api_is_in_the_record(runs: dict[str, Finished], name: str, apis: list[str]) -> None:
    run = runs[name]
    assert run.code == 0
    assert [api["api"] for api in run.lines("header")[0]["apis"]] == apis
    assert list(run.lines("footer")[0]["outcomes"]) == apis
    assert {line["api"] for line in run.lines("exchange")} == set(apis)
    assert {line["clause"].partition(".")[0] for line in run.lines("verdict")} == set(apis)


def test_all_promises_are_kept_or_said_not_to_be_testable(runs: dict[str, Finished]) -> None:
    outcomes = runs["one"].lines("footer")[0]["outcomes"]
    for api in APIS:
        clauses = contract_of(api).clauses
        binding = [clause for clause in clauses if clause.check and clause.level not in ("silent", "may")]
        assert outcomes[api]["kept"] == len(binding)
        assert outcomes[api]["excluded"] == sum(clause.excluded is not None for clause in clauses)
        assert outcomes[api]["broken"] + outcomes[api]["error"] == 0


def test_what_a_quick_run_leaves_out_nobody_can_break(runs: dict[str, Finished]) -> None:
    run = runs["one"]
    tested = {clause for _, clause, outcome in run.verdicts() if outcome not in ("untested", "excluded")}
    for api in APIS:
        sent = [line for line in run.lines("exchange") if line["api"] == api]
        left_out = [clause for clause in contract_of(api).clauses if clause.check and clause.id not in tested]
        assert len(sent) <= 60
        assert not any(clause.level.binding for clause in left_out)
        assert all(reason.startswith("budget: ") for clause in left_out for reason in run.reasons(clause.id))


def test_one_api_comes_after_the_other(runs: dict[str, Finished]) -> None:
    sent = [line["api"] for line in runs["one"].lines("exchange")]
    assert sent == sorted(sent)
    assert set(Counter(sent)) == set(APIS)


def test_no_verdict_is_about_another_api_than_its_test(runs: dict[str, Finished]) -> None:
    for line in runs["one"].lines("verdict"):
        api = line["clause"].partition(".")[0]
        assert line["api"] == api
        assert line["test"] is None or f"[{api}-" in line["test"] or f"[{api}]" in line["test"]


def test_the_same_seed_gives_the_same_verdicts(runs: dict[str, Finished]) -> None:
    assert in_order(runs["one"]) == in_order(runs["same"])
    assert len(in_order(runs["one"])) > 300


def test_the_page_tells_of_each_api(runs: dict[str, Finished]) -> None:
    page = (runs["one"].reports / "index.html").read_text(encoding="utf-8")
    for api in APIS:
        assert contract_of(api).title in page
        assert all(clause.id in page for clause in contract_of(api).clauses)


def test_the_summary_has_a_part_for_each_api(runs: dict[str, Finished]) -> None:
    summary = (runs["one"].reports / "summary.md").read_text(encoding="utf-8")
    for api in APIS:
        title = re.escape(contract_of(api).title)
        kept = runs["one"].lines("footer")[0]["outcomes"][api]["kept"]
        assert re.search(rf"(?m)^\*\*{title}\*\*, the embedded mock: All {kept} tested clauses", summary)
        assert re.search(rf"(?m)^\| {title} \| {kept} \|", summary)
    chosen = (runs["two of them"].reports / "summary.md").read_text(encoding="utf-8")
    assert "moov" not in chosen.lower()


def test_the_results_for_pipelines_have_a_suite_for_each_api(runs: dict[str, Finished]) -> None:
    suites = ElementTree.parse(runs["one"].reports / "junit.xml").getroot().findall("testsuite")  # noqa: S314 our own
    assert [found.get("name") for found in suites] == APIS
    for found in suites:
        cases = found.findall("testcase")
        assert len(cases) > 50
        assert all(str(case.get("classname")).startswith(f"{found.get('name')}.") for case in cases)
        assert (found.get("failures"), found.get("errors")) == ("0", "0")


def test_allure_has_an_epic_for_each_api(runs: dict[str, Finished]) -> None:
    stories: dict[str, set[str]] = {}
    for result in allure(runs["one"]):
        labels = [(label["name"], label["value"]) for label in result["labels"]]
        [epic] = [value for name, value in labels if name == "epic"]
        stories.setdefault(epic, set()).update(value for name, value in labels if name == "story")
    assert set(stories) == {contract_of(api).title for api in APIS}
    for api in APIS:
        assert {story.partition(".")[0] for story in stories[contract_of(api).title]} == {api}


def test_the_terminal_tells_of_each_api(runs: dict[str, Finished]) -> None:
    for api in APIS:
        assert re.search(rf"(?m)^\s+{api}\s+\d+\s+0\s+", runs["one"].output)


def in_order(run: Finished) -> list[tuple[str, str, str]]:
    """Test, clause and outcome of the verdicts, in the order in which they were found."""
    return [(line["test"], line["clause"], line["outcome"]) for line in run.lines("verdict")]


def allure(run: Finished) -> list[dict[str, Any]]:
    """The results that Allure would show."""
    files = sorted((run.reports / "allure-results").glob("*-result.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]
