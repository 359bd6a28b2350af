"""What changed between two runs, as data."""

from dataclasses import dataclass
from typing import Literal

from clausewise.record import Clause, Outcome

Kind = Literal[
    "newly broken",
    "still broken",
    "fixed",
    "accepted",
    "not judged",
    "newly untested",
    "unstable",
    "observed",
]
"""What became of a clause. A break that the later run accepts as known is `accepted`, and alarms nobody."""

PartKind = Literal["header", "field", "body"]
"""A part of an answer; its body only if that is JSON."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one clause."""

    kind: Kind
    clause: Clause
    before: Outcome | None
    """Its earlier outcome; none, if the contract did not have it then, or the run did not reach it."""
    after: Outcome
    binding: bool
    """Whether its level is one whose breaks fail the later run."""
    reason: str | None = None
    expected: str | None = None
    received: str | None = None
    appeared: tuple[str, ...] = ()
    """What the target chose in the later run alone."""
    vanished: tuple[str, ...] = ()
    """What it chose in the earlier run alone."""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A part that all answers of these statuses have in one run, and none of them in the other."""

    statuses: tuple[int, ...]
    part: PartKind
    name: str
    """The name of a header in lower case, or the path of a field, with `*` for the items of an array."""
    appeared: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What a reader must know of a run in order to tell it from another."""

    started: str
    target: str
    contract: str
    profile: str
    seed: int


@dataclass(frozen=True, slots=True)
class ApiDrift:
    """What changed of one API."""

    api: str
    title: str
    before: Run
    after: Run
    differences: tuple[str, ...]
    """What other than the target may have made the difference, one sentence each."""
    changes: tuple[Change, ...]
    answers: tuple[AnswerChange, ...]

    def having(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of this kind, in the order of the document."""
        return tuple(change for change in self.changes if change.kind == kind)


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed between two runs."""

    apis: tuple[ApiDrift, ...]
    notices: tuple[str, ...] = ()
    """What was not compared, and why."""

    @property
    def has_new_breaks(self) -> bool:
        """Whether a clause is newly broken whose breaks fail a run."""
        return any(change.binding for api in self.apis for change in api.having("newly broken"))

    @property
    def has_any(self) -> bool:
        """Whether anything changed at all."""
        return any(api.answers or any(one.kind != "still broken" for one in api.changes) for api in self.apis)
