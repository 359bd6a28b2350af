"""All that was found about one clause, and what it adds up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from clausewise.checks.finding import Finding, Outcome
from clausewise.exchange import Exchange


@dataclass
class Tally:
    """All that was found about one clause, in one test or in the whole run.

    Of the breaking exchanges the ten smallest are kept, smallest first, so that memory does not grow with a run; of all
    of them, ``breaking`` holds the ids of their cases. ``values`` are those that no two answers may share, each with
    the id of the exchange that showed it first.
    """

    kept: int = 0
    broken: int = 0
    noted: int = 0
    evidence: list[tuple[Exchange, Finding]] = field(default_factory=list)
    sample: Exchange | None = None
    unstable: list[str] = field(default_factory=list)
    observed: Counter[str] = field(default_factory=Counter)
    breaking: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    ways: set[str] = field(default_factory=set)

    def add(self, exchange: Exchange, finding: Finding) -> None:
        """Takes in what a check said of an exchange."""
        if finding.chosen:
            self.observed[finding.chosen] += 1
        if finding.value:
            self.values[finding.value] = exchange.id
        match finding.outcome:
            case Outcome.KEPT:
                self.kept += 1
                self.sample = self.sample or exchange
            case Outcome.BROKEN:
                self.broken += 1
                self.ways.add(finding.told)
                self.breaking.add(exchange.case)
                self.evidence.append((exchange, finding))
                self.evidence.sort(key=lambda pair: pair[0].request.size)
                del self.evidence[10:]
            case Outcome.OBSERVED:
                self.noted += 1
                self.sample = self.sample or exchange
            case _:
                self.reasons.append(finding.reason)

    def give_way(self, reason: str) -> None:
        """Forgets its breaks, which another clause tells."""
        self.broken, self.evidence, self.breaking, self.reasons = 0, [], set(), [reason]

    def would_show(self, exchange: Exchange) -> bool:
        """Whether a break by this exchange would be the one that a person is shown."""
        return not self.evidence or exchange.request.size < self.evidence[0][0].request.size

    @property
    def judged(self) -> int:
        """How many exchanges were about the clause."""
        return self.kept + self.broken + self.noted

    @property
    def outcome(self) -> Outcome:
        """The outcome that the findings add up to."""
        if self.broken:
            return Outcome.BROKEN
        if self.kept:
            return Outcome.KEPT
        return Outcome.OBSERVED if self.noted else Outcome.UNTESTED

    @property
    def reason(self) -> str | None:
        """Why nothing was tested, if so."""
        if self.outcome is not Outcome.UNTESTED:
            return None
        if self.unstable:
            return f"unstable: {self.unstable[0]}"
        return self.reasons[0] if self.reasons else None
