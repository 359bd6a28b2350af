"""One outcome for each clause, out of the verdicts of many tests."""

from itertools import pairwise
from typing import get_args

import pytest

from clausewise.record import PRECEDENCE, Clause, Level, Outcome, Reason, Unstable, Verdict, count, settle


def clause(name: str = "moov.422", excluded: str | None = None, level: Level = "must") -> Clause:
    return Clause(name, "responses", level, "It says so.", ("211",), excluded=excluded)


def verdict(outcome: Outcome, name: str = "moov.422", **more: object) -> Verdict:
    return Verdict("moov", name, "must", outcome, "test", **more)  # type: ignore[arg-type]  # of many types


def test_the_order_of_outcomes() -> None:
    assert PRECEDENCE == ("broken", "error", "known", "kept", "observed", "untested", "excluded")
    assert set(PRECEDENCE) == set(get_args(Outcome))


@pytest.mark.parametrize(("first", "second"), list(pairwise(PRECEDENCE)))
def test_the_more_telling_outcome_wins(first: Outcome, second: Outcome) -> None:
    for verdicts in ([verdict(first), verdict(second)], [verdict(second), verdict(first)]):
        [settled] = settle([clause()], verdicts)

        assert settled.outcome == first
        assert [one.outcome for one in settled.deciding] == [first]


def test_a_clause_without_a_verdict_is_untested() -> None:
    [settled] = settle([clause()], [])

    assert (settled.outcome, settled.reasons) == ("untested", (Reason("no test of this run was about it", "no-test"),))


def test_a_clause_excluded_by_its_contract_is_excluded() -> None:
    [settled] = settle([clause(excluded="nothing can judge it")], [])

    assert (settled.outcome, settled.reasons) == ("excluded", (Reason("nothing can judge it"),))


def test_what_broke_an_excluded_clause_is_not_hidden() -> None:
    [settled] = settle([clause(excluded="nothing can judge it")], [verdict("broken")])

    assert settled.outcome == "broken"


def test_reasons_are_those_of_the_outcome_each_once() -> None:
    verdicts = [
        verdict("untested", reason="no token"),
        verdict("untested", reason="no account"),
        verdict("untested", reason="no token"),
        verdict("excluded", reason="another day"),
    ]

    [settled] = settle([clause()], verdicts)

    assert settled.reasons == (Reason("no token"), Reason("no account"))


def test_clauses_keep_their_order_and_their_own_verdicts() -> None:
    clauses = [clause("moov.b"), clause("moov.a")]

    settled = settle(clauses, [verdict("kept", "moov.a"), verdict("broken", "moov.b")])

    assert [(one.clause.id, one.outcome) for one in settled] == [("moov.b", "broken"), ("moov.a", "kept")]


def test_numbers_and_entries_are_gathered_over_all_tests() -> None:
    verdicts = [
        verdict("observed", judged=3, observed={"201": 1, "400": 2}, unstable=(Unstable("one"),)),
        verdict("observed", judged=4, observed={"201": 4}),
        verdict("broken", judged=5, broken=2, unstable=(Unstable("two"),)),
    ]

    [settled] = settle([clause()], verdicts)

    assert (settled.judged, settled.broken, settled.unstable) == (12, 2, (Unstable("one"), Unstable("two")))
    assert list(settled.observed.items()) == [("201", 5), ("400", 2)]


def test_an_unstable_clause_is_counted_under_its_outcome_too() -> None:
    clauses = [clause("moov.a"), clause("moov.b"), clause("moov.c", excluded="why not"), clause("moov.d")]
    verdicts = [
        verdict("kept", "moov.a", unstable=("once", "twice")),
        verdict("broken", "moov.b"),
        verdict("kept", "moov.d", unstable=("once",)),
    ]

    assert count(settle(clauses, verdicts)) == {
        "broken": 1,
        "error": 0,
        "known": 0,
        "kept": 2,
        "observed": 0,
        "untested": 0,
        "excluded": 1,
        "unstable": 2,
    }
