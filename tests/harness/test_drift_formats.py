"""Drift as it is told: on a terminal, in Markdown, as JSON; whatever a server sent."""

import json
import re
from io import StringIO
from pathlib import Path

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from rich.console import Console

from clausewise.drift import FORMATS, Drift, render, write_drift
from tests.harness import records
from tests.harness.drifts import MOOV, before, between, now
from tests.harness.records import HOSTILE, Line

GITHUB = MarkdownIt("gfm-like")


def example(tmp_path: Path) -> Drift:
    """Two runs between which much changed."""
    old = before(
        *(records.exchange(f"moov-{number}", headers=[]) for number in (1, 2)),
        records.verdict("moov.a"),
        records.verdict("moov.b", "broken", "should"),
        records.verdict("moov.c", "observed", "silent", observed={"400": 3}),
    )
    new = now(
        *(records.exchange(f"moov-{number}", response=response("x-new")) for number in (1, 2)),
        records.verdict("moov.a", "broken", expected="422", received="201, with an empty body"),
        records.verdict("moov.b", level="should"),
        records.verdict("moov.c", "observed", "silent", observed={"422": 5}),
        seed=7,
    )
    return between(tmp_path, old, new)


def response(*names: str, body: str = '{"id":1,"amount":1.5,"scopes":["a"],"empty":{}}') -> Line:
    headers = [["Content-Type", "application/json"], ["x-request-id", "1"], *([name, "1"] for name in names)]
    return {"status": 201, "headers": headers, "body": body, "cut": False}


def hostile(tmp_path: Path) -> Drift:
    """Two runs against a server, and with a contract, that try to break out of whatever tells of them."""
    api = MOOV | {
        "title": HOSTILE,
        "base_url": HOSTILE,
        "embedded": False,
        "clauses": [records.clause(clause["id"], clause["level"], says=HOSTILE) for clause in MOOV["clauses"]],
    }
    body = json.dumps({HOSTILE: 1})
    old = before(
        *(records.exchange(f"moov-{number}", response=response(body=body)) for number in (1, 2)),
        records.verdict("moov.b", "broken", expected=HOSTILE, received=HOSTILE),
        records.verdict("moov.c", "observed", observed={HOSTILE: 1}),
        profile=HOSTILE,
        of=api,
    )
    new = now(
        *(records.exchange(f"moov-{number}", response=response(HOSTILE)) for number in (1, 2)),
        records.verdict("moov.a", "broken", expected=HOSTILE, received=HOSTILE, unstable=[HOSTILE]),
        records.verdict("moov.b", "untested", reason=HOSTILE),
        records.verdict("moov.c", "observed", observed={"400": 1}),
        of=api,
    )
    return between(tmp_path, old, new)


def nothing(tmp_path: Path) -> Drift:
    return between(tmp_path, before(records.verdict("moov.a")), now(records.verdict("moov.a")))


# As text


def test_the_text(tmp_path: Path) -> None:
    assert FORMATS["text"](example(tmp_path)).splitlines() == [
        "Moov: create a connection: 2026-11-21 02:00:00 UTC against the embedded mock, "
        "held against 2026-11-20 02:00:00 UTC against the embedded mock",
        "  The seeds differ: 1 before, 7 now. So other random requests were sent.",
        "  Newly broken (1)",
        "    moov.a (must): The page promises moov.a.",
        "      kept before; expected 422, received 201, with an empty body",
        "  Fixed (1)",
        "    moov.b (should): The page promises moov.b.",
        "      broken before, kept now",
        "  The target chooses otherwise (1)",
        "    moov.c (silent): The page promises moov.c.",
        "      now seen: 422; no longer seen: 400",
        "  Answers look otherwise (1)",
        "    201: every answer has the header x-new now, and none had it before",
        "1 clause newly broken, 1 clause fixed, 1 clause observed otherwise, 1 part of answers.",
    ]


def test_a_break_that_the_earlier_run_did_not_judge_is_told_so(tmp_path: Path) -> None:
    broken = records.verdict("moov.a", "broken", expected="422")

    told = FORMATS["text"](between(tmp_path, before(whole=False), now(broken)))

    assert "      not judged before; expected 422, received no answer\n" in told


def test_nothing_is_said_to_be_nothing(tmp_path: Path) -> None:
    assert FORMATS["text"](nothing(tmp_path)).splitlines()[1:] == ["  No drift.", "No drift."]
    assert FORMATS["markdown"](nothing(tmp_path)).startswith("# What changed between two runs\n\n**No drift.**\n")


