"""The page for every reader: in light and dark, on a phone, on paper, without a script, by ear."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no annotations
from playwright.sync_api import Page, expect

from tests.harness import records
from tests.harness.browser import DESKTOP, NEEDS_BROWSER, PHONE, Reader, Scheme, is_open, run_with
from tests.harness.records import Line

pytestmark = NEEDS_BROWSER

AXE = Axe()
RUNS = {
    "none broken": run_with(0),
    "one broken": run_with(1),
    "forty broken": run_with(40),
    "every outcome": records.example(),
}
ALL_RUNS = {**RUNS, "hostile": records.hostile()}


def barriers(page: Page) -> list[str]:
    """What axe finds that keeps readers out, and where."""
    found = AXE.run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html']}" for one in found for node in one["nodes"]]


def colours(page: Page) -> set[str]:
    """The colours of the text, of the paper and of the verdicts."""
    return set(
        page.evaluate(
            """() => [...document.querySelectorAll("body, .verdict")].flatMap((element) => {
              const { color, backgroundColor } = getComputedStyle(element);
              return [color, backgroundColor];
            })"""
        )
    )


@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)], ids=["light desktop", "dark phone"])
@pytest.mark.parametrize("lines", RUNS.values(), ids=RUNS)
def test_nothing_keeps_a_reader_out(reader: Reader, lines: list[Line], scheme: Scheme, size: tuple[int, int]) -> None:
    page = reader.opens(lines, scheme=scheme, size=size).page

    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_folded_keeps_nobody_out(reader: Reader, scheme: Scheme) -> None:
    page = reader.opens(records.example(), scheme=scheme).page
    page.get_by_role("button", name="Open all").click()

    assert page.locator("details:not([open])").count() == 0
    assert barriers(page) == []


def test_axe_sees_what_is_wrong(reader: Reader) -> None:
    page = reader.opens(run_with(1)).page
    page.evaluate("document.querySelector('.tools label').replaceWith(document.createElement('input'))")
    page.evaluate("document.body.append(Object.assign(document.createElement('h6'), {textContent: 'out of order'}))")

    assert {barrier.partition(" ")[0] for barrier in barriers(page)} == {"heading-order", "label", "region"}


def test_dark_has_colours_of_its_own(reader: Reader) -> None:
    light, dark = (colours(reader.opens(run_with(1), scheme=scheme).page) for scheme in ("light", "dark"))

    assert light & dark == {"rgba(0, 0, 0, 0)"}


@pytest.mark.parametrize("lines", ALL_RUNS.values(), ids=ALL_RUNS)
def test_a_narrow_screen_needs_no_scrolling_sideways(reader: Reader, lines: list[Line]) -> None:
    page = reader.opens(lines, size=PHONE).page
    page.get_by_role("button", name="Open all").click()

    for width in (PHONE[0], 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_every_broken_clause_is_open_and_the_paper_white(reader: Reader, scheme: Scheme) -> None:
    paper = (720, 1000)  # A4 less its margins, in CSS pixels
    page = reader.opens(run_with(40), scheme=scheme, size=paper).page
    page.emulate_media(media="print")

    assert not any(is_open(finding) for finding in page.locator(".finding").all())
    for part in ("> dl", "> .command", ".exchange >> nth=0"):
        for finding in page.locator(".finding").all():
            expect(finding.locator(part)).to_be_visible()
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator("body")).to_have_css("color", "rgb(29, 31, 35)")
    assert page.evaluate("document.scrollingElement.scrollWidth") == paper[0]


def test_without_a_script_all_can_be_read(reader: Reader) -> None:
    page = reader.opens(run_with(2), at="#persona.clause-3", scripts=False).page
    finding = page.locator(".finding").first

    expect(page.locator('[id="persona.clause-3"]')).to_be_in_viewport(ratio=1)
    expect(page.locator(".tools")).to_be_hidden()
    finding.locator("> summary").click()
    expect(finding.get_by_role("heading", name="Response")).to_be_visible()
