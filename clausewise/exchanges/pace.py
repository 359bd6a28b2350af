"""How long to wait when a target says that it is asked too fast (status 429)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from clausewise.exchange import Response

LONGEST_WAIT = 60.0
"""Seconds; a target that asks for more is left alone."""
MOST_ATTEMPTS = 6
"""How often a request is sent when every answer is 429."""

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


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
