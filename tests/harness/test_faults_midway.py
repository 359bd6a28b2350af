"""Targets that fail in the middle of a run: it ends soon, is not green, and blames no clause for what that caused."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausewise.cases import clause_cases
from clausewise.cases.robust import robust_cases
from clausewise.errors import Unusable
from clausewise.exchanges.terms import Terms
from clausewise.mock import serve
from clausewise.record import Exchange, RecordData, read
from tests.harness.canaries import artifacts, leaks
from tests.harness.driving import BASELINE, SUITE, Drive, Finished, moov, suite
from tests.harness.fault_servers import Fault, Peer, faulty, like
from tests.harness.fault_trials import BRIEF, bearing, environment, running

FAILS_AT = 30
"""The number of the request at which a target fails: something was tested by then, and more is to come."""


@dataclass(frozen=True)
class Sweep:
    """What a run of all named and odd cases became, and the exchanges that it took."""

    drive: Drive
    record: RecordData

    @property
    def exchanges(self) -> list[Exchange]:
        """All exchanges, in order."""
        return list(self.record.exchanges.values())

    @property
    def why_over(self) -> str:
        """Why the run ended midway: the reason of the test that failed for it, and of all that came after it."""
        assert self.drive.with_outcome("broken") == set()
        assert self.drive.with_outcome("kept") != set()
        [reason] = {verdict.reason for verdict in self.record.verdicts if verdict.outcome == "error"}
        after = [verdict.reason for verdict in self.record.verdicts if verdict.outcome == "untested"]
        assert after.count(reason) > 30
        return str(reason)


def swept(fault: Callable[[Fault], Fault], directory: Path, terms: Terms = BRIEF) -> Sweep:
    """A run as pytest drives it: each test finds out first whether the target can be tested.

    ``fault`` makes the server's answers, of those that the mock would give.
    """
    cases = [(case, [clause.id]) for clause, case in clause_cases(moov())]
    cases += [(case, []) for case in robust_cases(moov())]
    with (
        serve("moov") as mock,
        faulty(fault(like(mock.base_url))) as server,
        running(server.base_url, directory, terms) as drive,
    ):
        for case, clauses in cases:
            drive.run.start_test(case.id, clauses)
            try:
                drive.run.require_baseline()
            except Unusable as error:
                drive.run.finish_test(error.cause, error=False)
            else:
                drive.test(case, *clauses)
    return Sweep(drive, read(drive.record.path))


def from_then_on(then: Fault, number: int = FAILS_AT) -> Callable[[Fault], Fault]:
    """A server that answers well before that request."""
    return lambda answer: lambda peer: answer(peer) if peer.number < number else then(peer)


def at(*numbers: int, then: Fault) -> Callable[[Fault], Fault]:
    """A server that answers well but to these requests."""
    return lambda answer: lambda peer: then(peer) if peer.number in numbers else answer(peer)


def dies(peer: Peer) -> None:
    peer.server.die()


def hangs_up(peer: Peer) -> None:
    peer.hang_up()


def stays_silent(peer: Peer) -> None:
    peer.stay_silent()


def refuses(peer: Peer) -> None:
    peer.answer(401, b'{"error": "the token has expired"}')


def forbids(peer: Peer) -> None:
    peer.answer(403, b'{"error": "the account is suspended"}')


# Targets that go


@pytest.mark.parametrize("fault", [dies, hangs_up, stays_silent])
def test_a_target_that_goes_is_asked_four_times_more(tmp_path: Path, fault: Fault) -> None:
    sweep = swept(from_then_on(fault), tmp_path)
    assert "the baseline request failed too" in sweep.why_over
    assert [exchange.response is None for exchange in sweep.exchanges] == [False] * (FAILS_AT - 1) + [True] * 4


@pytest.mark.parametrize("outage", [1, 2])
def test_a_target_that_comes_back_is_blamed_for_nothing(tmp_path: Path, outage: int) -> None:
    sweep = swept(at(*range(FAILS_AT, FAILS_AT + outage), then=hangs_up), tmp_path)
    assert sweep.drive.with_outcome("broken") == sweep.drive.with_outcome("error") == set()
    assert sum(exchange.response is None for exchange in sweep.exchanges) == outage
    unstable = [text for texts in sweep.drive.unstable().values() for text in texts]
    assert ["no answer, twice" in text for text in unstable] == [True] * (outage - 1)


def test_a_target_that_leaves_every_second_request_without_an_answer_is_given_up(tmp_path: Path) -> None:
    """Each is answered when it is sent again, so that no clause is broken; but each costs the whole patience."""

    def is_odd(answer: Fault) -> Fault:
        return lambda peer: stays_silent(peer) if peer.number % 2 and peer.number > FAILS_AT else answer(peer)

    sweep = swept(is_odd, tmp_path, bearing(lost=3))
    assert sweep.why_over.startswith(
        "3 requests of this run got no answer, so no more are sent (the last: silence for "
    )
    assert sum(exchange.response is None for exchange in sweep.exchanges) == 3
    assert sweep.exchanges[-1].response is None


# Credentials


@pytest.mark.parametrize("fault", [refuses, forbids])
def test_credentials_that_expire_end_the_run(tmp_path: Path, fault: Fault) -> None:
    sweep = swept(from_then_on(fault), tmp_path)
    *_, refused, first, second = sweep.exchanges
    assert f"refuses the credentials from {refused.id} on" in sweep.why_over
    assert "Authorization: Bearer $MOOV_TOKEN" in sweep.why_over
    assert first.case == second.case == sweep.exchanges[0].case
    assert len(sweep.exchanges) < FAILS_AT + 20


def test_credentials_that_are_refused_once_end_nothing(tmp_path: Path) -> None:
    sweep = swept(at(FAILS_AT, then=refuses), tmp_path)
    assert sweep.drive.with_outcome("broken") == sweep.drive.with_outcome("error") == set()
    assert len(sweep.exchanges) > 100


def test_optional_credentials_that_are_refused_are_to_be_renewed(tmp_path: Path) -> None:
    def refuses_keys(answer: Fault) -> Fault:
        return lambda peer: refuses(peer) if str(peer.header("authorization")).startswith("Basic ") else answer(peer)

    sweep = swept(refuses_keys, tmp_path)
    assert sweep.drive.with_outcome("broken") == set()
    assert sweep.drive.with_outcome("error") == {"moov.sample.basic"}
    [verdict] = [one for one in sweep.drive.verdicts("moov.sample.basic") if one.outcome == "error"]
    assert str(verdict.reason).startswith("the target refuses MOOV_BASIC_CREDENTIALS (status 401)")
    assert len(sweep.exchanges) > 100


# As a user sees it


def finished(fault: Callable[[Fault], Fault], directory: Path, *tests: str) -> Finished:
    """A run of pytest."""
    with serve("moov") as mock, faulty(fault(like(mock.base_url))) as server:
        variables = environment(server.base_url)
        done = suite(directory, *tests, "--base-url", server.base_url, environment=variables)
    assert {name: leaks(text) for name, text in artifacts(done).items() if leaks(text)} == {}
    assert "Traceback" not in done.output
    [footer] = done.lines("footer")
    assert footer["exit"] == done.code
    assert not footer["interrupted"]
    return done


@pytest.mark.whole_run
@pytest.mark.parametrize(
    ("fault", "says"),
    [(dies, "the baseline request failed too"), (refuses, "refuses the credentials from moov-00")],
)
def test_a_run_that_is_over_is_red_and_says_why_once(tmp_path: Path, fault: Fault, says: str) -> None:
    done = finished(from_then_on(fault), tmp_path, BASELINE, str(SUITE / "test_clauses.py"))
    assert done.code == 1
    assert done.with_outcome("broken") == set()
    failed = [line["test"] for line in done.lines("verdict") if line["outcome"] == "error"]
    assert len(set(failed)) == 1
    assert says in done.output


@pytest.mark.whole_run
def test_random_requests_end_with_the_target(tmp_path: Path) -> None:
    """What gave no answer is not made smaller, as a counterexample would be."""
    done = finished(from_then_on(hangs_up, 8), tmp_path, BASELINE, str(SUITE / "test_generated.py"))
    assert done.code == 1
    assert len(done.lines("exchange")) == 7 + 4
    assert [line["response"] for line in done.lines("exchange")[7:]] == [None] * 4
    assert {line["reason"] for line in done.lines("verdict") if line["outcome"] == "error"} != set()
    assert "unstable" not in done.output
