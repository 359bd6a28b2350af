"""The end of a run as a terminal shows it."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from clausewise.report import render
from tests.harness import records
from tests.harness.records import Line


def shown(tmp_path: Path, lines: list[Line], *, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    render(records.loaded(tmp_path, lines), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_a_table_counts_the_outcomes_of_each_api(tmp_path: Path) -> None:
    found = rows(shown(tmp_path, records.example()))

    outcomes = ["kept", "broken", "untested", "excluded", "observed", "known", "error", "unstable"]
    assert ["API", *outcomes] in found
    assert ["moov", "1", "2", "2", "1", "1", "1", "1", "1"] in found
    assert ["persona", "0", "0", "1", "0", "0", "0", "0", "0"] in found


def test_rare_outcomes_have_a_column_only_if_they_occurred(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.verdict("moov.201"),
        records.footer(exit=0),
    ]

    found = rows(shown(tmp_path, lines))

    assert ["API", "kept", "broken", "untested", "excluded", "observed"] in found
    assert ["moov", "1", "0", "0", "0", "0"] in found


def test_each_broken_clause_has_its_whole_message_once(tmp_path: Path) -> None:
    lines = records.example()
    second = next(line for line in lines if line.get("outcome") == "broken")
    lines.insert(-1, second | {"test": "tests/a.py::test_other[x]"})

    text = shown(tmp_path, lines)

    assert text.count("moov.422.missing: stated by the document\nexpected: 422\n") == 1
    assert "1 other test found it broken too" in text
    assert text.index("moov.422.missing: ") < text.index("moov.sample.scope (shown only")


def test_long_lines_stay_whole_for_copying(tmp_path: Path) -> None:
    curl = "curl " + "-H 'name: value' " * 30
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.verdict("moov.201", "broken", message=f"moov.201\n{curl}"),
        records.footer(),
    ]

    assert curl.rstrip() in shown(tmp_path, lines)


def test_reasons_and_unstable_results_have_a_line_each(tmp_path: Path) -> None:
    found = shown(tmp_path, records.example()).splitlines()

    assert found[-5:] == [
        "Could not be judged: the target closed the connection: moov.500.trace",
        "Accepted failures: the vendor mends it: moov.404.status",
        "Not tested: MOOV_EXPIRED_TOKEN is not set: moov.401.expired, moov.403.status",
        "Not tested: no test of this run was about it: persona.201.body",
        "Unstable: moov.201.status: moov-9: expected 201, received 500",
    ]


def test_of_many_clauses_with_one_reason_the_first_are_named(tmp_path: Path) -> None:
    names = [f"moov.clause-{number}" for number in range(9)]
    lines = [records.header(records.api("moov", [records.clause(name) for name in names])), records.footer()]

    told = shown(tmp_path, lines)

    assert "moov.clause-5 and 3 more" in told
    assert "moov.clause-6" not in told


def test_a_truncated_record_says_so_first(tmp_path: Path) -> None:
    assert shown(tmp_path, records.example()[:-1]).startswith("This record has no end")


def test_colours_are_for_terminals_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    assert "\x1b" not in shown(tmp_path, records.example())
    assert "\x1b[31m" in shown(tmp_path, records.example(), terminal=True)


def test_no_color_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    assert "\x1b[31m" not in shown(tmp_path, records.example(), terminal=True)


def test_what_a_hostile_server_sends_stays_text(tmp_path: Path) -> None:
    text = shown(tmp_path, records.hostile())

    assert "[red]markup[/red]" in text
    assert "\\u001b[31mred" in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)
