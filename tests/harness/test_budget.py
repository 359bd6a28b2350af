"""No more requests than the budget allows; what does not fit is untested, by that name."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import baseline_case
from clausewise.errors import BudgetSpent
from clausewise.exchanges.terms import Terms
from clausewise.run.exploration import Exploration
from tests.harness.builders import PROPERTY
from tests.harness.driving import BASELINE, SUITE, driving, good, moov, named, suite
from tests.harness.servers import Call, Mock, Reply, serving

MISSING = "moov.422.missing"
EMPTY_OBJECT = f"{MISSING}/empty object"
BUDGET = re.compile(r"budget: (\d+) of the (\d+) requests that --budget allows were sent")
USAGE_ERROR = 4


async def is_slow(call: Call, mock: Mock) -> Reply:
    """Every answer comes at the second attempt."""
    return Reply(429).having(X_Retry_In="1ms") if call.number % 2 else await mock(call)


async def breaks_off_at_first(call: Call, mock: Mock) -> Reply:
    return Reply(201).having(content_length="99") if call.number % 2 else await mock(call)


async def accepts_empty_objects(call: Call, mock: Mock) -> Reply:
    return Reply(201).having(x_request_id="1") if call.body == b"{}" else await mock(call)


@pytest.mark.parametrize("trap", [is_slow, breaks_off_at_first, accepts_empty_objects])
@pytest.mark.parametrize("budget", [2, 3, 10, 31])
def test_no_run_sends_more(tmp_path: Path, trap: object, budget: int) -> None:
    assert callable(trap)
    with serving(trap) as server, driving(server, tmp_path, terms=Terms(budget=budget)) as drive:
        drive.sweep()
        assert budget - 1 <= len(server.calls) <= budget
        assert len(drive.lines("exchange")) == len(server.calls)
        assert drive.with_outcome("error") == set()


def test_what_does_not_fit_is_untested_by_that_name(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path, terms=Terms(budget=3)) as drive:
        assert drive.test(good(), "moov.201.status") is None
        assert drive.test(named(EMPTY_OBJECT), MISSING) is None
        said = str(drive.test(named("moov.422.scope/unknown scope"), "moov.422.scope"))
        assert said == "budget: 2 of the 3 requests that --budget allows were sent"
        [verdict] = drive.verdicts("moov.422.scope")
        assert (verdict.outcome, verdict.reason) == ("untested", said)
        assert len(server.calls) == 2


def test_a_break_that_could_not_be_confirmed_is_not_told(tmp_path: Path) -> None:
    """A case is sent only where there is room for two requests; an answer 429 takes one of them."""

    async def is_slow_and_wrong(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(X_Retry_In="1ms") if call.number == 1 else await accepts_empty_objects(call, mock)

    with serving(is_slow_and_wrong) as server, driving(server, tmp_path, terms=Terms(budget=2)) as drive:
        said = str(drive.test(named(EMPTY_OBJECT), MISSING))
        assert said.startswith("broken once, and not confirmed: budget: 2 of the 2 requests")
        assert [(verdict.clause, verdict.outcome) for verdict in drive.verdicts(MISSING)] == [(MISSING, "untested")]
        assert drive.with_outcome("broken") == set()


def test_a_break_that_fits_twice_is_told(tmp_path: Path) -> None:
    with serving(accepts_empty_objects) as server, driving(server, tmp_path, terms=Terms(budget=2)) as drive:
        assert str(drive.test(named(EMPTY_OBJECT), MISSING)).startswith(f"{MISSING} is broken")


def test_an_exploration_ends_with_the_budget_and_says_so(tmp_path: Path) -> None:
    """Else Hypothesis would go on to make requests that nobody may send, and would blame the clause for it."""
    with serving() as server, driving(server, tmp_path, terms=Terms(budget=5)) as drive:
        drive.run.start_test("random", [])
        explore, asked = Exploration(drive.run), []

        @PROPERTY
        @given(st.integers())
        def is_answered(number: int) -> None:
            asked.append(number)
            explore(baseline_case(moov(), "random", headers={"X-Moov-Version": f"v{number}"}))

        with pytest.raises(BudgetSpent):
            explore.through(is_answered)
        assert len(server.calls) == 4
        assert len(asked) == 5


def test_each_api_has_a_budget_of_its_own(tmp_path: Path) -> None:
    for name in ("moov", "persona"):
        with serving(api=name) as server, driving(server, tmp_path / name, terms=Terms(budget=2)) as drive:
            drive.run.require_baseline()
            drive.test(good(api=name))
            assert len(server.calls) == 1


@pytest.mark.whole_run
def test_a_run_within_a_budget_is_green_and_says_what_it_left_out(tmp_path: Path) -> None:
    run = suite(tmp_path, str(SUITE), "--profile", "quick", "--budget", "12", apis=("persona",))

    assert run.code == 0, run.output
    assert 11 <= len(run.lines("exchange")) <= 12
    assert run.lines("header")[0]["budget"] == 12
    assert run.with_outcome("broken") == run.with_outcome("error") == set()
    reasons = {line["reason"] for line in run.lines("verdict") if line["outcome"] == "untested"}
    assert [reason for reason in reasons if "unstable" in reason or "no request of the test" in reason] == []
    assert {found[2] for reason in reasons if (found := BUDGET.match(reason))} == {"12"}
    assert re.search(r"Not tested: budget: 1[12] of the 12 requests", run.output)


@pytest.mark.whole_run
def test_a_budget_of_nothing_is_told(tmp_path: Path) -> None:
    run = suite(tmp_path, BASELINE, "--budget", "0")

    assert run.code == USAGE_ERROR
    assert "--budget 0 allows no request at all" in run.output
    assert "Traceback" not in run.output
