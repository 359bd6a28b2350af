"""What all reports share: the view of a record, and text fit to be shown."""

from pathlib import Path

import pytest

from clausewise.record import Response, Section, Unstable, read
from clausewise.report import write_reports
from clausewise.report.text import cut, harmless
from clausewise.report.view import RunView, view
from clausewise.report.words import lines_in_words, observed_in_words, unstable_in_words
from tests.harness import records
from tests.harness.records import Line


def viewed(tmp_path: Path, lines: list[Line]) -> RunView:
    return view(records.loaded(tmp_path, lines))


def one_api(*verdicts: Line, before: tuple[Line, ...] = (), after: tuple[Line, ...] = ()) -> list[Line]:
    """A record with one clause for each verdict, and the lines before and after the verdicts."""
    clauses = [records.clause(verdict["clause"], verdict["level"]) for verdict in verdicts]
    return [records.header(records.api("moov", clauses)), *before, *verdicts, *(after or (records.footer(),))]


def test_reports_are_written_and_can_be_written_again(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", records.example())

    written = write_reports(read(path), tmp_path / "first" / "reports")
    again = write_reports(read(path), tmp_path / "second")

    assert [one.name for one in written] == [
        "index.html",
        "junit.xml",
        "summary.md",
        "sarif.json",
        "exchanges.har",
        "badge.json",
    ]
    assert [one.read_bytes() for one in written] == [one.read_bytes() for one in again]


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        (["kept", "kept"], "All 2 tested clauses are kept."),
        (["kept"], "The one tested clause is kept."),
        (["kept", "observed"], "The one tested clause is kept."),
        (["kept", "broken", "untested"], "1 of 2 tested clauses is broken; 1 was not tested."),
        (["broken", "broken", "excluded"], "2 of 2 tested clauses are broken."),
        (["known", "kept"], "1 of 2 tested clauses is kept; 1 is broken as accepted before."),
        (["kept", "error", "error"], "The one tested clause is kept; 2 could not be judged."),
        (["untested", "untested"], "Nothing was tested."),
        (["observed", "error"], "Nothing was tested; 1 could not be judged."),
    ],
)
def test_the_verdict_in_words(tmp_path: Path, outcomes: list[str], sentence: str) -> None:
    verdicts = [records.verdict(f"moov.{at}", outcome) for at, outcome in enumerate(outcomes)]

    [api] = viewed(tmp_path, one_api(*verdicts)).apis

    assert api.verdict == sentence


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (["kept", "error", "broken"], "broken"),
        (["kept", "error"], "error"),
        (["kept", "untested"], "kept"),
        (["observed", "untested", "excluded"], "untested"),
    ],
)
def test_the_state_of_an_api(tmp_path: Path, outcomes: list[str], state: str) -> None:
    verdicts = [records.verdict(f"moov.{at}", outcome) for at, outcome in enumerate(outcomes)]

    [api] = viewed(tmp_path, one_api(*verdicts)).apis

    assert api.state == state


def test_the_worst_broken_clause_comes_first(tmp_path: Path) -> None:
    run = viewed(
        tmp_path,
        one_api(
            records.verdict("moov.often", "broken", "should", broken=90),
            records.verdict("moov.once", "broken", "must", broken=1),
            records.verdict("moov.twice", "broken", "must", broken=2),
            records.verdict("moov.two-too", "broken", "must", broken=2),
        ),
    )

    assert [clause.id for clause in run.broken] == ["moov.twice", "moov.two-too", "moov.once", "moov.often"]


def test_a_reason_stands_once_with_all_its_clauses(tmp_path: Path) -> None:
    groups = viewed(tmp_path, records.example()).reasons("untested")

    assert [(group.reason.text, [clause.id for clause in group.clauses]) for group in groups] == [
        ("MOOV_EXPIRED_TOKEN is not set", ["moov.401.expired", "moov.403.status"]),
        ("no test of this run was about it", ["persona.201.body"]),
    ]


