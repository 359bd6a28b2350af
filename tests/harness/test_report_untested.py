"""What the page says of clauses that were not tested, and of runs that failed although nothing broke."""

from pathlib import Path

import pytest

from tests.harness import records
from tests.harness.pages import by_id, part, read_back, text
from tests.harness.records import Line, complaint, depends, not_set


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
    ("facts", "advice"),
    [
        (
            not_set("MOOV_EXPIRED_TOKEN"),
            "Set MOOV_EXPIRED_TOKEN in the environment or in a .env file, and run again.",
        ),
        (
            {"code": "renew", "variables": ["MOOV_TOKEN", "MOOV_EXPIRED_TOKEN"]},
            "Set MOOV_EXPIRED_TOKEN in the environment or in a .env file, and run again.",
        ),
        ({"code": "spent", "variables": ["MOOV_TOKEN"]}, "Configure more values in MOOV_TOKEN, and run again."),
        ({"code": "no-test"}, "Run the whole suite of this API: a run of some tests alone leaves out the others."),
        (
            {"code": "never-seen"},
            "Requests of this run asked for such an answer, and the target gave another one.",
        ),
        ({"code": "unreachable"}, "Only the target can bring such an answer about."),
        ({"code": "unstable"}, "Run again: what broke once did not break when it was sent again."),
        ({"code": "budget"}, "Allow more requests by --budget, or run --profile full."),
    ],
    ids=lambda value: value.get("code") if isinstance(value, dict) else "",
)
def test_how_to_get_it_tested(tmp_path: Path, facts: Line, advice: str) -> None:
    lines = run(records.verdict("moov.401", "untested", **{"reason": "for a reason", **facts}))

    assert text(part(read_back(tmp_path, lines), ".remedy")) == advice


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "the target refuses MOOV_TOKEN: renew it", "code": "renew", "variables": ["MOOV_TOKEN"]},
        {"reason": "MOOV_TOKEN is not the owner's", "code": "excused"},
    ],
    ids=["set", "without a variable"],
)
def test_where_the_reason_says_what_to_do_nothing_is_added(tmp_path: Path, facts: Line) -> None:
    lines = run(records.verdict("moov.401", "untested", **facts))

    assert read_back(tmp_path, lines).select(".remedy") == []


def test_an_old_record_shows_its_reasons_and_nothing_is_read_out_of_them(tmp_path: Path) -> None:
    old = ["MOOV_EXPIRED_TOKEN is not set", depends("moov.root")["reason"]]
    broken = records.verdict("moov.root", "broken")
    verdicts = [records.verdict(f"moov.{at}", "untested", reason=reason) for at, reason in enumerate(old)]

    soup = read_back(tmp_path, run(broken, *verdicts, last=records.footer(complaints=["moov: an entry expired"])))

    assert [text(reason) for reason in by_id(soup, "untested").select("h3")] == old
    assert soup.select(".remedy, .consequences") == []
    assert [text(notice) for notice in soup.select("body > header .notice")] == ["moov: an entry expired"]


def test_what_depends_on_a_broken_clause_stands_under_it(tmp_path: Path) -> None:
    soup = read_back(
        tmp_path,
        run(
            records.verdict("moov.root", "broken"),
            records.verdict("moov.next", "untested", **depends("moov.root")),
            records.verdict("moov.last", "untested", **depends("moov.next")),
            records.verdict("moov.401", "untested", **not_set("MOOV_EXPIRED_TOKEN")),
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
        [records.verdict("moov.root"), records.verdict("moov.next", "untested", **depends("moov.root"))],
        [
            records.verdict("moov.root", "broken"),
            records.verdict("moov.next", "untested", **depends("moov.root")),
            records.verdict("moov.next", "untested", **not_set("MOOV_EXPIRED_TOKEN")),
        ],
        [
            records.verdict("moov.a", "untested", **depends("moov.b")),
            records.verdict("moov.b", "untested", **depends("moov.a")),
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
        records.verdict("moov.next", "untested", **depends(name)),
    )

    soup = read_back(tmp_path, lines)

    assert text(part(by_id(soup, "moov.next"), ".elsewhere")) == f"What happened to {name}"
    assert soup.select("main .document b, .consequences b") == []


def test_a_run_in_which_nothing_was_tested_says_so_first(tmp_path: Path) -> None:
    last = records.footer(complaints=[complaint("moov: nothing was really tested")])
    lines = run(records.verdict("moov.401", "untested", **not_set("MOOV_EXPIRED_TOKEN")), last=last)

    assert notices(tmp_path, lines) == ["moov: nothing was really tested"]
    assert text(part(read_back(tmp_path, lines), ".apis .verdict")).endswith("The run failed all the same.")


def test_a_run_in_which_nothing_succeeded_says_so_first(tmp_path: Path) -> None:
    said = "moov: no request succeeded, so good requests were not really tested: give fresh fixtures"
    last = records.footer(complaints=[complaint(said, code="no-success")])
    exchanges = (records.exchange("moov-1", 409), records.exchange("moov-2", None))

    assert notices(tmp_path, run(records.verdict("moov.401"), before=exchanges, last=last)) == [said]


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
