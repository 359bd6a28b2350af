"""The page: valid, self-contained, complete, safe, and fit for every reader."""

import base64
import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from clausewise.report.html import script
from tests.harness import records
from tests.harness.pages import RECORDS, by_id, part, read_back, rendered, text
from tests.harness.records import Line


def style(soup: BeautifulSoup) -> str:
    return str(part(soup, "style").string)


def digest(tag: Tag) -> str:
    """What a Content-Security-Policy calls the content of an element by."""
    content = hashlib.sha256(str(tag.string).encode()).digest()
    return f"'sha256-{base64.b64encode(content).decode()}'"


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_page_is_valid(tmp_path: Path, lines: list[Line]) -> None:
    html5lib.HTMLParser(strict=True).parse(rendered(tmp_path, lines))


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_ids_are_unique_and_every_link_leads_to_one(tmp_path: Path, lines: list[Line]) -> None:
    soup = read_back(tmp_path, lines)
    ids = [tag["id"] for tag in soup.select("[id]")]

    assert len(ids) == len(set(ids))
    assert {link["href"] for link in soup.select("[href]")} <= {f"#{name}" for name in ids}


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_page_needs_no_network(tmp_path: Path, lines: list[Line]) -> None:
    soup = read_back(tmp_path, lines)
    attributes = {name for tag in soup.find_all(True) for name in tag.attrs}

    assert soup.select("script[src], link, img, iframe, object, embed, form, base") == []
    assert attributes.isdisjoint({"src", "srcset", "style", "action", "data", "poster"})
    assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"@import|url\(", style(soup))


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_script_is_the_same_whatever_a_server_sent(tmp_path: Path, lines: list[Line]) -> None:
    [found] = read_back(tmp_path, lines).select("script")

    assert found.string == script()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp|import", script())


