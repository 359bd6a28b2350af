"""What a run was asked for: by whom, how much, how fast, and what it may touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausewise.contract import Contract, Level
from clausewise.exchanges.terms import Terms
from clausewise.guard import Permission, is_loopback
from clausewise.known import KnownFailure
from clausewise.profiles import Profile
from clausewise.target import Target

BINDING = (Level.MUST, Level.SHOULD)
"""The levels that a target can break."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run.

    ``base_url`` is the address of the one API that is tested, where the environment does not name it. ``failing`` are
    the levels whose breaks turn the run red; ``known`` are, by API and clause, the failures that do not. The ``terms``
    are those for each API; where they name no rate, the contract's is kept to beyond this machine.
    """

    environment: Mapping[str, str] = field(repr=False)  # it holds secrets
    report_directory: Path
    profile: Profile
    base_url: str | None = None
    failing: Collection[Level] = BINDING
    permission: Permission = field(default_factory=Permission)
    known: Mapping[str, Mapping[str, KnownFailure]] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)

    def terms_for(self, contract: Contract, target: Target) -> Terms:
        """On what terms the run talks to a target."""
        if self.terms.rate or is_loopback(target.host):
            return self.terms
        return replace(self.terms, rate=contract.rate)
