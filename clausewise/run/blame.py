"""Which clause a break is told by, so that one defect in what many clauses share does not redden half a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clausewise.cases.expectation import matches
from clausewise.checks import Kind, kind_of
from clausewise.checks.finding import Finding, Outcome, untested
from clausewise.contract import Clause, Contract
from clausewise.exchange import Exchange
from clausewise.run.tally import Tally

Findings = dict[str, Finding]
"""What the checks say of one exchange, by clause."""


class Blame:
    """The clauses blamed so far in a run, and in which ways they were broken.

    A break is told by another clause, and leaves its own untested, in two cases. A clause names those that it
    ``depends`` on, and one of them is broken in the same way. Or a request without faults gets the very status by
    which already the known-good request broke a clause.
    """

    def __init__(self, contract: Contract) -> None:
        self._clauses = {clause.id: clause for clause in contract.clauses}
        self._blamed: dict[str, set[str]] = {}
        self._roots: dict[str, set[str]] = {}

    def note(self, tallies: Mapping[str, Tally]) -> None:
        """Takes down which of these clauses are broken, and how."""
        for clause_id, tally in tallies.items():
            if tally.broken:
                self._blamed.setdefault(clause_id, set()).update(tally.ways)

    def note_roots(self, tallies: Mapping[str, Tally]) -> None:
        """Takes down which clauses the known-good request breaks."""
        self._roots = {name: set(tally.ways) for name, tally in tallies.items() if tally.broken}

    def sifted(self, exchange: Exchange, findings: Findings) -> Findings:
        """The same findings, but that breaks told by another clause leave theirs untested.

        What all answers promise is left alone: that is settled when the whole run is looked at.
        """
        sifted, here = dict(findings), dict[str, set[str]]()
        for clause_id, finding in findings.items():
            clause = self._clauses[clause_id]
            if finding.outcome is not Outcome.BROKEN or kind_of(clause) is Kind.ANSWER:
                continue
            other = self._root(clause, exchange, finding) or self._other(clause, {finding.told}, here)
            if other:
                sifted[clause_id] = untested(_depends(other))
            else:
                here[clause_id] = {finding.told}
        return sifted

    def settle(self, clause: Clause, tally: Tally) -> None:
        """Leaves a clause about answers untested if it was never kept, and all that broke it is told by another."""
        if tally.broken and not tally.kept and (other := self._other(clause, tally.ways, {})):
            tally.give_way(_depends(other))

    def _root(self, clause: Clause, exchange: Exchange, finding: Finding) -> str | None:
        if clause.check != "status" or exchange.tags.faults or clause.id in self._roots:
            return None
        return _first(other for other, ways in self._roots.items() if finding.told in ways)

    def _other(self, clause: Clause, ways: set[str], here: Mapping[str, set[str]]) -> str | None:
        blamed = {**self._blamed, **here}
        return _first(
            other
            for other, known in blamed.items()
            if other != clause.id and matches(clause.depends, [other]) and ways <= known
        )


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _depends(other: str) -> str:
    return f"depends on {other}, which is broken in the same way"
