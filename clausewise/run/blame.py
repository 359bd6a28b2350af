"""Which clause a break is told by, so that one defect in what many clauses share does not redden half a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from clausewise.cases.expectation import matches
from clausewise.cause import depends_on
from clausewise.checks import Kind, kind_of
from clausewise.checks.finding import Finding, Outcome, untested
from clausewise.contract import Clause, Contract
from clausewise.exchange import Exchange
from clausewise.run.tally import Tally, symptom

Findings = dict[str, Finding]
"""What the checks say of one exchange, by clause."""


TurnsRed = Callable[[str, Collection[str], Collection[str]], bool]
"""Whether breaks of a clause, by these cases and with these symptoms, turn the run red."""


class Blame:
    """The clauses blamed so far in a run, and in which ways they were broken.

    Only a clause whose break ``turns_red`` the run can be blamed for those of others: a break that somebody accepted,
    or that is of a level that does not count, must not hide another one.

    A break is told by another clause, and leaves its own untested, if its clause ``depends`` on the other, which is
    broken in the same way. Of requests without faults there is more that one clause tells for all: a status that
    already the known-good request got, a success of the wrong status, and credentials that are not accepted.
    """

    def __init__(self, contract: Contract, turns_red: TurnsRed) -> None:
        self._contract = contract
        self._turns_red = turns_red
        self._blamed: dict[str, set[str]] = {}
        self._roots: dict[str, set[str]] = {}
        self._successes: dict[str, set[str]] = {}

    def note(self, tallies: Mapping[str, Tally]) -> None:
        """Takes down which of these clauses are broken, and how."""
        for clause_id, tally in tallies.items():
            if tally.broken and self._turns_red(clause_id, tally.breaking, tally.symptoms):
                self._blamed.setdefault(clause_id, set()).update(tally.signatures)
                ways = {finding.signature for exchange, finding in tally.evidence if not exchange.tags.faults}
                self._successes.setdefault(clause_id, set()).update(way for way in ways if way.startswith("2"))

    def note_roots(self, tallies: Mapping[str, Tally]) -> None:
        """Takes down which clauses the known-good request breaks."""
        self._roots = {
            name: set(tally.signatures)
            for name, tally in tallies.items()
            if tally.broken and self._turns_red(name, tally.breaking, tally.symptoms)
        }

    def attribute(self, exchange: Exchange, findings: Findings) -> Findings:
        """The same findings, but that breaks told by another clause leave theirs untested.

        What all answers promise is left alone: that is settled when the whole run is looked at.
        """
        attributed, here = dict(findings), dict[str, set[str]]()
        for clause_id, finding in findings.items():
            clause = self._contract.clause(clause_id)
            if finding.outcome is not Outcome.BROKEN or kind_of(clause) is Kind.ANSWER:
                continue
            other = self._other(clause, {finding.signature}, here)
            if clause.check == "status" and not exchange.tags.faults:
                other = other or self._about_good_requests(clause, finding, here)
            if other:
                attributed[clause_id] = untested(depends_on(other))
            elif self._turns_red(clause_id, {exchange.case}, {symptom(exchange, finding)}):
                here[clause_id] = {finding.signature}
        return attributed

    def finalize(self, clause: Clause, tally: Tally) -> None:
        """Leaves a clause about answers untested if it was never kept, and all that broke it is told by another."""
        if tally.broken and not tally.kept and (other := self._other(clause, tally.signatures, {})):
            tally.supersede(depends_on(other))

    def _about_good_requests(self, clause: Clause, finding: Finding, here: Iterable[str]) -> str | None:
        if clause.id in self._roots:
            return None
        known = (*self._roots.items(), *self._successes.items())
        refused = (other for other in here if self._contract.clause(other).check == "credentials-accepted")
        blamed = (other for other, signatures in known if other != clause.id and finding.signature in signatures)
        return _first(blamed) or _first(refused)

    def _other(self, clause: Clause, ways: set[str], here: Mapping[str, set[str]]) -> str | None:
        blamed = {**self._blamed, **here}
        return _first(
            other
            for other, known in blamed.items()
            if other != clause.id and matches(clause.depends, [other]) and ways <= known
        )


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)
