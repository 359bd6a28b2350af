"""From the verdicts of many tests to one outcome for each clause."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausewise.cause import Code
from clausewise.record.data import Clause, Level, Outcome, Reason, Unstable, Verdict
from clausewise.wording import phrase

PRECEDENCE: tuple[Outcome, ...] = (
    "broken",
    "error",
    "known",
    "kept",
    "observed",
    "untested",
    "excluded",
)
"""A clause's outcome is the first of these that any verdict on it has."""


FAILING: Mapping[str, tuple[Level, ...]] = {"must": ("must",), "should": ("must", "should")}
"""The levels whose breaks fail a run, by the value of ``fail_on`` in its header."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A clause with its outcome and every verdict on it."""

    clause: Clause
    outcome: Outcome
    reasons: tuple[Reason, ...]
    """Why this is the outcome, where a reason is called for: each reason once."""
    verdicts: tuple[Verdict, ...]

    @property
    def deciding(self) -> tuple[Verdict, ...]:
        """The verdicts that have the settled outcome."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == self.outcome)

    @property
    def judged(self) -> int:
        """The number of exchanges judged."""
        return sum(verdict.judged for verdict in self.verdicts)

    @property
    def broken(self) -> int:
        """The number of exchanges that broke the clause."""
        return sum(verdict.broken for verdict in self.verdicts)

    @property
    def unstable(self) -> tuple[Unstable, ...]:
        """What broke once and did not break again."""
        return tuple(entry for verdict in self.verdicts for entry in verdict.unstable)

    @property
    def observed(self) -> dict[str, int]:
        """What the target chose and how often, the most frequent first."""
        chosen: Counter[str] = Counter()
        for verdict in self.verdicts:
            chosen.update(verdict.observed or {})
        return dict(chosen.most_common())


def settle(clauses: Iterable[Clause], verdicts: Iterable[Verdict]) -> tuple[Settled, ...]:
    """Settle the clauses of one API, in their order, by the verdicts on them."""
    by_clause: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_clause.setdefault(verdict.clause, []).append(verdict)
    return tuple(_settled(clause, tuple(by_clause.get(clause.id, ()))) for clause in clauses)


def count(settled: Iterable[Settled]) -> dict[str, int]:
    """Count settled clauses by outcome, and apart from that the `unstable` ones."""
    counts: dict[str, int] = dict.fromkeys((*PRECEDENCE, "unstable"), 0)
    for one in settled:
        counts[one.outcome] += 1
        counts["unstable"] += bool(one.unstable)
    return counts


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the ``must`` clauses that a run planned to test it decided, and which it did not."""

    planned: int
    undecided: tuple[Settled, ...]

    @property
    def decided(self) -> int:
        """The number of clauses that are kept, broken or known."""
        return self.planned - len(self.undecided)

    @property
    def percent(self) -> int:
        """The share of them, rounded down; 100 where none was planned."""
        return 100 * self.decided // self.planned if self.planned else 100


def coverage(settled: Iterable[Settled]) -> Coverage:
    """Count what a run planned to test: no excluded clause, and none left out for want of a variable or a budget.

    Where the values of a variable were used up, further successes were not planned, nor what only they could show.
    """
    binding = [one for one in settled if one.clause.level == "must"]
    codes = {one.clause.id: {reason.code for reason in one.reasons} for one in binding}
    unplanned = {code.value for code in Code if not code.is_planned} | {None}
    if any(Code.SPENT in found for found in codes.values()):
        unplanned |= {Code.NOT_COMPARABLE, Code.NEVER_SEEN}
    decided = [one for one in binding if one.outcome in ("kept", "broken", "known")]
    undecided = tuple(
        one
        for one in binding
        if one.outcome == "error" or (one.outcome == "untested" and codes[one.clause.id] - unplanned)
    )
    return Coverage(len(decided) + len(undecided), undecided)


def _settled(clause: Clause, verdicts: tuple[Verdict, ...]) -> Settled:
    if verdicts:
        outcome = min((verdict.outcome for verdict in verdicts), key=PRECEDENCE.index)
        given = (verdict.why for verdict in verdicts if verdict.outcome == outcome and verdict.why)
        return Settled(clause, outcome, tuple(dict.fromkeys(given)), verdicts)
    if clause.excluded is not None:
        return Settled(clause, "excluded", (Reason(clause.excluded),), ())
    return Settled(clause, "untested", (Reason(phrase("no-test"), Code.NO_TEST),), ())
