"""What a run was asked for: by whom, how much, how fast, and what it may touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausewise.contract import Contract, Level
from clausewise.exchanges.terms import Terms
from clausewise.guard import is_loopback
from clausewise.known import KnownFailure
from clausewise.profiles import Profile
from clausewise.selection import Selection
from clausewise.target import Target

BINDING = (Level.MUST, Level.SHOULD)
"""The levels that a target can break."""

MIN_TESTED = 80
"""Percent of the planned ``must`` clauses; a run that decides fewer is red."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run.

    ``targets`` are by API what ``targets.choose`` found; ``None`` is the embedded mock. ``failing`` are the levels
    whose breaks turn the run red; ``known`` are, by API and clause, the failures that do not. The ``terms`` are those
    for each API; where they name no rate, the contract's is kept to beyond this machine. ``min_tested`` is the
    percentage of the planned ``must`` clauses that a run has to decide. ``is_explicit`` says that somebody picked tests
    or clauses, so that each of them has to be decided.
    """

    targets: Mapping[str, Target | None]
    report_directory: Path
    profile: Profile
    failing: Collection[Level] = BINDING
    known: Mapping[str, Mapping[str, KnownFailure]] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    selection: Selection = field(default_factory=Selection)
    min_tested: int = MIN_TESTED
    is_explicit: bool = False

    def terms_for(self, contract: Contract, target: Target) -> Terms:
        """On what terms the run talks to a target."""
        if self.terms.rate or is_loopback(target.host):
            return self.terms
        return replace(self.terms, rate=contract.rate)
