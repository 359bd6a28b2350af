"""How fast a target is asked: at the rate that its vendor allows, and as its answers say.

Each wait has a reason and is bounded, and so are all together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pyrate_limiter

from clausewise.contract import Rate
from clausewise.exchange import Response

LONGEST_WAIT = 60.0
"""Seconds; a target that asks for more at once is left alone."""
LONGEST_PATIENCE = 600.0
"""Seconds that a target may ask for in a whole run; after that it is not waited for again."""
MOST_ATTEMPTS = 6
"""How often a request is sent when every answer is 429."""

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

Wait = Callable[[float, str], None]
"""What waits: for so many seconds, for that reason."""


class Pace:
    """The pace of one run against one target. ``wait`` is called with each wait, before it is over."""

    def __init__(self, rate: Rate | None, wait: Wait, clock: Callable[[], float] = time.monotonic) -> None:
        self._bucket = None if rate is None else _bucket(rate)
        self._said = "" if rate is None else rate.says
        self._wait = wait
        self._clock = clock
        self._patience = LONGEST_PATIENCE
        self._due: tuple[float, str] | None = None
        self._spacing = 0.0
        self._latest: float | None = None

    def take_turn(self) -> None:
        """Waits until the next request may go out."""
        if self._due is not None:
            moment, reason = self._due
            self._due = None
            if (seconds := moment - self._clock()) > 0:
                self._wait_as_asked(seconds, reason)
        if self._latest is not None and (seconds := self._latest + self._spacing - self._clock()) > 0:
            self._wait(seconds, "503 went away after a pause")
        if self._bucket is not None:
            self._keep_rate(self._bucket)
        self._latest = self._clock()

    def wait_out(self, refusal: Response, attempt: int) -> bool:
        """Waits as an answer 429 asks, after the attempt of that number (from 1); false if that would be too long."""
        if attempt == MOST_ATTEMPTS:
            return False
        return self._wait_as_asked(*wait_for(refusal, attempt))

    def pause(self, seconds: float, reason: str) -> bool:
        """Wait for a reason of the harness; false, without waiting, if that would be too long."""
        return seconds <= 0 or self._wait_as_asked(seconds, reason)

    def slow_down(self, seconds: float) -> None:
        """From now on leave at least that much time between two requests, within the longest wait."""
        self._spacing = min(max(self._spacing, seconds), LONGEST_WAIT)

    def note(self, response: Response) -> None:
        """Takes down what an answer says of the next request: that none is left before a reset."""
        if response.status == 429 or not any(value.strip() == "0" for value in response.values("RateLimit-Remaining")):
            return
        for value in response.values("RateLimit-Reset"):
            seconds = _seconds(value, datetime.now(UTC))
            if seconds is not None:
                self._due = (self._clock() + seconds, f"RateLimit-Remaining: 0, RateLimit-Reset: {value}")

    def _wait_as_asked(self, seconds: float, reason: str) -> bool:
        if seconds > min(LONGEST_WAIT, self._patience):
            return False
        self._patience -= seconds
        self._wait(seconds, reason)
        return True

    def _keep_rate(self, bucket: pyrate_limiter.InMemoryBucket) -> None:
        item = pyrate_limiter.RateItem("request", self._now())
        while not bucket.put(item):
            milliseconds = bucket.waiting(item)
            assert isinstance(milliseconds, int)
            self._wait(max(milliseconds, 1) / 1000, self._said)
            item = pyrate_limiter.RateItem("request", self._now())
        bucket.leak(item.timestamp)

    def _now(self) -> int:
        return round(self._clock() * 1000)


def too_fast(response: Response, preferred: int | None) -> bool:
    """Whether the answer is about pace, and not a 429 that the request asked for."""
    return response.status == 429 and preferred != 429


def wait_for(response: Response, attempt: int, now: datetime | None = None) -> tuple[float, str]:
    """Seconds to wait after the attempt of that number (from 1), and why: as the target asks, else a back-off."""
    now = now or datetime.now(UTC)
    for header, read in (("Retry-After", _retry_after), ("X-Retry-In", _duration), ("RateLimit-Reset", _seconds)):
        for value in response.values(header):
            seconds = read(value, now)
            if seconds is not None:
                return max(0.0, seconds), f"429 with {header}: {value}"
    return min(0.5 * 2 ** (attempt - 1), LONGEST_WAIT), "429 without a word on how long to wait"


def _bucket(rate: Rate) -> pyrate_limiter.InMemoryBucket:
    return pyrate_limiter.InMemoryBucket([pyrate_limiter.Rate(rate.requests, round(rate.seconds * 1000))])


def _seconds(value: str, now: datetime) -> float | None:
    return float(value) if re.fullmatch(r"\d+(\.\d+)?", value.strip()) else None


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds or an HTTP date (RFC 9110, section 10.2.3)."""
    seconds = _seconds(value, now)
    if seconds is not None:
        return seconds
    try:
        return (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def _duration(value: str, now: datetime) -> float | None:
    """A duration as Go writes it: ``46.7ms``, ``1m30s``."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", value)
    if not parts or "".join(number + unit for number, unit in parts) != value.strip():
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
