"""The page that Allure 3 makes of a run, read in a browser; it needs Node and what npm has installed in node/."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from clausewise.allure.page import HISTORY, build
from clausewise.errors import UsageError
from tests.harness.allure_runs import BROKEN, Results, eventful
from tests.harness.browser import NEEDS_BROWSER, Visit, launched
from tests.harness.driving import PROJECT

MODULES = PROJECT / "node" / "node_modules"
LARGEST = 6_000_000
"""Characters of the page of a short run, most of them Allure's own script."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The results of an eventful run."""
    return eventful(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def report(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run that followed upon another."""
    output = tmp_path_factory.mktemp("report") / "allure"
    build(results.folder, output, MODULES)
    return build(results.folder, output, MODULES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, report: Path) -> Iterator[Visit]:
    """The report, open in a window of its own; whatever it asks of the network is refused and written down."""
    page = browser.new_page()
    visit = Visit(page, report.as_uri())
    page.on("console", visit.heard)
    page.on("pageerror", visit.failed)
    page.on("request", lambda request: visit.requested.add(request.url))
    page.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page.goto(visit.url)
    expect(page.get_by_test_id("tree-leaf").first).to_be_visible(timeout=30_000)  # its script is large
    yield visit
    assert visit.complaints == []
    assert {url for url in visit.requested if not url.startswith(("data:", "blob:"))} == {visit.url}
    page.close()


def opened(page: Page, test: str) -> Page:
    """The page with a failed test open."""
    page.get_by_test_id("tree-leaf").filter(has_text=test).first.click()
    expect(page.get_by_test_id("test-result-info-title")).to_have_text(test)
    return page


@NEEDS_BROWSER
def test_the_tests_are_shown_under_api_section_and_clause(visit: Visit) -> None:
    page = visit.page
    page.get_by_test_id("tab-failed").click()

    sections = page.get_by_test_id("tree-section-title").all_inner_texts()
    assert sections[:3] == ["Moov: share account connection", "The responses", "moov.404.status"]
    expect(page.get_by_test_id("tree-leaf-title")).to_have_text([BROKEN])


@NEEDS_BROWSER
def test_a_broken_test_shows_the_clause_its_message_and_the_exchange(visit: Visit) -> None:
    page = opened(visit.page, BROKEN)

    expect(page.get_by_test_id("test-result-error-message")).to_contain_text("moov.404.status is broken (must:")
    expect(page.get_by_text("A request for an account that does not exist is answered 404.").first).to_be_visible()
    page.get_by_test_id("test-result-attachment-header").click()
    expect(page.get_by_text("HTTP status 410")).to_be_visible()


@NEEDS_BROWSER
def test_what_is_not_green_stands_in_its_category(visit: Visit) -> None:
    page = visit.page
    page.get_by_test_id("nav-tab-categories").click()

    for name in (
        "Broken clauses",
        "Known failures: broken as accepted before",
        "Unstable: broken once, kept when sent again",
        "Untested, with the reason",
        "Could not be judged: the target or the harness failed",
    ):
        expect(page.get_by_text(name, exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("Product errors|Test errors"))).to_have_count(0)


@NEEDS_BROWSER
def test_the_environment_names_the_target(visit: Visit, results: Results) -> None:
    base_url = results.run.lines("header")[0]["apis"][0]["base_url"]

    expect(visit.page.get_by_test_id("metadata-list").get_by_text(base_url)).to_be_visible()


@NEEDS_BROWSER
def test_a_test_tells_how_it_ended_in_the_run_before(visit: Visit) -> None:
    page = opened(visit.page, BROKEN)
    page.get_by_test_id("test-result-tab-history").click()

    expect(page.get_by_test_id("test-result-history-item")).to_have_count(1)


@NEEDS_BROWSER
def test_as_many_tests_are_counted_as_ended_in_each_way(visit: Visit, results: Results) -> None:
    ended = Counter(result["status"] for result in results.by_name.values())

    assert set(ended) == {"passed", "failed", "broken", "skipped"}
    for status, count in ended.items():
        expect(visit.page.get_by_test_id(f"metadata-item-{status}")).to_contain_text(str(count))


def test_the_page_is_of_a_size_that_can_be_sent(report: Path) -> None:
    assert len(report.read_text(encoding="utf-8")) < LARGEST


def test_the_history_outlives_the_results_and_ends_after_ten_runs(results: Results, tmp_path: Path) -> None:
    folder = shutil.copytree(results.folder, tmp_path / "results")
    history = tmp_path / "allure" / HISTORY
    history.parent.mkdir()
    build(folder, history.parent, MODULES)
    first = history.read_text(encoding="utf-8")
    history.write_text(first * 10, encoding="utf-8")
    shutil.rmtree(folder)

    build(results.folder, history.parent, MODULES)

    runs = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    assert len(runs) == 10
    assert runs[0]["uuid"] != runs[-1]["uuid"]
    assert runs[0]["testResults"].keys() == runs[-1]["testResults"].keys()


def test_allure_is_given_no_variable_that_may_be_a_secret(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "modules" / "allure" / "cli.js"
    spy.parent.mkdir(parents=True)
    spy.write_text("console.log(JSON.stringify(process.env))", encoding="utf-8")
    monkeypatch.setenv("MOOV_TOKEN", "a-secret-of-the-user")

    with pytest.raises(UsageError, match=r'Allure made no page of .*"PATH"') as told:
        build(results.folder, tmp_path / "out", tmp_path / "modules")

    assert "a-secret-of-the-user" not in str(told.value)
