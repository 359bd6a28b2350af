"""One defect in what several clauses share is told by one of them; whatever else is broken is told for itself."""

from dataclasses import replace

import pytest

from clausewise.cases.expectation import VALID
from clausewise.cause import depends_on
from clausewise.checks.finding import KEPT, Finding, Outcome, broken, untested
from clausewise.contract import Clause, Contract
from clausewise.run.blame import Blame
from clausewise.run.tally import Tally
from tests.harness.builders import clause, exchange, response, with_clauses

GOOD = clause("status", "moov.good", when=[VALID], expect=[201])
OTHER = clause("status", "moov.other", when=["credentials/basic"], expect=[201])
BEARER = clause("credentials-accepted", "moov.bearer", when=["credentials/bearer"])
LEANING = replace(clause("status", "moov.leaning", when=["credentials/basic"], expect=[201]), depends=("moov.g*",))
HEADERS = [
    replace(clause("header-present", f"moov.{status}.id", status=status, header="x-id"), depends=("moov.*.id",))
    for status in (201, 400)
]
AS_202 = broken("201", "202, with an empty body", kind="202")
AS_500 = broken("201", "500, with an empty body", kind="500")
NO_ID = broken("one x-id header", "no x-id header")
TWO_IDS = broken("one x-id header", "x-id: 1; x-id: 2", kind="twice")


def tally(*findings: Finding) -> Tally:
    found = Tally()
    for finding in findings:
        found.add(exchange(response()), finding)
    return found


@pytest.fixture
def blame(contract: Contract) -> Blame:
    return Blame(with_clauses(contract, BEARER, GOOD, OTHER, LEANING, *HEADERS), lambda *_: True)


def told(blame: Blame, about: Clause, finding: Finding, *faults: str) -> Finding:
    """What becomes of a finding on a request with these faults."""
    return blame.attribute(exchange(response(), *faults), {about.id: finding})[about.id]


class TestTheKnownGoodRequest:
    def test_its_status_on_other_requests_without_faults_is_told_once(self, blame: Blame) -> None:
        blame.note_roots({GOOD.id: tally(AS_202)})

        found = told(blame, OTHER, AS_202)

        assert found == untested(depends_on("moov.good"))

    def test_it_is_blamed_itself(self, blame: Blame) -> None:
        blame.note_roots({GOOD.id: tally(AS_202)})

        assert told(blame, GOOD, AS_202) is AS_202

    def test_another_status_is_another_defect(self, blame: Blame) -> None:
        blame.note_roots({GOOD.id: tally(AS_202)})

        assert told(blame, OTHER, AS_500) is AS_500

    def test_a_request_with_a_fault_is_another_matter(self, blame: Blame) -> None:
        blame.note_roots({GOOD.id: tally(AS_202)})

        assert told(blame, OTHER, AS_202, "credentials/missing") is AS_202

    def test_it_tells_nothing_if_it_broke_nothing(self, blame: Blame) -> None:
        blame.note_roots({GOOD.id: tally(KEPT)})

        assert told(blame, OTHER, AS_202) is AS_202


class TestGoodRequests:
    def test_a_success_of_the_wrong_status_is_told_by_the_first_clause(self, blame: Blame) -> None:
        blame.note({GOOD.id: tally(AS_202)})

        assert told(blame, OTHER, AS_202).outcome is Outcome.UNTESTED

    def test_a_wrong_refusal_is_told_by_each(self, blame: Blame) -> None:
        blame.note({GOOD.id: tally(AS_500)})

        assert told(blame, OTHER, AS_500) is AS_500

    def test_credentials_that_are_not_accepted_tell_of_every_good_request(self, blame: Blame) -> None:
        as_401 = broken("201", "401", kind="401")

        found = blame.attribute(exchange(response()), {BEARER.id: as_401, GOOD.id: as_401})

        assert found == {
            BEARER.id: as_401,
            GOOD.id: untested(depends_on(BEARER.id)),
        }


class TestDependence:
    def test_a_break_in_the_same_way_is_told_by_the_other_clause(self, blame: Blame) -> None:
        blame.note({GOOD.id: tally(AS_500)})

        assert told(blame, LEANING, AS_500).outcome is Outcome.UNTESTED

    def test_it_may_be_one_of_several_ways(self, blame: Blame) -> None:
        blame.note({GOOD.id: tally(AS_202, AS_500)})

        assert told(blame, LEANING, AS_500).outcome is Outcome.UNTESTED

    def test_also_behind_a_clause_that_is_kept(self, blame: Blame) -> None:
        blame.note({GOOD.id: tally(AS_500)})
        found = blame.attribute(exchange(response()), {OTHER.id: KEPT, LEANING.id: AS_500})

        assert found[OTHER.id] is KEPT
        assert found[LEANING.id].outcome is Outcome.UNTESTED

    def test_also_if_both_break_by_one_answer(self, blame: Blame) -> None:
        found = blame.attribute(exchange(response()), {GOOD.id: AS_500, LEANING.id: AS_500})

        assert found[GOOD.id] is AS_500
        assert found[LEANING.id].outcome is Outcome.UNTESTED

    @pytest.mark.parametrize(
        ("about", "before", "now"),
        [(LEANING, AS_202, AS_500), (OTHER, AS_500, AS_500), (LEANING, KEPT, AS_500), (LEANING, AS_500, KEPT)],
        ids=["in another way", "without dependence", "the other is kept", "kept"],
    )
    def test_all_else_stays_as_it_is(self, blame: Blame, about: Clause, before: Finding, now: Finding) -> None:
        blame.note({GOOD.id: tally(before)})

        assert told(blame, about, now) is now


class TestAllAnswers:
    def test_the_first_of_several_clauses_tells_what_breaks_all(self, blame: Blame) -> None:
        first, second = tally(NO_ID, NO_ID), tally(NO_ID)
        for about, found in zip(HEADERS, (first, second), strict=True):
            blame.finalize(about, found)
            blame.note({about.id: found})

        assert (first.outcome, second.outcome) == (Outcome.BROKEN, Outcome.UNTESTED)
        assert second.cause == depends_on("moov.201.id")
        assert second.evidence == []

    @pytest.mark.parametrize(
        "second", [tally(TWO_IDS), tally(NO_ID, TWO_IDS), tally(NO_ID, KEPT)], ids=["otherwise", "also", "at times"]
    )
    def test_what_is_not_quite_the_same_is_told_for_itself(self, blame: Blame, second: Tally) -> None:
        blame.note({HEADERS[0].id: tally(NO_ID)})

        blame.finalize(HEADERS[1], second)

        assert second.outcome is Outcome.BROKEN

    def test_it_is_not_settled_answer_by_answer(self, blame: Blame) -> None:
        blame.note({HEADERS[0].id: tally(NO_ID)})

        assert told(blame, HEADERS[1], NO_ID) is NO_ID
