"""An answer 429 is about pace: it is waited out, and judged by its own promises alone."""

from pathlib import Path

import pytest

from clausewise.errors import Unusable
from clausewise.exchanges import pace
from tests.harness.driving import driving, good, named
from tests.harness.servers import Call, Mock, Reply, Trap, serving

REQUEST_ID = "moov.429.request-id"


def too_fast(times: int, **headers: str) -> Trap:
    """Answers the first calls 429 with these headers, and is the mock from then on."""

    async def trap(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(**headers) if call.number <= times else await mock(call)

    return trap


@pytest.mark.parametrize(
    ("headers", "seconds", "reason"),
    [
        ({"Retry_After": "2"}, 2.0, "429 with Retry-After: 2"),
        ({"X_Retry_In": "46.7ms"}, 0.0467, "429 with X-Retry-In: 46.7ms"),
        ({"RateLimit_Reset": "3"}, 3.0, "429 with RateLimit-Reset: 3"),
        ({"Retry_After": "soon", "RateLimit_Reset": "4"}, 4.0, "429 with RateLimit-Reset: 4"),
        ({}, 0.5, "429 without a word on how long to wait"),
    ],
    ids=["Retry-After", "X-Retry-In", "RateLimit-Reset", "the second is readable", "none"],
)
def test_it_is_waited_out_as_told_and_sent_again(
    tmp_path: Path, headers: dict[str, str], seconds: float, reason: str
) -> None:
    with serving(too_fast(1, **headers)) as server, driving(server, tmp_path) as drive:
        assert drive.test(good(), "moov.201.status") is None
        assert drive.slept == [pytest.approx(seconds)]
        [wait] = drive.lines("wait")
        assert (wait["api"], wait["seconds"], wait["reason"]) == ("moov", pytest.approx(seconds), reason)
        assert [reply.status for reply in server.replies] == [429, 201]
        assert [verdict.outcome for verdict in drive.verdicts("moov.201.status")] == ["kept"]


def test_only_its_own_promises_are_held_against_it(tmp_path: Path) -> None:
    with serving(too_fast(2)) as server, driving(server, tmp_path) as drive:
        drive.test(named("moov.422.missing/empty object"), "moov.422.missing")
        assert drive.conclude(REQUEST_ID) is None
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("kept") == {"moov.422.missing", REQUEST_ID}
        [verdict] = drive.verdicts(REQUEST_ID)
        assert verdict.judged == 2


def test_it_needs_an_id_like_every_answer(tmp_path: Path) -> None:
    async def forgets_the_id(call: Call, mock: Mock) -> Reply:
        return Reply(429, headers=()) if call.number == 1 else await mock(call)

    with serving(forgets_the_id) as server, driving(server, tmp_path) as drive:
        assert drive.test(good(), "moov.201.status") is None
        said = drive.conclude(REQUEST_ID)
        assert said is not None
        assert said.startswith(f"{REQUEST_ID} is broken")
        assert drive.with_outcome("broken") == {REQUEST_ID}


def test_asking_again_has_an_end(tmp_path: Path) -> None:
    with serving(too_fast(10**6)) as server, driving(server, tmp_path) as drive:
        said = drive.test(good(), "moov.201.status")
        assert said is not None
        assert "kept answering 429" in said
        assert len(server.calls) == pace.MOST_ATTEMPTS + 1
        assert drive.slept == [0.5, 1, 2, 4, 8]
        [verdict] = drive.verdicts("moov.201.status")
        assert (verdict.outcome, verdict.reason) == ("error", said)
        assert drive.with_outcome("broken") == set()


@pytest.mark.parametrize(
    "headers", [{"Retry_After": "3600"}, {"X_Retry_In": "1h"}, {"RateLimit_Reset": "61"}], ids=["hour", "1h", "61 s"]
)
def test_a_target_that_asks_for_too_much_patience_is_left_alone(tmp_path: Path, headers: dict[str, str]) -> None:
    with serving(too_fast(10**6, **headers)) as server, driving(server, tmp_path) as drive:
        said = drive.test(good(), "moov.201.status")
        assert said is not None
        assert "429" in said
        assert drive.slept == []
        assert len(server.calls) == 2
        assert drive.with_outcome("broken") == set()


@pytest.mark.parametrize("value", ["-5", "1e9", "", "NaN", "1" * 400, "Fri, 31 Dec 1999 23:59:59 GMT", "٣", "5 apples"])
def test_a_wait_that_makes_no_sense_does_no_harm(tmp_path: Path, value: str) -> None:
    async def asks_strangely(call: Call, mock: Mock) -> Reply:
        reply = Reply(429).having(Retry_After=value.encode().decode("latin-1"))
        return reply if call.number == 1 else await mock(call)

    with serving(asks_strangely) as server, driving(server, tmp_path) as drive:
        drive.test(good(), "moov.201.status")
        assert all(0 <= seconds <= pace.LONGEST_WAIT for seconds in drive.slept)
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("error") == set()


def test_a_429_that_was_asked_for_is_an_answer_like_others(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path) as drive:
        assert drive.test(named(f"{REQUEST_ID}/on demand"), REQUEST_ID) is None
        assert drive.slept == []
        assert drive.with_outcome("kept") == {REQUEST_ID}


def test_a_slow_target_gets_the_same_verdicts(tmp_path: Path) -> None:
    """Every third call comes too fast; nothing but pauses follows from it."""

    async def is_slow(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(X_Retry_In="20ms") if call.number % 3 == 0 else await mock(call)

    outcomes = []
    for name, trap in {"slow": is_slow, "quick": too_fast(0)}.items():
        with serving(trap) as server, driving(server, tmp_path / name) as drive:
            drive.sweep()
            outcomes.append([(v.test, v.clause, v.outcome) for v in drive.record.verdicts if v.clause != REQUEST_ID])
            assert (
                len(drive.slept)
                == len(drive.lines("wait"))
                == sum(
                    reply.status == 429 and call.header("prefer") != "code=429"
                    for call, reply in zip(server.calls, server.replies, strict=True)
                )
            )
    assert outcomes[0] == outcomes[1]


def test_what_came_too_fast_is_sent_again_as_it_was(tmp_path: Path) -> None:
    with serving(too_fast(3)) as server, driving(server, tmp_path) as drive:
        drive.test(good())
        assert len({call.body for call in server.calls}) == 1
        assert [reply.status for reply in server.replies] == [429, 429, 429, 201]


def test_patience_is_spent_once_and_not_on_every_request_anew(tmp_path: Path) -> None:
    async def has_a_quota(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(Retry_After="60") if call.number > 2 else await mock(call)

    with serving(has_a_quota) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.test(good())
        drive.test(good(), "moov.201.status")
        with pytest.raises(Unusable, match="kept answering 429"):
            drive.run.require_baseline()
        assert len(drive.slept) < pace.MOST_ATTEMPTS


def test_one_request_that_is_always_too_fast_does_not_end_the_run(tmp_path: Path) -> None:
    async def dislikes_latest(call: Call, mock: Mock) -> Reply:
        return Reply(429) if call.header("x-moov-version") == "latest" else await mock(call)

    with serving(dislikes_latest) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        said = drive.test(named("moov.version.latest/latest"), "moov.version.latest")
        assert said is not None
        assert "the baseline request is still answered" in said
        drive.run.require_baseline()
        assert drive.test(good(), "moov.201.status") is None


def test_a_target_that_has_no_request_left_is_waited_for_before_the_next(tmp_path: Path) -> None:
    async def counts_down(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return reply.having(RateLimit_Remaining="0", RateLimit_Reset="30") if call.number == 1 else reply

    with serving(counts_down) as server, driving(server, tmp_path) as drive:
        drive.test(good())
        assert drive.slept == []
        drive.test(good())
        [seconds] = drive.slept
        assert 0 < seconds <= 30
        [wait] = drive.lines("wait")
        assert wait["reason"] == "RateLimit-Remaining: 0, RateLimit-Reset: 30"
        assert [reply.status for reply in server.replies] == [201, 201]
