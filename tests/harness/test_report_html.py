"""The page, read back by parsers of its own: valid, self-contained, complete and safe."""

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag

from clausewise.report.html import page
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

RECORDS = {"example": records.example(), "hostile": records.hostile(), "large": records.large()}


def rendered(tmp_path: Path, lines: list[Line]) -> str:
    return page(view(records.loaded(tmp_path, lines)))


def read_back(tmp_path: Path, lines: list[Line]) -> BeautifulSoup:
    return BeautifulSoup(rendered(tmp_path, lines), "html5lib")


def part(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one element that the selector finds."""
    [found] = soup.select(selector)
    return found


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def style(soup: BeautifulSoup) -> str:
    return str(part(soup, "style").string)


def by_id(soup: BeautifulSoup, name: str) -> Tag:
    [found] = soup.find_all(id=name)
    return found


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
def test_the_page_needs_no_network_and_no_script(tmp_path: Path, lines: list[Line]) -> None:
    soup = read_back(tmp_path, lines)
    attributes = {name for tag in soup.find_all(True) for name in tag.attrs}

    assert soup.select("script, link, img, iframe, object, embed, form, base") == []
    assert attributes.isdisjoint({"src", "srcset", "style", "action", "data", "poster"})
    assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"@import|url\(", style(soup))


def test_the_page_forbids_all_but_its_own_style(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())
    digest = base64.b64encode(hashlib.sha256(style(soup).encode()).digest()).decode()

    policy = part(soup, 'meta[http-equiv="Content-Security-Policy"]')["content"]

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


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
    assert "the embedded mock at http://127.0.0.1:43121" in text(moov)
    assert "Connections of moov, read 2026-11-20, 0123456789ab" in text(moov)
    assert "fedcba987654" in text(moov)
    assert "Nothing was tested." in text(persona)


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


def test_a_broken_clause_opens_to_all_that_its_vendor_needs(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())
    broken = by_id(soup, "broken").select(".finding")
    shown = text(broken[0])

    assert [tag["id"] for tag in broken] == ["finding-moov.422.missing", "finding-moov.sample.scope"]
    for fact in (
        "A request that lacks a required field is answered 422.",
        "must: stated by the document",
        "Connections of moov, The responses, lines 211 and 271-273",
        "Expected 422 , received 201, with an empty body",
        "12 exchanges, 3 of them broke it",
        "tests/conformance/test_clauses.py::test_clause[moov.422.missing-a]",
        "Request id req-moov-2",
        f"POST {records.URL}",
        "Authorization: Bearer [MOOV_TOKEN]",
        "201 Created",
        'curl -X POST http://127.0.0.1:43121/accounts/1/connections -H "Authorization: Bearer $MOOV_TOKEN"',
    ):
        assert fact in shown


def test_a_broken_clause_shows_three_exchanges_at_most(tmp_path: Path) -> None:
    finding = by_id(read_back(tmp_path, records.example()), "finding-moov.422.missing")

    assert [tag["id"] for tag in finding.select(".exchange")] == [
        "exchange-moov-2",
        "exchange-moov-3",
        "exchange-moov-4",
    ]


def test_several_broken_tests_stand_in_a_table(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.422")])),
        records.verdict("moov.422", "broken", test="one", expected="422", received="201", judged=5, broken=2),
        records.verdict("moov.422", "broken", test="two", expected="400", received="500", judged=3, broken=3),
    ]

    finding = part(read_back(tmp_path, lines), ".finding")

    assert "Expected 422 , received 201" in text(part(finding, "summary .versus"))
    assert text(part(finding, ".more summary")) == "All 2 tests that found this"
    assert [text(row) for row in finding.select("tr")] == [
        "Test Expected Received Broken",
        "one 422 201 2 of 5",
        "two 400 500 3 of 3",
    ]


def test_json_bodies_are_shown_as_they_came_on_indented_lines(tmp_path: Path) -> None:
    first = by_id(read_back(tmp_path, records.example()), "exchange-moov-2")

    assert first.select("pre")[3].get_text().splitlines() == [
        "{",
        '  "id": 1,',
        '  "id": 2,',
        '  "amount": 1.50,',
        '  "scopes": [',
        '    "accounts.read"',
        "  ],",
        '  "empty": {}',
        "}",
    ]


def test_an_exchange_under_two_clauses_is_shown_once_and_linked(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    assert len(soup.find_all(id="exchange-moov-2")) == 1
    assert "moov-2 , as shown under moov.422.missing" in text(by_id(soup, "finding-moov.404.status"))


def test_a_kept_clause_opens_to_one_exchange(tmp_path: Path) -> None:
    clause = by_id(read_back(tmp_path, records.example()), "moov.201.status")

    assert [tag["id"] for tag in clause.select("details.exchange")] == ["exchange-moov-1"]


def test_a_request_without_an_answer_says_why(tmp_path: Path) -> None:
    shown = text(by_id(read_back(tmp_path, records.example()), "exchange-moov-7"))

    assert "POST answered not at all" in shown
    assert "the connection was closed before an answer came" in shown


def test_long_bodies_are_folded_and_cut(tmp_path: Path) -> None:
    response = {"status": 200, "headers": [], "body": "x" * 30_000, "cut": True}
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.exchange("moov-1", response=response),
        records.verdict("moov.201", exchanges=["moov-1"]),
    ]

    exchange = by_id(read_back(tmp_path, lines), "exchange-moov-1")

    assert text(part(exchange, ".more summary")) == "Body, 30,000 characters"
    assert text(part(exchange, ".more pre")) == "x" * 2000 + "… (28,000 more characters)"
    assert "Only the start of this body was recorded." in text(exchange)


def test_a_reason_for_no_test_stands_once_with_its_clauses(tmp_path: Path) -> None:
    untested = by_id(read_back(tmp_path, records.example()), "untested")

    assert [text(reason) for reason in untested.select("h3")] == [
        "MOOV_EXPIRED_TOKEN is not set",
        "no test of this run was about it",
    ]
    assert [link["href"] for link in untested.select("ul")[0].select("a")] == [
        "#moov.401.expired",
        "#moov.403.status",
    ]


def test_what_was_observed_and_what_was_unstable(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    assert text(part(by_id(soup, "observed"), "tbody tr")) == (
        "How a scope in capitals is answered. moov.silent.casing 400 (5 times), 201 (once)"
    )
    assert text(part(by_id(soup, "unstable"), "h3")) == "moov.201.status"
    assert text(part(by_id(soup, "unstable"), "li")) == "moov-9: expected 201, received 500"


def test_chapters_without_content_are_left_out(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.verdict("moov.201"),
        records.footer(exit=0),
    ]

    soup = read_back(tmp_path, lines)

    assert soup.select("#broken, #errors, #known, #untested, #unstable, #observed") == []
    assert [text(link) for link in soup.select("nav a")] == ["Connections of moov", "This run"]


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
