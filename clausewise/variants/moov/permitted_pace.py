"""Differences in when a rightful server answers."""

from __future__ import annotations

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


def pausing(*numbers: int, **headers: str) -> Change:
    """The mock, but that it answers 429 with these headers to the calls of these numbers."""

    async def pauses(call: Call, mock: Mock) -> Reply:
        return Reply(429).having(**headers) if call.number in numbers else await mock(call)

    return pauses


DIFFERENCES.add(
    "asks-for-patience-until-a-date",
    "Answers 429 to its first call, and now and then, with the date from which to come back.",
    pausing(1, 6, 70, Retry_After="Sat, 21 Nov 2026 09:30:00 GMT"),
)
DIFFERENCES.add(
    "asks-for-some-milliseconds",
    "Answers 429 now and then, with a duration in X-Retry-In.",
    pausing(10, 11, 12, 120, X_Retry_In="5ms"),
)
