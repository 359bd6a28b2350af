"""All that was found about one clause, and what it adds up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from clausewise.cause import Cause, Code
from clausewise.checks.finding import Finding, Outcome
from clausewise.exchange import Exchange
from clausewise.record import Unstable
from clausewise.wording import phrase


def symptom(exchange: Exchange, finding: Finding) -> str:
    """Return what a known failure without cases is bound to: status, media type and place of a break."""
    response = exchange.response
    parts = ["no answer"] if response is None else [str(response.status), response.media_type, finding.pointer or ""]
    return " ".join(part for part in parts if part)


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
    unstable: list[Unstable] = field(default_factory=list)
    observed: Counter[str] = field(default_factory=Counter)
    breaking: set[str] = field(default_factory=set)
    causes: list[Cause] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    signatures: set[str] = field(default_factory=set)
    symptoms: set[str] = field(default_factory=set)
    first: str | None = None
    last: str | None = None

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
                self.signatures.add(finding.signature)
                self.breaking.add(exchange.case)
                self.symptoms.add(symptom(exchange, finding))
                self.first, self.last = self.first or exchange.id, exchange.id
                self.evidence.append((exchange, finding))
                self.evidence.sort(key=lambda pair: pair[0].request.size)
                del self.evidence[10:]
            case Outcome.OBSERVED:
                self.noted += 1
                self.sample = self.sample or exchange
            case _:
                assert finding.cause is not None
                self.causes.append(finding.cause)

    def supersede(self, cause: Cause) -> None:
        """Drop the breaks, for which another clause is blamed."""
        self.broken, self.evidence, self.breaking, self.causes = 0, [], set(), [cause]
        self.symptoms, self.first, self.last = set(), None, None

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
    def cause(self) -> Cause | None:
        """Why nothing was tested, if so."""
        if self.outcome is not Outcome.UNTESTED:
            return None
        if self.unstable:
            return Cause(Code.UNSTABLE, phrase("unstable", entry=self.unstable[0].text))
        return self.causes[0] if self.causes else None
