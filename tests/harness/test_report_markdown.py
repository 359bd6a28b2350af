"""summary.md, read back by a parser of GitHub's Markdown."""

from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from clausewise.report.markdown import block, code, prose, summary
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

GITHUB = MarkdownIt("gfm-like")


def written(tmp_path: Path, lines: list[Line]) -> str:
    return summary(view(records.loaded(tmp_path, lines)))


def tokens(text: str) -> list[Token]:
    """All tokens, the inline ones among them."""
    return [inner for token in GITHUB.parse(text) for inner in (token, *(token.children or ()))]


def contents(text: str, kind: str) -> list[str]:
    return [token.content for token in tokens(text) if token.type == kind]


def headings(text: str) -> list[tuple[str, str]]:
    found = GITHUB.parse(text)
    return [(at.tag, found[i + 1].content) for i, at in enumerate(found) if at.type == "heading_open"]


def test_the_chapters(tmp_path: Path) -> None:
    assert headings(written(tmp_path, records.example())) == [
        ("h1", "Conformance, clause by clause"),
        ("h2", "Broken"),
        ("h3", "`moov.422.missing`, must"),
        ("h3", "`moov.sample.scope`, should"),
        ("h2", "Could not be judged"),
        ("h2", "Accepted failures"),
        ("h2", "Not tested"),
        ("h2", "Unstable"),
    ]


def test_each_api_has_its_verdict_and_its_target(tmp_path: Path) -> None:
    lines = records.example()
    lines[0] = lines[0] | {"apis": [lines[0]["apis"][0], lines[0]["apis"][1] | {"embedded": False}]}

    text = written(tmp_path, lines)

    assert "**Moov: create a connection**, the embedded mock: 2 of 4 tested clauses are broken;" in text
    assert "**Persona: create a connection**, `http://127.0.0.1:43121`: Nothing was tested." in text


def test_the_table_of_outcomes(tmp_path: Path) -> None:
    found = GITHUB.parse(written(tmp_path, records.example()))
    cells = [found[i + 1].content for i, at in enumerate(found) if at.type in ("th_open", "td_open")]

    assert cells == [
        *["API", "broken", "error", "known", "kept", "observed", "untested", "excluded", "unstable"],
        *["Moov: create a connection", "2", "1", "1", "1", "1", "2", "1", "1"],
        *["Persona: create a connection", "0", "0", "0", "0", "0", "1", "0", "0"],
    ]


def test_a_broken_clause_says_what_came_and_how_to_send_it_again(tmp_path: Path) -> None:
    text = written(tmp_path, records.example())

    for line in (
        "A request that lacks a required field is answered 422.",
        "(Connections of moov, The responses, lines 211 and 271-273: stated by the document.)",
        "- 3 of 12 exchanges broke it",
        "- Expected: `422`",
        "- Received: `201, with an empty body`",
        "- Request id: `req-moov-2`",
    ):
        assert line in text.splitlines()
    assert contents(text, "fence")[0] == (
        'curl -X POST http://127.0.0.1:43121/accounts/1/connections -H "Authorization: Bearer $MOOV_TOKEN"\n'
    )


def test_reasons_and_unstable_results_are_listed(tmp_path: Path) -> None:
    text = written(tmp_path, records.example())

    assert r"- **2 clauses**: MOOV\_EXPIRED\_TOKEN is not set: `moov.401.expired`, `moov.403.status`" in text
    assert "- **1 clause**: the vendor mends it: `moov.404.status`" in text
    assert "- `moov.201.status`: moov-9: expected 201, received 500" in text


def test_a_truncated_record_says_so(tmp_path: Path) -> None:
    [quote] = [
        token.content
        for token in GITHUB.parse(written(tmp_path, records.example()[:-1]))
        if token.type == "inline" and token.level == 2
    ][:1]

    assert quote.startswith("This record has no end")


def many_broken(number: int, **more: Any) -> list[Line]:
    names = [f"moov.{at}.status" for at in range(number)]
    verdicts = [records.verdict(name, "broken", exchanges=["moov-1"], **more) for name in names]
    clauses = [records.clause(name) for name in names]
    return [
        records.header(records.api("moov", clauses)),
        records.exchange("moov-1"),
        *verdicts,
        records.footer(),
    ]


def test_only_the_worst_are_shown_in_full(tmp_path: Path) -> None:
    text = written(tmp_path, many_broken(12))

    assert len(contents(text, "fence")) == 10
    assert "2 other broken clauses: `moov.10.status`, `moov.11.status`" in text


@pytest.mark.parametrize(
    "lines",
    [
        many_broken(200, expected=records.HOSTILE * 50, received="`" * 5000, unstable=["|" * 900] * 9),
        records.large(),
    ],
    ids=["hostile", "large"],
)
def test_a_summary_fits_into_a_comment(tmp_path: Path, lines: list[Line]) -> None:
    assert len(written(tmp_path, lines)) < 65_536