def test_what_was_not_compared_is_not_said_to_be_without_drift(tmp_path: Path) -> None:
    persona = records.api("persona", [records.clause("persona.a")])

    told = FORMATS["text"](between(tmp_path, before(), now(of=persona)))

    assert "Nothing was compared." in told
    assert "No drift" not in told


def test_colours_are_for_terminals(tmp_path: Path) -> None:
    coloured, plain = StringIO(), StringIO()
    render(example(tmp_path), Console(file=coloured, force_terminal=True, color_system="standard"))
    render(example(tmp_path), Console(file=plain))

    assert "\x1b[1;31m  Newly broken (1)\x1b[0m" in coloured.getvalue()
    assert "\x1b" not in plain.getvalue()


def test_nothing_that_a_server_sends_gets_to_the_terminal_as_it_is(tmp_path: Path) -> None:
    lines = FORMATS["text"](hostile(tmp_path)).splitlines()

    assert all(line.isprintable() for line in lines)
    assert not [line for line in lines if re.match(r"\s*(# heading|- item)", line)]
    assert any("[red]markup[/red]" in line for line in lines)


# As Markdown


def test_the_markdown(tmp_path: Path) -> None:
    found = GITHUB.parse(FORMATS["markdown"](example(tmp_path)))
    contents = [
        (token.tag or "", found[i + 1].content) for i, token in enumerate(found) if token.type.endswith("_open")
    ]
    headings = [(tag, content) for tag, content in contents if tag.startswith("h")]
    entries = [content for tag, content in contents if tag == "p"]

    assert headings == [
        ("h1", "What changed between two runs"),
        ("h2", "Moov: create a connection"),
        ("h3", "Newly broken"),
        ("h3", "Fixed"),
        ("h3", "The target chooses otherwise"),
        ("h3", "Answers look otherwise"),
    ]
    assert (
        "`moov.a`, must: The page promises moov.a. kept before; expected 422, received 201, with an empty body"
        in entries
    )


def test_a_long_list_says_how_long_it_is(tmp_path: Path) -> None:
    names = [f"moov.{number}" for number in range(25)]
    api = records.api("moov", [records.clause(name) for name in names])
    found = between(tmp_path, before(of=api), now(*(records.verdict(name, "broken") for name in names), of=api))

    listed = [line for line in FORMATS["markdown"](found).splitlines() if line.startswith("- ")]

    assert len(listed) == 21
    assert listed[-1] == "- and 5 more"


def test_nothing_that_a_server_sends_becomes_markdown(tmp_path: Path) -> None:
    text = FORMATS["markdown"](hostile(tmp_path))
    tokens = [inner for token in GITHUB.parse(text) for inner in (token, *(token.children or ()))]
    page = BeautifulSoup(GITHUB.render(text), "html5lib")

    assert {token.type for token in tokens} & {"link_open", "image", "fence", "code_block", "html_block"} == set()
    assert {token.content for token in tokens if token.type == "html_inline"} == {"<!-- -->"}
    assert page.find_all(["script", "img", "a"]) == []
    assert [heading.get_text() for heading in page.find_all("h1")] == ["What changed between two runs"]


# As JSON


def test_the_json(tmp_path: Path) -> None:
    told = json.loads(FORMATS["json"](example(tmp_path)))

    assert (told["has_new_breaks"], told["has_any"]) == (True, True)
    [moov] = told["apis"]
    assert (moov["before"]["seed"], moov["after"]["seed"]) == (1, 7)
    assert [
        (change["clause"]["id"], change["kind"], change["before"], change["after"]) for change in moov["changes"]
    ] == [
        ("moov.a", "newly broken", "kept", "broken"),
        ("moov.b", "fixed", "broken", "kept"),
        ("moov.c", "observed", "observed", "observed"),
    ]
    assert moov["changes"][2]["appeared"] == ["422"]
    assert moov["answers"] == [{"statuses": [201], "part": "header", "name": "x-new", "appeared": True}]


def test_the_json_keeps_what_was_sent_and_is_safe_to_print(tmp_path: Path) -> None:
    text = FORMATS["json"](hostile(tmp_path))

    assert all(line.isascii() and line.isprintable() for line in text.splitlines())
    [moov] = json.loads(text)["apis"]
    assert moov["title"] == HOSTILE.replace("\ud800", "?")


# As files


def test_both_files_are_written(tmp_path: Path) -> None:
    found = example(tmp_path)

    paths = write_drift(found, tmp_path / "reports")

    assert [path.name for path in paths] == ["drift.md", "drift.json"]
    assert [path.read_text(encoding="utf-8") for path in paths] == [FORMATS["markdown"](found), FORMATS["json"](found)]
