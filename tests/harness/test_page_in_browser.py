"""The page as a reader uses it: what is seen first, opened, searched for and linked to."""

import pytest
from playwright.sync_api import expect

from tests.harness import records
from tests.harness.browser import DESKTOP, NEEDS_BROWSER, PHONE, Reader, Visit, is_open, run_with
from tests.harness.pages import RECORDS
from tests.harness.records import Line

pytestmark = NEEDS_BROWSER

BROKEN = "mx.clause-0"


def shown(visit: Visit) -> list[str | None]:
    """The clauses that the page's documents show."""
    rows = visit.page.locator(".document li").filter(visible=True)
    return [row.get_attribute("id") for row in rows.all()]


def test_the_first_screen_answers_what_was_tested_and_what_broke(reader: Reader) -> None:
    page = reader.opens(run_with(broken=2)).page

    for fact in ("2026-11-21 20:00:00 UTC", "profile full", "seed 1", "exit code 1", "clausewise 0.1.0"):
        expect(page.locator("body > header").get_by_text(fact)).to_be_in_viewport(ratio=1)
    kept = "All 8 tested clauses are kept."
    for number, verdict in enumerate((kept, "2 of 8 tested clauses are broken.", kept)):
        api = page.get_by_role("article").nth(number)
        for fact in (verdict, "http://127.0.0.1:43121", records.DIGEST[:12], records.DIGEST[::-1][:12]):
            expect(api.get_by_text(fact)).to_be_in_viewport(ratio=1)
    for fact in (f"The page promises {BROKEN}.", "422", "201, with an empty body"):
        expect(page.locator(f'[id="finding-{BROKEN}"] > summary').get_by_text(fact)).to_be_in_viewport(ratio=1)


def test_a_phone_shows_every_verdict_first(reader: Reader) -> None:
    page = reader.opens(run_with(broken=1), size=PHONE).page

    assert page.locator(".verdict").count() == 3
    for verdict in page.locator(".verdict").all():
        expect(verdict).to_be_in_viewport(ratio=1)


def test_the_only_broken_clause_is_open_and_one_of_many_opens_on_a_click(reader: Reader) -> None:
    alone = reader.opens(run_with(broken=1)).page.locator(".finding")
    among_others = reader.opens(run_with(broken=2)).page.locator(".finding").first

    assert is_open(alone)
    assert not is_open(among_others)
    among_others.locator("> summary").click()
    expect(among_others.get_by_role("heading", name="Response")).to_be_visible()
    expect(among_others.get_by_text("To run this again")).to_be_visible()


def test_the_keyboard_alone_opens_a_clause(reader: Reader) -> None:
    page = reader.opens(run_with(broken=2)).page
    summary = page.locator(f'[id="finding-{BROKEN}"] > summary')

    for _ in range(30):
        page.keyboard.press("Tab")
        if summary.evaluate("element => element === document.activeElement"):
            break

    expect(summary).to_be_focused()
    expect(summary).not_to_have_css("outline-style", "none")
    page.keyboard.press("Enter")
    expect(page.locator(f'[id="finding-{BROKEN}"] > dl')).to_be_visible()


def test_the_search_finds_words_of_a_clause_and_parts_of_its_id(reader: Reader) -> None:
    visit = reader.opens(records.example())
    search = visit.page.get_by_label("Search")

    search.fill("required FIELD")
    assert shown(visit) == ["moov.422.missing"]
    search.fill("moov.40")
    assert shown(visit) == ["moov.401.expired", "moov.403.status", "moov.404.status"]
    expect(visit.page.get_by_role("status")).to_have_text("3 of 10 clauses")


@pytest.mark.parametrize(
    ("label", "choice", "clauses"),
    [
        ("Outcome", "broken", ["moov.422.missing", "moov.sample.scope"]),
        ("Level", "should", ["moov.sample.scope"]),
        ("API", "persona", ["persona.201.body"]),
    ],
)
def test_a_choice_leaves_the_clauses_that_have_it(reader: Reader, label: str, choice: str, clauses: list[str]) -> None:
    visit = reader.opens(records.example())

    visit.page.get_by_label(label).select_option(choice)

    assert shown(visit) == clauses


def test_what_is_left_without_clauses_goes_and_comes_back(reader: Reader) -> None:
    visit = reader.opens(records.example())
    chapters = visit.page.locator("#broken, #untested, #observed, #document-persona")
    reset = visit.page.get_by_role("button", name="Show all")

    expect(reset).to_be_hidden()
    visit.page.get_by_label("Outcome").select_option("observed")
    assert [chapter.get_attribute("id") for chapter in chapters.filter(visible=True).all()] == ["observed"]

    reset.click()
    assert chapters.filter(visible=True).count() == 4
    assert len(shown(visit)) == 10
    expect(reset).to_be_hidden()


def test_who_filters_far_below_sees_what_is_left(reader: Reader) -> None:
    page = reader.opens(run_with(broken=1)).page
    page.locator("#run > h3").last.scroll_into_view_if_needed()
    expect(page.locator("nav")).not_to_be_in_viewport()

    page.get_by_label("Search").fill(BROKEN)

    expect(page.locator(f'[id="finding-{BROKEN}"] > summary')).to_be_in_viewport(ratio=1)


def test_a_link_to_a_clause_leads_to_it(reader: Reader) -> None:
    page = reader.opens(run_with(broken=1), at="#persona.clause-3").page
    clause, tools = page.locator('[id="persona.clause-3"]'), page.locator(".tools")

    expect(clause).to_be_in_viewport(ratio=1)
    top, covered = clause.bounding_box(), tools.bounding_box()
    assert top is not None
    assert covered is not None
    assert top["y"] >= covered["y"] + covered["height"]


@pytest.mark.parametrize("fragment", [f"#finding-{BROKEN}", f"#exchange-exchange-of-{BROKEN}"])
def test_a_link_opens_what_it_leads_to(reader: Reader, fragment: str) -> None:
    page = reader.opens(run_with(broken=40), at=fragment).page

    assert is_open(page.locator(f'[id="finding-{BROKEN}"]'))
    assert is_open(page.locator(f'[id="exchange-exchange-of-{BROKEN}"]'))
    expect(page.locator(f'[id="{fragment[1:]}"] > summary')).to_be_in_viewport(ratio=1)


def test_the_document_leads_to_what_happened(reader: Reader) -> None:
    page = reader.opens(run_with(broken=40), at="#mx.clause-39").page

    page.locator('[id="mx.clause-39"]').get_by_role("link", name="What happened").click()

    expect(page.locator('[id="finding-mx.clause-39"] > dl')).to_be_in_viewport(ratio=1)


def test_a_link_to_what_a_filter_hides_shows_all(reader: Reader) -> None:
    page = reader.opens(run_with(broken=1)).page
    page.get_by_label("Outcome").select_option("broken")

    page.get_by_role("article").first.get_by_role("link").click()

    expect(page.locator("#document-moov > h2")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Outcome")).to_have_value("")


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_no_browser_complains_and_nothing_is_asked_for_but_the_page(reader: Reader, lines: list[Line]) -> None:
    visit = reader.opens(lines, size=DESKTOP)

    visit.page.get_by_role("button", name="Open all").click()
    visit.page.get_by_label("Search").fill("moov")

    assert visit.complaints == []
    assert visit.requested == {visit.url}
