"""What a check says of an exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a clause fared."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTESTED = "untested"  # always with the reason
    EXCLUDED = "excluded"
    KNOWN = "known"  # an accepted failure
    OBSERVED = "observed"  # for clauses that bind nobody
    ERROR = "error"  # the harness or the target could not work


@dataclass(frozen=True)
class Finding:
    """What a check says of an exchange: the outcome, and for a break what was expected and what came.

    ``chosen`` is what the target chose where it had a choice; ``reason`` says why an exchange leaves a clause
    untested. ``certain`` marks a break that needs no second sending, because two exchanges show it already. ``way`` is
    how a clause was broken, where the words for what came differ between breaks of one kind. ``value`` is what
    no other answer may show, so that several runs can be held against each other.
    """

    outcome: Outcome
    expected: str = ""
    received: str = ""
    chosen: str = ""
    reason: str = ""
    certain: bool = False
    way: str = ""
    value: str = field(default="", compare=False)

    @property
    def told(self) -> str:
        """How the clause was broken: the same for all breaks of one kind."""
        return self.way or self.received


KEPT = Finding(Outcome.KEPT)


def kept(chosen: str) -> Finding:
    """The answer is one of several that the clause allows."""
    return Finding(Outcome.KEPT, chosen=chosen)


def broken(expected: str, received: str, *, certain: bool = False, way: str = "") -> Finding:
    """The answer is not what the clause promises."""
    return Finding(Outcome.BROKEN, expected, received, certain=certain, way=way)


def untested(reason: str) -> Finding:
    """The answer says nothing about the clause."""
    return Finding(Outcome.UNTESTED, reason=reason)


def observed(what: str) -> Finding:
    """What the target chose where the document leaves it free."""
    return Finding(Outcome.OBSERVED, chosen=what)