def test_the_page_forbids_all_but_its_own_style_and_script(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    policy = str(part(soup, 'meta[http-equiv="Content-Security-Policy"]')["content"])

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {digest(part(soup, 'style'))}",
        f"script-src {digest(part(soup, 'script'))}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_without_the_script_all_is_there_and_its_controls_are_not(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    assert [tag["class"] for tag in soup.select("[hidden]")] == [["tools"]]
    assert {control.parent for control in soup.select("input, select")} <= set(soup.select(".tools label"))
    assert all(button["type"] == "button" for button in soup.select("button"))


def test_a_reader_can_filter_by_outcome_level_and_api(tmp_path: Path) -> None:
    tools = part(read_back(tmp_path, records.example()), ".tools")

    offered = {str(choice["name"]): [text(option) for option in choice.select("option")] for choice in tools("select")}

    assert offered["outcome"][:3] == ["all", "broken", "error"]
    assert offered["level"] == ["all", "must", "should", "may", "silent"]
    assert offered["api"] == ["all", "moov", "persona"]
    assert [text(button) for button in tools.select("button")] == ["Open all", "Close all", "Show all"]


def test_one_api_needs_no_choice(tmp_path: Path) -> None:
    assert read_back(tmp_path, records.large()).select("select[name=api]") == []


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_what_is_filtered_says_which_clause_it_is_about(tmp_path: Path, lines: list[Line]) -> None:
    soup = read_back(tmp_path, lines)
    clauses = {str(tag["id"]): text(part(tag, ".outcome")) for tag in soup.select(".document li")}
    filtered = soup.select("[data-clause]")

    assert {tag["data-clause"]: tag["data-outcome"] for tag in filtered} == clauses
    assert all(len(tag.select(".says")) == 1 for tag in filtered)
    assert {tag["data-api"] for tag in filtered} == {name.partition(".")[0] for name in clauses}
    assert all(group.select("[data-clause]") for group in soup.select("[data-group]"))


def test_every_clause_has_its_anchor_with_its_outcome_in_words(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    assert {tag["id"]: text(part(tag, ".outcome")) for tag in soup.select(".document li")} == {
        "moov.operation.address": "excluded",
        "moov.201.status": "kept",
        "moov.422.missing": "broken",
        "moov.sample.scope": "broken",
        "moov.401.expired": "untested",
        "moov.403.status": "untested",
        "moov.404.status": "known",
        "moov.silent.casing": "observed",
        "moov.500.trace": "error",
        "persona.201.body": "untested",
    }


def test_the_document_view_follows_the_document(tmp_path: Path) -> None:
    document = by_id(read_back(tmp_path, records.example()), "document-moov")
    clause = part(document, '[id="moov.403.status"]')

    assert [text(heading) for heading in document.select("h3")] == [
        "The operation lines 1-5",
        "The responses lines 166-241",
    ]
    assert text(part(clause, ".lines")) == "lines 211 , 271-273"
    assert "The page promises moov.403.status." in text(clause)
    assert "must" in text(clause)
    assert "The page does not say which rights are needed." in text(clause)
    assert "Untested: MOOV_EXPIRED_TOKEN is not set" in text(clause)


def test_the_summary_of_an_api(tmp_path: Path) -> None:
    moov, persona = read_back(tmp_path, records.example()).select(".apis article")

    assert "2 of 4 tested clauses are broken; 1 is broken as accepted before;" in text(moov)
    assert "POST /accounts/{accountID}/connections" in text(moov)
    assert "Target http://127.0.0.1:43121 the embedded mock" in text(moov)
    assert "Document 0123456789ab read 2026-11-20" in text(moov)
    assert "fedcba987654" in text(moov)
    assert "Nothing was tested." in text(persona)


def test_a_time_is_told_to_the_second(tmp_path: Path) -> None:
    lines = [records.header(records.api("moov", []), started="2026-11-21T20:00:00.123456+00:00")]

    assert text(part(read_back(tmp_path, lines), "body > header time")) == "2026-11-21 20:00:00 UTC"


def test_the_facts_of_the_run(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())
    head, run = text(part(soup, "body > header")), text(by_id(soup, "run"))

    for fact in ("2026-11-21 20:00:00 UTC", "profile full", "seed 1", "183 requests in 4.2 s", "exit code 1"):
        assert fact in head
    for fact in ("httpx 0.28.1", records.DIGEST, "MOOV_EXPIRED_TOKEN not set", "1 pause", "Linux x86_64"):
        assert fact in run


@pytest.mark.parametrize(
    ("lines", "notice"),
    [
        (records.example()[:-1], "This record has no end"),
        ([*records.example()[:-1], records.footer(interrupted=True)], "The run was interrupted"),
    ],
)
def test_what_is_not_whole_is_said_on_top(tmp_path: Path, lines: list[Line], notice: str) -> None:
    assert notice in text(part(read_back(tmp_path, lines), "body > header .notice"))


def test_what_was_unstable(tmp_path: Path) -> None:
    unstable = by_id(read_back(tmp_path, records.example()), "unstable")

    assert text(part(unstable, "h3")) == "moov.201.status"
    assert text(part(unstable, "li")) == "moov-9: expected 201, received 500"


def test_what_was_observed_stands_apart_from_what_was_chosen(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.silent", "silent"), records.clause("moov.type")])),
        records.verdict("moov.silent", "observed", "silent", judged=6, observed={"400": 5, "201": 1}),
        records.verdict("moov.type", observed={"422": 2}),
    ]

    observed = by_id(read_back(tmp_path, lines), "observed")

    assert [text(heading) for heading in observed.select("h3")] == [
        "Where the document says nothing",
        "Where the document permits several answers",
    ]
    assert [text(row) for row in observed.select("tbody tr")] == [
        "The page promises moov.silent. moov.silent 400 (5 times), 201 (once)",
        "The page promises moov.type. moov.type 422 (2 times)",
    ]


def test_of_many_unstable_results_and_choices_the_first_are_shown(tmp_path: Path) -> None:
    many = {f"choice {number}": 2 for number in range(25)}
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.verdict("moov.201", unstable=list(many), observed=many),
    ]

    soup = read_back(tmp_path, lines)

    assert [text(entry) for entry in by_id(soup, "unstable").select("li")][-2:] == ["choice 4", "and 20 more"]
    assert text(by_id(soup, "observed")).endswith("choice 19 (2 times), and 5 other answers")


def test_chapters_without_content_are_left_out(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.verdict("moov.201"),
        records.footer(exit=0),
    ]

    soup = read_back(tmp_path, lines)

    assert soup.select("#broken, #errors, #known, #untested, #unstable, #observed") == []
    assert [text(link) for link in soup.select("nav a")] == ["moov", "This run"]


def test_what_a_hostile_server_sends_stays_text(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.hostile())
    shown = soup.get_text()

    assert shown.count("<script>alert(1)</script><img src=x onerror=alert(1)>") > 20
    assert "\\u001b[31mred" in shown
    assert "&lt;" in shown
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ufffe\ud800]", shown)


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_headings_and_tables_are_fit_for_screen_readers(tmp_path: Path, lines: list[Line]) -> None:
    soup = read_back(tmp_path, lines)
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(cell["scope"] == "col" for cell in soup.select("th"))
    assert all(table.select("thead th") for table in soup.select("table"))
    assert part(soup, "html")["lang"] == "en"


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_has_enough_contrast(tmp_path: Path, scheme: str) -> None:
    blocks = style(read_back(tmp_path, records.example())).split("@media")[:2]
    light, dark = (dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in blocks)
    colours = light if scheme == "light" else dark
    backgrounds = {colours.pop("paper"), colours.pop("panel")}
    colours.pop("rule")

    assert set(colours) >= {"ink", "quiet", "link", "kept", "broken", "error", "known", "untested"}
    for name, colour in colours.items():
        for background in backgrounds:
            darker, lighter = sorted((luminance(colour), luminance(background)))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{name} in the {scheme} scheme"


def test_the_page_stays_small(tmp_path: Path) -> None:
    assert len(rendered(tmp_path, records.large()).encode()) < 300_000


def test_the_page_stays_small_whatever_was_sent(tmp_path: Path) -> None:
    names = [f"moov.{number}.status" for number in range(120)]
    body = json.dumps([{"key": ["value", {"n": number}]} for number in range(3_000)])
    heavy = {"status": 201, "headers": [["X-Long", "v" * 5_000]] * 90, "body": body, "cut": False}
    lines = [
        records.header(records.api("moov", [records.clause(name) for name in names])),
        *(records.exchange(f"moov-{at}", response=heavy, curl="curl " + "x" * 50_000) for at in range(120)),
        *(
            records.verdict(name, "broken" if at < 40 else "kept", exchanges=[f"moov-{at}"], unstable=["u" * 900] * 50)
            for at, name in enumerate(names)
        ),
    ]

    assert len(rendered(tmp_path, lines).encode()) < 2_000_000