def test_evidence_is_spread_over_the_tests_that_broke(tmp_path: Path) -> None:
    exchanges = tuple(records.exchange(f"moov-{number}") for number in range(6))
    names = [line["id"] for line in exchanges]
    clause = records.clause("moov.422")
    lines = [
        records.header(records.api("moov", [clause])),
        *exchanges,
        records.verdict("moov.422", "broken", exchanges=["moov-lost", *names[:4]]),
        records.verdict("moov.422", "broken", exchanges=[names[4], names[0]]),
        records.verdict("moov.422", "kept", exchanges=[names[5]]),
    ]

    [shown] = viewed(tmp_path, lines).clauses

    assert [exchange.id for exchange in shown.evidence] == ["moov-4", "moov-0", "moov-1"]


def test_what_some_tests_could_not_judge_is_told(tmp_path: Path) -> None:
    kept = records.verdict("moov.401")
    missing = records.verdict("moov.401", "untested", reason="MOOV_EXPIRED_TOKEN is not set")
    lines = [records.header(records.api("moov", [records.clause("moov.401")])), kept, missing]

    [clause] = viewed(tmp_path, lines).clauses

    assert (clause.outcome, clause.unjudged) == ("kept", ("MOOV_EXPIRED_TOKEN is not set",))


@pytest.mark.parametrize(
    ("end", "notice"),
    [
        ((records.wait(),), "This record has no end"),
        ((records.footer(interrupted=True),), "The run was interrupted"),
        ((records.footer(outcomes={"moov": {"kept": 2}}),), "do not add up"),
    ],
)
def test_a_record_that_is_not_whole_says_so(tmp_path: Path, end: tuple[Line, ...], notice: str) -> None:
    [told] = viewed(tmp_path, one_api(records.verdict("moov.201"), after=end)).notices

    assert notice in told


def test_a_whole_record_needs_no_notice(tmp_path: Path) -> None:
    assert viewed(tmp_path, records.example()).notices == ()


def test_the_source_names_document_section_and_lines(tmp_path: Path) -> None:
    clauses = {clause.id: clause for clause in viewed(tmp_path, records.example()).clauses}

    assert clauses["moov.201.status"].source == "Connections of moov, The responses, lines 211 and 271-273"
    assert clauses["persona.201.body"].source == ("Connections of persona, The responses, with supplementary material")


def test_a_message_is_made_up_where_none_was_recorded(tmp_path: Path) -> None:
    clause = viewed(tmp_path, records.example()).broken[1]

    assert clause.message(clause.deciding[0]).splitlines() == [
        "moov.sample.scope (shown only by the document's examples): The sample's request is accepted.",
        "source: Connections of moov, The responses, lines 211 and 271-273",
        "expected: 201",
        "received: 400",
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["211"], "line 211"),
        (["211-213"], "lines 211-213"),
        (["3", "269"], "lines 3 and 269"),
        (["1-2", "5", "9"], "lines 1-2, 5 and 9"),
    ],
)
def test_lines_in_words(lines: list[str], words: str) -> None:
    assert lines_in_words(lines) == words


def test_observations_in_words() -> None:
    assert observed_in_words({"400": 1200, "no body": 1}) == "400 (1,200 times), no body (once)"


def test_of_many_unstable_results_the_first_is_named() -> None:
    assert unstable_in_words([Unstable("once")]) == "once"
    assert unstable_in_words([Unstable("once"), Unstable("twice"), Unstable("again")]) == "once; and 2 more"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("plain text, ünïcödé and 漢字", "plain text, ünïcödé and 漢字"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\x00b\x7f\x9b", "a\\u0000b\\u007f\\u009b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\ud800 \ufffe \u2028", "\\ud800 \\ufffe \\u2028"),
        ("one\r\ntwo\ttab", "one\\u000d\\u000atwo\\u0009tab"),
    ],
)
def test_what_is_more_than_text_is_shown_by_its_number(sent: str, shown: str) -> None:
    assert harmless({"value": (sent,)}) == {"value": (shown,)}


def test_line_breaks_stay_in_bodies_and_become_spaces_in_sentences() -> None:
    response = Response(200, (), "one\r\n\ttwo\rthree\n")
    section = Section("a", "A title\n of two  lines\n", "1-2")

    assert harmless(response).body == "one\n\ttwo\\u000dthree\n"
    assert harmless(section).title == "A title of two lines"


def test_long_text_is_cut_and_says_so() -> None:
    assert cut("a" * 300, 300) == "a" * 300
    assert cut("a" * 2300, 300) == "a" * 300 + "… (2,000 more characters)"
