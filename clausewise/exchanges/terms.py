"""On what terms a run talks to a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from clausewise.contract import Rate
from clausewise.exchanges.limits import Limits


@dataclass(frozen=True)
class Terms:
    """How fast the run may ask, how many requests it may send, what it bears, and who vouches for the target."""

    rate: Rate | None = None
    budget: int | None = None
    limits: Limits = field(default_factory=Limits)
    ca_bundle: Path | None = None