def many_untested(number: int, reason: str) -> list[Line]:
    """A run with this many clauses that are untested, each for a reason of its own."""
    names = [f"moov.{at}.status" for at in range(number)]
    verdicts = [records.verdict(name, "untested", reason=f"{at} {reason}") for at, name in enumerate(names)]
    return [records.header(records.api("moov", [records.clause(name) for name in names])), *verdicts, records.footer()]


@pytest.mark.parametrize("letter", ["|", "é", "😀"])
def test_a_summary_fits_into_a_comment_in_any_script(tmp_path: Path, letter: str) -> None:
    """GitHub takes 65,536 characters, and keeps them in four bytes each."""
    text = written(
        tmp_path, many_broken(200, expected=letter * 900, received=letter * 900, unstable=[letter * 900] * 9)
    )

    assert 10_000 < len(text) <= 65_536
    assert len(text.encode()) <= 4 * 65_536


def test_a_summary_ends_with_its_line_so_that_more_can_follow(tmp_path: Path) -> None:
    """A step appends it to the file that $GITHUB_STEP_SUMMARY names, where others append theirs."""
    text = written(tmp_path, records.example())

    assert headings(text + text) == headings(text) * 2
    assert text.endswith("\n")


def test_a_summary_that_would_be_longer_says_where_it_ends(tmp_path: Path) -> None:
    text = written(tmp_path, many_untested(400, "|" * 900))

    assert len(text) <= 65_536
    assert text.endswith("\n\nThe summary ends here; the whole report is longer.\n")


def test_long_lists_are_cut(tmp_path: Path) -> None:
    names = [f"moov.{at}" for at in range(25)]
    clauses = [records.clause(name) for name in names]
    lines = [records.header(records.api("moov", clauses))]
    lines += [records.verdict(name, "untested", reason="no token", unstable=["once"]) for name in names]

    text = written(tmp_path, lines)

    assert "- **25 clauses**: no token: `moov.0`, " in text
    assert "`moov.19` and 5 more\n" in text
    assert "- `moov.19`: once\n- 5 other clauses\n" in text
    assert "`moov.20`" not in text


def test_a_curl_line_is_whole_or_left_out(tmp_path: Path) -> None:
    lines = records.example()
    lines[2] = lines[2] | {"curl": "curl " + "x" * 3000}

    text = written(tmp_path, lines)

    assert "The curl line is too long for a summary." in text
    assert "xxx" not in text


@pytest.mark.parametrize(
    "text",
    [
        records.HOSTILE,
        "<script>alert(1)</script>",
        "<!-- hidden -->",
        "[a](http://evil.example) ![b](http://evil.example/x.png)",
        "https://evil.example http://evil.example ftp://evil.example",
        "www.evil.example WWW.EVIL.EXAMPLE",
        "somebody@evil.example",
        "*a* **b** _c_ __d__ ~~e~~ `f`",
        "a | b",
        "&lt; &amp; &#x41;",
        "back\\slash \\* \\\\",
    ],
)
def test_nothing_in_a_sentence_is_markup(text: str) -> None:
    one_line = text.replace("\n", " ").replace("\r", " ").replace("\0", "")
    found = tokens("A: " + prose(one_line))

    assert {token.type for token in found} <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "html_inline",
    }
    assert {token.content for token in found if token.type == "html_inline"} <= {"<!-- -->"}
    plain = "".join(token.content for token in found if token.type in ("text", "text_special"))
    assert plain == "A: " + one_line


def test_nobody_is_mentioned_and_no_issue_is_named() -> None:
    assert prose("@somebody #12 a#b") == "@<!-- -->somebody #<!-- -->12 a#b"


@pytest.mark.parametrize("value", ["plain", "a`b", "``` `` `", "`", "<b>", "*a* [b](c) @d", "\\", "a|b"])
def test_a_value_is_code_and_nothing_else(value: str) -> None:
    assert contents(code(value), "code_inline") == [value]


def test_an_empty_value_is_named() -> None:
    assert code("") == code("  ") == "(empty)"


@pytest.mark.parametrize("text", ["plain", "```\n<b>", "a\n~~~~\n`````\n# b"])
def test_nothing_ends_a_block_of_code(text: str) -> None:
    [fence] = tokens(block(text))

    assert (fence.type, fence.content) == ("fence", text + "\n")


def test_what_a_hostile_server_sends_stays_text(tmp_path: Path) -> None:
    text = written(tmp_path, records.hostile())
    found = tokens(text)

    assert {token.type for token in found}.isdisjoint({"html_block", "link_open", "image", "s_open", "em_open"})
    assert {token.content for token in found if token.type == "html_inline"} <= {"<!-- -->"}
    assert [level for level, _ in headings(text)] == ["h1", "h2", "h3", "h2", "h2", "h2", "h2"]
    assert "\x1b" not in text
    assert "\\u001b[31mred" in contents(text, "fence")[0]
