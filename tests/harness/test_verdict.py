"""What findings add up to."""

import pytest

from clausewise.cause import Cause, Code, depends_on, failure
from clausewise.checks.finding import KEPT, Finding, Outcome, broken, kept, observed, untested
from clausewise.exchange import Exchange
from clausewise.record import Unstable
from clausewise.run.tally import Tally
from tests.harness.builders import exchange, request, response

BREAK = broken("201", "500")


def sized(size: int, name: str = "moov-0001") -> Exchange:
    """An exchange whose request has a body of this size."""
    return exchange(response(), name=name, sent=request(b"x" * size))


def tally(*findings: Finding) -> Tally:
    result = Tally()
    for number, finding in enumerate(findings):
        result.add(sized(number, f"moov-{number}"), finding)
    return result


@pytest.mark.parametrize(
    ("findings", "outcome", "judged"),
    [
        ([], Outcome.UNTESTED, 0),
        ([untested(failure("why"))], Outcome.UNTESTED, 0),
        ([observed("400")], Outcome.OBSERVED, 1),
        ([observed("400"), untested(failure("why"))], Outcome.OBSERVED, 1),
        ([KEPT, observed("400")], Outcome.KEPT, 2),
        ([untested(failure("why")), KEPT], Outcome.KEPT, 1),
        ([KEPT, KEPT, BREAK, untested(failure("why"))], Outcome.BROKEN, 3),
    ],
)
def test_the_outcome(findings: list[Finding], outcome: Outcome, judged: int) -> None:
    added = tally(*findings)

    assert (added.outcome, added.judged) == (outcome, judged)


def test_breaks_are_counted_all_but_the_ten_smallest_kept_smallest_first() -> None:
    added = Tally()
    for size in (50, 3, 7, 90, 11, 1, 60, 2, 80, 5, 70, 4, 6):
        added.add(sized(size), BREAK)

    assert added.broken == 13
    assert [len(kept.request.body or b"") for kept, _ in added.evidence] == [1, 2, 3, 4, 5, 6, 7, 11, 50, 60]


def test_of_breaks_of_one_size_the_first_is_shown() -> None:
    added = Tally()
    for name in ("moov-1", "moov-2"):
        added.add(sized(5, name), BREAK)

    assert [kept.id for kept, _ in added.evidence] == ["moov-1", "moov-2"]


def test_a_break_would_be_shown_if_it_is_the_first_or_the_smallest() -> None:
    added = Tally()
    assert added.would_show(sized(5))

    added.add(sized(5), BREAK)

    assert added.would_show(sized(4))
    assert not added.would_show(sized(5))
    added.add(sized(9), BREAK)
    assert not added.would_show(sized(7))


def test_the_size_of_a_request_is_all_that_there_is_to_read() -> None:
    assert request(b"abc", (("X-A", "1"), ("X-B", "22")), url="http://host/").size == 12 + 4 + 5 + 3
    assert request(None, url="http://host/").size == 12


def test_a_break_is_uncertain_unless_it_says_otherwise() -> None:
    assert not broken("201", "500").is_certain
    assert not KEPT.is_certain
    assert broken("201", "500", is_certain=True).is_certain


def test_what_was_observed_is_counted() -> None:
    assert tally(observed("400"), observed("422"), observed("400")).observed == {"400": 2, "422": 1}


def test_what_was_chosen_is_counted_where_a_clause_is_kept() -> None:
    added = tally(kept("400"), kept("422"), kept("400"), KEPT)

    assert (added.outcome, added.judged) == (Outcome.KEPT, 4)
    assert added.observed == {"400": 2, "422": 1}


def test_the_sample_is_the_first_that_kept_or_showed_something() -> None:
    assert tally(untested(failure("why"))).sample is None
    kept = tally(untested(failure("why")), KEPT, KEPT).sample
    seen = tally(observed("400"), observed("400")).sample
    assert kept is not None
    assert kept.id == "moov-1"
    assert seen is not None
    assert seen.id == "moov-0"


def test_the_reason_why_nothing_was_tested() -> None:
    assert tally(untested(failure("first")), untested(failure("second"))).cause == failure("first")
    assert tally().cause is None
    assert tally(untested(failure("first")), KEPT).cause is None
    assert tally(untested(failure("first")), BREAK).cause is None


def test_what_was_unstable_is_the_better_reason() -> None:
    added = tally(untested(failure("first")))
    added.unstable += [Unstable("moov-0001: expected 201, received 500"), Unstable("moov-0002")]

    assert added.cause == Cause(Code.UNSTABLE, "unstable: moov-0001: expected 201, received 500")


def test_signatures_are_what_breaks_of_one_kind_have_in_common() -> None:
    first, second = broken("201", "500, with 2 bytes", kind="500"), broken("201", "500, with 3 bytes", kind="500")

    assert tally(first, second, broken("one header", "none"), KEPT).signatures == {"500", "none"}


def test_a_clause_whose_breaks_another_tells_is_untested() -> None:
    added = tally(untested(failure("before")), BREAK, BREAK)
    added.supersede(depends_on("moov.other"))

    assert (added.outcome, added.cause) == (Outcome.UNTESTED, depends_on("moov.other"))
    assert (added.symptoms, added.first, added.last) == (set(), None, None)
    assert (added.judged, added.evidence) == (0, [])
