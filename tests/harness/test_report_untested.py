"""What the page says of clauses that were not tested, and of runs that failed although nothing broke."""

from pathlib import Path

import pytest

from tests.harness import records
from tests.harness.pages import by_id, part, read_back, text
from tests.harness.records import Line

DEPENDENT = "depends on moov.root, which is broken in the same way"


def run(*verdicts: Line, last: Line | None = None, before: tuple[Line, ...] = (), **more: object) -> list[Line]:
    """A record with a clause for each verdict, and one success."""
    clauses = [records.clause(verdict["clause"], verdict["level"]) for verdict in verdicts]
    exchanges = before or (records.exchange("moov-1"),)
    return [records.header(records.api("moov", clauses), **more), *exchanges, *verdicts, last or records.footer()]


def notices(tmp_path: Path, lines: list[Line]) -> list[str]:
    return [text(notice) for notice in read_back(tmp_path, lines).select("body > header .notice")]


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


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (
            "MOOV_EXPIRED_TOKEN is not set",
            "Set MOOV_EXPIRED_TOKEN in the environment or in a .env file, and run again.",
        ),
        (
            "no test of this run was about it",
            "Run the whole suite of this API: a run of some tests alone leaves out the others.",
        ),
        (
            "no answer had status 429",
            "Only the target can bring it about; more requests (--profile nightly) make it likelier.",
        ),
        ("unstable: moov-1 did it", "Run again: what broke once did not break when it was sent again."),
    ],
)
def test_how_to_get_it_tested(tmp_path: Path, reason: str, advice: str) -> None:
    lines = run(records.verdict("moov.401", "untested", reason=reason))

    assert text(part(read_back(tmp_path, lines), ".remedy")) == advice


@pytest.mark.parametrize("reason", ["MOOV_TOKEN is not the owner's", "every value was used: configure more"])
def test_where_the_reason_says_what_to_do_nothing_is_added(tmp_path: Path, reason: str) -> None:
    lines = run(records.verdict("moov.401", "untested", reason=reason))

    assert read_back(tmp_path, lines).select(".remedy") == []


def test_what_depends_on_a_broken_clause_stands_under_it(tmp_path: Path) -> None:
    soup = read_back(
        tmp_path,
        run(
            records.verdict("moov.root", "broken"),
            records.verdict("moov.next", "untested", reason=DEPENDENT),
            records.verdict("moov.last", "untested", reason="depends on moov.next, which is broken in the same way"),
            records.verdict("moov.401", "untested", reason="MOOV_EXPIRED_TOKEN is not set"),
        ),
    )
    consequences = part(by_id(soup, "finding-moov.root"), ".consequences")

    assert "Because of it 2 other clauses could not be tested" in text(part(soup, ".finding summary"))
    assert [link["href"] for link in consequences.select("a")] == ["#moov.next", "#moov.last"]
    assert [text(link) for link in by_id(soup, "untested").select("a")] == ["moov.401"]
    assert [link["href"] for link in by_id(soup, "moov.last").select(".elsewhere a")] == ["#finding-moov.root"]
    assert "Not tested 1" in text(part(soup, "nav"))


@pytest.mark.parametrize(
    "verdicts",
    [
        [records.verdict("moov.root"), records.verdict("moov.next", "untested", reason=DEPENDENT)],
        [
            records.verdict("moov.root", "broken"),
            records.verdict("moov.next", "untested", reason=DEPENDENT),
            records.verdict("moov.next", "untested", reason="MOOV_EXPIRED_TOKEN is not set"),
        ],
        [
            records.verdict("moov.a", "untested", reason="depends on moov.b, which is broken in the same way"),
            records.verdict("moov.b", "untested", reason="depends on moov.a, which is broken in the same way"),
        ],
    ],
    ids=["nothing broke", "another reason too", "in a circle"],
)
def test_what_is_not_only_a_consequence_stays_among_the_untested(tmp_path: Path, verdicts: list[Line]) -> None:
    clauses = [records.clause(name) for name in dict.fromkeys(verdict["clause"] for verdict in verdicts)]
    soup = read_back(tmp_path, [records.header(records.api("moov", clauses)), *verdicts])

    assert by_id(soup, "untested").select("li")
    assert soup.select(".consequences") == []


def test_a_consequence_of_a_hostile_text_stays_text(tmp_path: Path) -> None:
    name = "moov.<b>root</b>"
    lines = run(
        records.verdict(name, "broken"),
        records.verdict("moov.next", "untested", reason=f"depends on {name}, which is broken in the same way"),
    )

    soup = read_back(tmp_path, lines)

    assert text(part(by_id(soup, "moov.next"), ".elsewhere")) == f"What happened to {name}"
    assert soup.select("main .document b, .consequences b") == []


def test_a_run_in_which_nothing_was_tested_says_so_first(tmp_path: Path) -> None:
    lines = run(records.verdict("moov.401", "untested", reason="MOOV_EXPIRED_TOKEN is not set"))

    assert notices(tmp_path, lines) == [
        "Nothing of Moov: create a connection was really tested, so the run failed. See why under Not tested."
    ]


def test_a_run_in_which_nothing_succeeded_says_so_first(tmp_path: Path) -> None:
    lines = run(records.verdict("moov.401"), before=(records.exchange("moov-1", 409), records.exchange("moov-2", None)))

    [told] = notices(tmp_path, lines)

    assert told.startswith("No request to Moov: create a connection succeeded")


@pytest.mark.parametrize(
    ("verdicts", "code", "why"),
    [
        ([records.verdict("moov.a"), records.verdict("moov.b", "error")], 1, "1 clause could not be judged."),
        ([records.verdict("moov.a")], 1, "a test failed for another reason, which the output of pytest tells."),
        ([records.verdict("moov.a")], 3, "The run ended with exit code 3, so what is shown may not be all."),
    ],
)
def test_a_run_that_failed_although_nothing_broke_says_why(
    tmp_path: Path, verdicts: list[Line], code: int, why: str
) -> None:
    [told] = notices(tmp_path, run(*verdicts, last=records.footer(exit=code)))

    assert told.endswith(why)


def test_a_run_that_passed_although_something_broke_says_why(tmp_path: Path) -> None:
    lines = run(records.verdict("moov.a", "broken", "should"), fail_on="must", last=records.footer(exit=0))

    assert notices(tmp_path, lines) == ["The run passed all the same: it was to fail on broken must clauses alone."]


def test_a_run_that_was_to_fail_on_more_than_broke_says_why_it_failed(tmp_path: Path) -> None:
    lines = run(records.verdict("moov.a", "broken", "should"), fail_on="must")

    assert "although no clause is broken that it was to fail on" in notices(tmp_path, lines)[0]


@pytest.mark.parametrize(
    "lines",
    [
        run(records.verdict("moov.a", "broken")),
        run(records.verdict("moov.a"), last=records.footer(exit=0)),
    ],
    ids=["broken", "kept"],
)
def test_what_the_verdicts_explain_needs_no_notice(tmp_path: Path, lines: list[Line]) -> None:
    assert notices(tmp_path, lines) == []
