"""A request without an answer: a break where known-good requests get one, the end of the run where they get none."""

from pathlib import Path

import pytest

from clausewise.contract import Contract
from clausewise.errors import Broken, Unusable
from tests.harness.builders import with_clauses
from tests.harness.driving import driving, good, named
from tests.harness.servers import Call, Mock, Reply, Trap, serving
from tests.harness.variants import driving_by

LATEST = named("moov.version.latest/latest")
BROKEN_OFF = Reply(201).having(content_length="99")


async def chokes_on_latest(call: Call, mock: Mock) -> Reply:
    return BROKEN_OFF if call.header("x-moov-version") == "latest" else await mock(call)


async def chokes_without_version(call: Call, mock: Mock) -> Reply:
    return await mock(call) if call.header("x-moov-version") else BROKEN_OFF


async def chokes_without_credentials(call: Call, mock: Mock) -> Reply:
    return await mock(call) if call.header("authorization") else BROKEN_OFF


def dies_after(calls: int) -> Trap:
    """Is the mock at first, and gives no whole answer from then on."""

    async def trap(call: Call, mock: Mock) -> Reply:
        return await mock(call) if call.number <= calls else BROKEN_OFF

    return trap


def test_it_breaks_the_clause_that_it_is_about(tmp_path: Path) -> None:
    with serving(chokes_on_latest) as server, driving(server, tmp_path) as drive:
        said = str(drive.test(LATEST, "moov.version.latest"))
        assert said.startswith("moov.version.latest is broken")
        assert "expected:      201" in said
        assert "received:      no answer, twice: " in said
        assert "broke off" in said
        assert "x-request-id:  none came" in said
        assert drive.with_outcome("broken") == {"moov.version.latest"}
        assert drive.unstable() == {}
        assert drive.test(good(), "moov.201.status") is None


def test_it_shows_twice_with_the_known_good_request_between(tmp_path: Path) -> None:
    """The target may just have come back when the known-good request is answered."""
    with serving(chokes_on_latest) as server, driving(server, tmp_path) as drive:
        drive.test(LATEST)
        once = ["latest", "latest", "v2024.01.00"]
        assert [call.header("x-moov-version") for call in server.calls] == [*once, *once]


def test_a_target_that_comes_back_is_not_accused(tmp_path: Path) -> None:
    async def restarts(call: Call, mock: Mock) -> Reply:
        return BROKEN_OFF if call.number <= 2 else await mock(call)

    with serving(restarts) as server, driving(server, tmp_path) as drive:
        assert drive.test(good()) is None
        assert drive.with_outcome("broken") == set()
        [told] = drive.unstable()["moov.201.status"]
        assert "no answer, twice" in told
        assert told.endswith("sent again, it was kept")


def test_of_several_faults_each_names_what_might_have_come(tmp_path: Path) -> None:
    with serving(chokes_without_credentials) as server, driving(server, tmp_path) as drive:
        said = str(drive.test(good(credentials="missing", text="{"), "moov.401.missing"))
        assert said.startswith("moov.401.missing is broken")
        assert "expected:      400 or 401" in said


def test_other_clauses_have_nothing_to_judge(tmp_path: Path) -> None:
    with serving(chokes_on_latest) as server, driving(server, tmp_path) as drive:
        drive.test(LATEST)
        assert [(v.clause, v.judged) for v in drive.record.verdicts] == [("moov.version.latest", 2)]
        assert drive.conclude("moov.201.request-id") == "no answer had status 201"


def test_what_is_only_observed_is_not_observed(tmp_path: Path) -> None:
    async def chokes_on_words(call: Call, mock: Mock) -> Reply:
        return BROKEN_OFF if call.header("x-moov-version") == "not a version" else await mock(call)

    with serving(chokes_on_words) as server, driving(server, tmp_path) as drive:
        said = drive.test(named("moov.version.malformed/words"))
        assert str(said).startswith("moov.responses.listed is broken")
        assert drive.verdicts("moov.version.malformed") == []


def test_of_which_no_clause_speaks_it_is_an_error(contract: Contract, tmp_path: Path) -> None:
    speaking = {"moov.version.latest", "moov.responses.listed"}
    fewer = with_clauses(contract, *(clause for clause in contract.clauses if clause.id not in speaking))
    with serving(chokes_on_latest) as server, driving_by(fewer, server, tmp_path) as drive:
        said = str(drive.test(LATEST, "moov.sample.bearer"))
        assert "got no answer, twice" in said
        assert "the baseline request is still answered" in said
        assert [(v.clause, v.outcome, v.reason) for v in drive.record.verdicts] == [
            ("moov.sample.bearer", "error", said)
        ]
        assert drive.test(good(), "moov.sample.bearer") is None


def test_the_run_is_over_where_baseline_requests_get_no_answer_either(tmp_path: Path) -> None:
    with serving(dies_after(1)) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        said = str(drive.test(LATEST, "moov.version.latest"))
        assert "got no answer, twice" in said
        assert "the baseline request failed too" in said
        [verdict] = drive.verdicts("moov.version.latest")
        assert (verdict.outcome, verdict.reason) == ("error", said)
        assert drive.with_outcome("broken") == set()
        asked = len(server.calls)
        with pytest.raises(Unusable, match="the baseline request failed too"):
            drive.run.require_baseline()
        assert len(server.calls) == asked


def test_a_target_that_never_answers_is_told_at_the_baseline(tmp_path: Path) -> None:
    with serving(dies_after(0)) as server, driving(server, tmp_path) as drive:
        with pytest.raises(Unusable, match="no usable answer"):
            drive.run.require_baseline()
        assert len(server.calls) == 2
        assert drive.with_outcome("broken") == set()


def test_two_answers_of_which_one_never_came_cannot_be_compared(tmp_path: Path) -> None:
    with serving(chokes_without_version) as server, driving(server, tmp_path) as drive:
        drive.run.start_test("default", ["moov.version.default"])
        with pytest.raises(Broken, match=r"^moov\.version\.optional is broken"):
            drive.run.compare("moov.version.default", good(), good(headers={"X-Moov-Version": None}))
        drive.run.finish_test(None, error=False)
        assert drive.with_outcome("broken") == {"moov.version.optional"}
        [verdict] = drive.verdicts("moov.version.default")
        assert (verdict.outcome, verdict.reason) == ("untested", "one of the two requests was not answered")
