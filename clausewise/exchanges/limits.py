"""What is borne from a target: how slow its answers may be, and how large."""

from __future__ import annotations

import time
from dataclasses import dataclass

from clausewise.errors import TargetError

LARGEST_BODY = 128 * 1024
"""Bytes of a response body that are read; what comes after is left unread."""


@dataclass(frozen=True)
class Limits:
    """The limits of one run; times are in seconds."""

    connect: float = 5.0
    """Until a connection stands."""
    silence: float = 10.0
    """Between one byte of an answer and the next."""
    whole: float = 30.0
    """From the first byte of a request to the last byte of its answer."""
    body: int = LARGEST_BODY
    """Bytes of a body, unpacked, that are read."""
    headers: int = 1000
    """Header fields of an answer."""
    lost: int = 20
    """Requests that get no answer, after which a target is not asked any more."""


class Deadline:
    """The moment at which the answer to the latest request must be whole."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0

    def start(self) -> None:
        """A request goes out now."""
        self._ends = time.monotonic() + self._seconds

    def left(self, most: float) -> float:
        """The seconds that are left, ``most`` at most; raises ``TargetError`` if there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TargetError(f"the answer was not whole after {self._seconds:g} s")
        return min(left, most)

    def assure(self) -> None:
        """Raises ``TargetError`` if the moment has come."""
        self.left(self._seconds)
