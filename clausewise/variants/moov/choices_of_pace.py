"""Differences in when a rightful server answers: slowly, later, or while it is busy."""

from __future__ import annotations

import asyncio

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock
from clausewise.variants.moov.shared import conflict, principal
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


@DIFFERENCES.permitted
async def takes_its_time(call: Call, mock: Mock) -> Reply:
    """Waits for 50 ms before every fifth answer."""
    if call.number % 5 == 0:
        await asyncio.sleep(0.05)
    return await mock(call)


def pausing(*numbers: int, **headers: str) -> Change:
    """The mock, but that it answers 429 with these headers to the calls of these numbers."""

    async def pauses(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(**headers) if call.number in numbers else await mock(call)

    return pauses


DIFFERENCES.add(
    "asks-for-patience-at-times",
    "Answers 429 now and then, and says in seconds when to come back.",
    pausing(3, 40, 90, Retry_After="0"),
)
DIFFERENCES.add(
    "asks-for-patience-at-the-start",
    "Answers 429 to its first call.",
    pausing(1, Retry_After="0"),
)
DIFFERENCES.add(
    "asks-for-patience-until-a-date",
    "Answers 429 now and then, with the date from which to come back.",
    pausing(5, 6, 70, Retry_After="Sat, 21 Nov 2026 09:30:00 GMT"),
)
DIFFERENCES.add(
    "asks-for-some-milliseconds",
    "Answers 429 now and then, with a duration in X-Retry-In.",
    pausing(10, 11, 12, 120, X_Retry_In="5ms"),
)
DIFFERENCES.add(
    "asks-for-patience-without-a-word",
    "Answers 429 once, and does not say when to come back.",
    pausing(25),
)


@DIFFERENCES.permitted
async def makes_fast_callers_wait_for_an_account(call: Call, mock: Mock) -> Reply:
    """Answers 429 with a body to each fortieth call, and says by RateLimit-Reset that the wait is over."""
    if call.number % 40:
        return await mock(call)
    return Reply(429).having(RateLimit_Reset="0", RateLimit_Remaining="0").saying({"error": "too fast"})


@DIFFERENCES.permitted
async def is_busy_with_the_same_connection(call: Call, mock: Mock) -> Reply:
    """Answers 409 to a good request that follows at once on one for the same principal, and 201 to the next."""
    reply = await mock(call)
    if not reply.succeeds:
        return reply
    is_busy = call.memory.get("last") == principal(call)
    call.memory["last"] = None if is_busy else principal(call)
    return conflict("busy, try again") if is_busy else reply
