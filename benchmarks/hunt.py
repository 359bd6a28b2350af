"""What a tool makes of a server: whether it complains, and how many requests and how much time that takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hunt:
    """A run of a tool against one variant of a mock.

    ``first`` is the number of the request whose answer was the first complaint, if that is known; ``complaints`` are
    the kinds of what was found wrong.
    """

    tool: str
    api: str
    defect: str
    found: bool
    requests: int
    seconds: float
    cpu_seconds: float
    first: int | None
    complaints: tuple[str, ...] = ()
