"""What turns a run red beside its broken clauses, and what of it decides the exit code."""

from pathlib import Path
from typing import Any

import pytest

from clausewise.conclusion import complaints, fails
from clausewise.contract import Level
from clausewise.profiles import profile
from clausewise.record import Clause, Outcome, Settled, Verdict, coverage, settle
from clausewise.settings import BINDING, Settings

PACE = {"reason": "nothing but 429", "code": "pace"}
NOT_SET = {"reason": "MOOV_TOKEN is not set", "code": "not-set"}


def settled(*outcomes: tuple[Outcome, dict[str, Any]], level: Any = "must") -> tuple[Settled, ...]:
    """A clause of that level for each outcome, with what its verdict says besides."""
    clauses = [Clause(f"moov.{at}", "responses", level, "It says so.", ("1",)) for at in range(len(outcomes))]
    verdicts = [
        Verdict("moov", clause.id, level, outcome, "a test", **more)
        for clause, (outcome, more) in zip(clauses, outcomes, strict=True)
    ]
    return settle(clauses, verdicts)


def settings(**more: Any) -> Settings:
    return Settings({}, Path(), profile("quick", 0), **more)


def codes(found: tuple[Settled, ...], *, succeeded: bool = True, **more: Any) -> list[str | None]:
    return [one.code for one in complaints(settings(**more), {"moov": found}, ["moov"] if succeeded else [], {})]


@pytest.mark.parametrize(
    ("outcomes", "planned", "percent"),
    [
        ([("kept", {})] * 4, 4, 100),
        ([("kept", {}), ("broken", {}), ("known", {}), ("untested", PACE)], 4, 75),
        ([("kept", {}), ("untested", NOT_SET), ("excluded", {})], 1, 100),
        ([("kept", {}), ("error", {"reason": "it failed", "code": "failure"})], 2, 50),
        ([("kept", {}), ("untested", {"reason": "an old record says no code"})], 1, 100),
        ([("untested", NOT_SET)], 0, 100),
    ],
)
def test_what_was_planned_and_what_of_it_was_decided(outcomes: Any, planned: int, percent: int) -> None:
    found = coverage(settled(*outcomes))

    assert (found.planned, found.percent) == (planned, percent)


def test_what_only_further_successes_could_show_is_not_planned_once_the_values_are_used_up() -> None:
    codes = ("not-comparable", "never-seen")
    unseen: Any = [("untested", {"reason": "too few answers", "code": code}) for code in codes]

    assert coverage(settled(("kept", {}), *unseen)).planned == 3
    assert coverage(settled(("kept", {}), *unseen, ("untested", {"reason": "used up", "code": "spent"}))).planned == 1


def test_other_levels_were_never_planned() -> None:
    assert coverage(settled(("untested", PACE), level="should")).planned == 0


@pytest.mark.parametrize(("kept", "least", "code"), [(4, 80, []), (3, 80, ["too-few"]), (3, 60, []), (1, 0, [])])
def test_fewer_than_the_least_share_is_too_few(kept: int, least: int, code: list[str]) -> None:
    outcomes: Any = [("kept", {})] * kept + [("untested", PACE)] * (5 - kept)

    assert codes(settled(*outcomes), min_tested=least) == code


def test_what_was_decided_too_seldom_says_why() -> None:
    [said] = complaints(settings(), {"moov": settled(("kept", {}), ("untested", PACE))}, ["moov"], {})

    assert "moov: only 1 of the 2 must clauses" in said.text
    assert "(50 %; --min-tested asks for 80 %)" in said.text
    assert said.text.endswith("most often because nothing but 429")


@pytest.mark.parametrize(
    ("outcome", "succeeded", "code"),
    [
        ("untested", True, ["nothing-tested"]),
        ("observed", True, ["nothing-tested"]),
        ("kept", False, ["no-success"]),
        ("kept", True, []),
    ],
)
def test_a_run_that_tested_nothing(outcome: Outcome, code: list[str], *, succeeded: bool) -> None:
    assert codes(settled((outcome, {})), succeeded=succeeded) == code


def test_a_clause_that_was_selected_must_be_decided() -> None:
    found = settled(("kept", {}), ("observed", {}), ("untested", NOT_SET))

    assert codes(found, is_explicit=True) == ["undecided"]
    assert codes(found) == []


def test_a_clause_that_no_selected_test_is_about_need_not_be() -> None:
    [clause] = [one.clause for one in settled(("kept", {}))]

    assert codes(settle([clause], []), is_explicit=True) == []


@pytest.mark.parametrize(
    ("outcome", "level", "failing", "red"),
    [
        ("broken", "must", BINDING, True),
        ("broken", "should", BINDING, True),
        ("broken", "should", (Level.MUST,), False),
        ("error", "should", (Level.MUST,), True),
        ("known", "must", BINDING, False),
        ("untested", "must", BINDING, False),
    ],
)
def test_what_the_record_alone_makes_of_a_run(outcome: Outcome, level: str, failing: Any, *, red: bool) -> None:
    assert fails(settings(failing=failing), {"moov": settled((outcome, {}), level=level)}) is red
