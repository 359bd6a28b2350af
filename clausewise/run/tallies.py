"""What was found about every clause: in the running test, and over the whole run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from clausewise.checks import Kind, kind_of
from clausewise.checks.finding import KEPT
from clausewise.contract import Contract, Level
from clausewise.errors import Broken
from clausewise.exchange import Exchange
from clausewise.known import KnownFailure
from clausewise.run.blame import Findings
from clausewise.run.messages import broken_message
from clausewise.run.tally import Tally


class Tallies:
    """A tally of each clause: a clause about answers has one for the whole run, all others have one for each test.

    ``failing`` are the levels whose breaks raise, unless they are ``known`` failures.
    """

    def __init__(self, contract: Contract, failing: Collection[Level], known: Mapping[str, KnownFailure]) -> None:
        self.in_test: dict[str, Tally] = {}
        """Of the running test, but for those that last for the whole run."""
        self.broken_before: set[str] = set()
        """The clauses that earlier tests found broken."""
        self._contract = contract
        self._failing = failing
        self._known = known
        self._lasting = {clause.id for clause in contract.clauses if kind_of(clause) is Kind.ANSWER}
        self._over_run: dict[str, Tally] = {}
        self._kept: dict[str, Exchange] = {}
        self._cited: Collection[str] = ()

    def start_test(self, cited: Collection[str]) -> None:
        """From now on it is about this test, which cites these clauses."""
        self._cited = cited
        self.in_test = {}

    def finish_test(self) -> None:
        """The test is over; what it found lasts as far as later tests want it."""
        self.broken_before |= {name for name, tally in self.in_test.items() if tally.broken}
        self._kept |= {name: tally.sample for name, tally in self.in_test.items() if tally.sample and not tally.broken}
        self.start_test(())

    def of(self, clause_id: str) -> Tally:
        """The tally of a clause."""
        kept_in = self._over_run if clause_id in self._lasting else self.in_test
        return kept_in.setdefault(clause_id, Tally())

    def cited(self) -> dict[str, Tally]:
        """Those of the clauses that the test cites."""
        return {clause_id: self.of(clause_id) for clause_id in self._cited}

    def reported(self) -> dict[str, Tally]:
        """Return the tallies that the test reports: of the clauses that it cites, and of others that it has judged."""
        judged = {name: tally for name, tally in self.in_test.items() if tally.judged or tally.unstable}
        return {**self.cited(), **judged}

    def add(self, exchange: Exchange, findings: Findings) -> None:
        """Takes in what the checks said of an exchange."""
        for clause_id, finding in findings.items():
            self.of(clause_id).add(exchange, finding)

    def spare(self) -> bool:
        """Whether all clauses that the test cites are implied by clauses kept before; if so, they count as kept."""
        implying = {clause_id: self._contract.clause(clause_id).implied_by for clause_id in self._cited}
        if not implying or not all(other in self._kept for other in implying.values()):
            return False
        for clause_id, other in implying.items():
            assert other is not None
            self.of(clause_id).add(self._kept[other], KEPT)
        return True

    def accepted(self, clause_id: str) -> KnownFailure | None:
        """The known failure that all breaks of a clause fall under, if there are any."""
        entry, tally = self._known.get(clause_id), self.of(clause_id)
        return entry if entry and tally.broken and entry.accepts(tally.breaking, tally.symptoms) else None

    def turns_red(self, clause_id: str, breaking: Collection[str], symptoms: Collection[str]) -> bool:
        """Whether breaks of a clause, by these cases and with these symptoms, fail the run."""
        entry = self._known.get(clause_id)
        return self._contract.clause(clause_id).level in self._failing and not (
            entry and entry.accepts(breaking, symptoms)
        )

    def raise_broken(self, clause_ids: Iterable[str]) -> None:
        """Raises ``Broken`` if any of the clauses is."""
        failing = [
            clause
            for clause in map(self._contract.clause, clause_ids)
            if self.of(clause.id).broken and clause.level in self._failing and not self.accepted(clause.id)
        ]
        if failing:
            raise Broken("\n\n".join(broken_message(self._contract, clause, self.of(clause.id)) for clause in failing))
