"""What a check says of an exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from clausewise.cause import Cause


class Outcome(StrEnum):
    """How a clause fared."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTESTED = "untested"  # always with the cause
    EXCLUDED = "excluded"
    KNOWN = "known"  # an accepted failure
    OBSERVED = "observed"  # for clauses that bind nobody
    ERROR = "error"  # the harness or the target could not work


@dataclass(frozen=True)
class Finding:
    """What a check says of an exchange: the outcome, and for a break what was expected and what came.

    ``chosen`` is what the target chose where it had a choice; ``cause`` says why an exchange leaves a clause
    untested. ``is_certain`` marks a break that needs no second sending, because two exchanges show it already.
    ``kind`` is how a clause was broken, where the words for what came differ between breaks of one kind. ``value`` is
    what no other answer may show, so that several runs can be held against each other. ``pointer`` is the place in the
    body that the finding is about (a JSON pointer), ``compared_with`` the id of the exchange it was compared with.
    """

    outcome: Outcome
    expected: str = ""
    received: str = ""
    chosen: str = ""
    cause: Cause | None = None
    is_certain: bool = False
    kind: str = ""
    value: str = field(default="", compare=False)
    pointer: str | None = None
    compared_with: str | None = None

    @property
    def signature(self) -> str:
        """What makes two failures of a clause the same failure."""
        return self.kind or self.received


KEPT = Finding(Outcome.KEPT)


def kept(chosen: str) -> Finding:
    """The answer is one of several that the clause allows."""
    return Finding(Outcome.KEPT, chosen=chosen)


def broken(
    expected: str,
    received: str,
    *,
    is_certain: bool = False,
    kind: str = "",
    pointer: str | None = None,
    compared_with: str | None = None,
) -> Finding:
    """The answer is not what the clause promises."""
    return Finding(
        Outcome.BROKEN,
        expected,
        received,
        is_certain=is_certain,
        kind=kind,
        pointer=pointer,
        compared_with=compared_with,
    )


def untested(cause: Cause) -> Finding:
    """The answer says nothing about the clause."""
    return Finding(Outcome.UNTESTED, cause=cause)


def observed(what: str) -> Finding:
    """What the target chose where the document leaves it free."""
    return Finding(Outcome.OBSERVED, chosen=what)
