"""What goes into the run record about a clause: of a test that was about it, or because none was."""

from dataclasses import replace

import pytest

from clausewise.cause import Cause, failure
from clausewise.checks.finding import KEPT, Finding, broken, kept, observed, untested
from clausewise.contract import Contract, Level
from clausewise.record import Unstable, Verdict
from clausewise.run.messages import broken_message
from clausewise.run.tally import Tally
from clausewise.run.verdicts import verdict_of_test, verdict_without_test
from tests.harness.builders import clause, exchange, request, response

JUDGED = clause("status", "moov.judged", level=Level.SHOULD)


def tally(*findings: Finding) -> Tally:
    """A tally of findings about requests that get shorter and shorter."""
    added = Tally()
    for number, finding in enumerate(findings):
        sent = request(b"x" * (10 - number))
        added.add(exchange(response(), name=f"moov-{number}", sent=sent), finding)
    return added


def verdict(contract: Contract, added: Tally, cause: Cause | None = None, *, error: bool = False) -> Verdict:
    return verdict_of_test(contract, JUDGED, added, "a test", cause, error=error)


def test_a_clause_that_was_kept_is_told_with_the_first_exchange_that_kept_it(contract: Contract) -> None:
    added = tally(untested(failure("why")), kept("201"), kept("200"), kept("201"))

    assert verdict(contract, added) == Verdict(
        api="moov",
        clause="moov.judged",
        level="should",
        outcome="kept",
        test="a test",
        reason=None,
        judged=3,
        exchanges=("moov-1",),
        observed={"201": 2, "200": 1},
    )


def test_a_clause_that_was_broken_is_told_with_the_smallest_break_first(contract: Contract) -> None:
    added = tally(broken("201", "500"), KEPT, broken("200", "404"))
    added.unstable.append(Unstable("moov-7: once"))

    assert verdict(contract, added) == Verdict(
        api="moov",
        clause="moov.judged",
        level="should",
        outcome="broken",
        test="a test",
        reason=None,
        judged=3,
        broken=2,
        expected="200",
        received="404",
        exchanges=("moov-2", "moov-0"),
        unstable=(Unstable("moov-7: once"),),
        message=broken_message(contract, JUDGED, added),
        symptoms=("201",),
        first="moov-0",
        last="moov-2",
    )


def test_what_was_observed_is_told(contract: Contract) -> None:
    told = verdict(contract, tally(observed("400"), observed("422")))

    assert (told.outcome, told.judged, told.broken, told.observed) == ("observed", 2, 0, {"400": 1, "422": 1})
    assert (told.exchanges, told.message, told.reason) == (("moov-0",), None, None)


@pytest.mark.parametrize(
    ("findings", "cause", "told"),
    [
        ([], None, "no request of the test exercised this clause"),
        ([untested(failure("a conflict"))], None, "a conflict"),
        ([], failure("no token"), "no token"),
        ([untested(failure("a conflict"))], failure("no token"), "no token"),
    ],
)
@pytest.mark.parametrize("error", [False, True])
def test_where_nothing_was_judged_the_best_reason_is_told(
    contract: Contract, findings: list[Finding], cause: Cause | None, told: str, error: bool
) -> None:
    given = verdict(contract, tally(*findings), cause, error=error)

    assert (given.outcome, given.reason) == ("error" if error else "untested", told)
    assert (given.judged, given.broken, given.exchanges, given.message) == (0, 0, (), None)


def test_a_failure_of_the_test_is_an_error_unless_the_clause_is_broken_already(contract: Contract) -> None:
    failed = verdict(contract, tally(KEPT), failure("the target is gone"), error=True)
    told = verdict(contract, tally(KEPT, broken("201", "500")), failure("the target is gone"), error=True)

    assert (failed.outcome, failed.reason, failed.exchanges) == ("error", "the target is gone", ("moov-0",))
    assert (told.outcome, told.reason, told.expected) == ("broken", None, "201")


def test_what_was_found_before_a_test_was_left_counts(contract: Contract) -> None:
    left = verdict(contract, tally(KEPT), failure("skipped by choice"))

    assert (left.outcome, left.reason) == ("kept", None)


@pytest.mark.parametrize(
    ("excluded", "cause", "outcome", "reason"),
    [
        ("nothing can judge it", None, "excluded", "nothing can judge it"),
        ("nothing can judge it", failure("no token"), "excluded", "nothing can judge it"),
        (None, failure("no token"), "untested", "no token"),
        (None, None, "untested", "no test of this run was about it"),
    ],
)
def test_a_clause_without_a_test(
    contract: Contract, excluded: str | None, cause: Cause | None, outcome: str, reason: str
) -> None:
    given = verdict_without_test(contract, replace(JUDGED, excluded=excluded), cause)

    assert (given.outcome, given.reason, given.test) == (outcome, reason, None)
    assert (given.api, given.clause, given.level) == ("moov", "moov.judged", "should")
    assert (given.judged, given.exchanges) == (0, ())
