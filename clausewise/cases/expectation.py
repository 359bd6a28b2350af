"""Which answer the contract expects of a request: the table from conditions to statuses that the clauses spell out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache

from clausewise.contract import Clause, Contract, statuses
from clausewise.exchange import Tags

VALID = "valid"
"""In ``when``: a request without faults of which no other clause says more."""
REST = "rest"
"""In ``when``: a request with a fault on which the document is silent."""


@dataclass(frozen=True)
class Expectation:
    """The clauses that a request puts to the test, the statuses that keep them, and those that say nothing."""

    clauses: tuple[Clause, ...]
    statuses: frozenset[int]
    inconclusive: Mapping[int, str]


def matches(patterns: Iterable[str], tags: Iterable[str]) -> bool:
    """Whether any of the tags meets any of the patterns (shell wildcards)."""
    return any(map(_expression(tuple(patterns)).match, tags))


@cache
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for all these shell patterns; for none of them, one that nothing meets."""
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


def clauses_about(contract: Contract, operation: str, tags: Tags) -> tuple[Clause, ...]:
    """The clauses that the answer to such a request is judged by, or observed for."""
    observed = [clause for clause in _judged_by("observe-status", contract, operation) if only(clause.when, tags)]
    return (*expectation(contract, operation, tags).clauses, *observed)


def only(patterns: Iterable[str], tags: Tags) -> bool:
    """Whether there are faults, and every one of them meets a pattern."""
    return bool(tags.faults) and all(matches(patterns, [fault]) for fault in tags.faults)


@lru_cache(maxsize=1024)
def expectation(contract: Contract, operation: str, tags: Tags) -> Expectation:
    """What the contract expects of a request with these tags.

    A request without faults: the clauses about its traits, else the clause about valid requests. With faults: the
    clauses about them, and every status that any of its faults may get, because the document does not say in which
    order a server looks; the clauses of the first fault are put to the test. If the document is silent on a fault,
    only the clauses about the rest are, and the statuses of the other faults are allowed besides.
    """
    clauses = _judged_by("status", contract, operation)
    if not tags.faults:
        chosen = [c for c in clauses if matches(c.when, tags.traits)] or [c for c in clauses if VALID in c.when]
        return _expectation(contract, chosen, chosen, tags)
    about = {fault: [c for c in clauses if matches(c.when, [fault])] for fault in tags.faults}
    every = [clause for found in about.values() for clause in found]
    if not all(about.values()):
        rest = [c for c in clauses if REST in c.when]
        return _expectation(contract, rest, [*rest, *every], tags)
    return _expectation(contract, about[tags.faults[0]], every, tags)


def calls_for(contract: Contract, clause: Clause, tags: Tags) -> bool:
    """Whether every answer that the contract expects of a request with these tags is one that the clause is about."""
    if "status" not in clause.arguments:
        return True
    if clause.when and not matches(clause.when, tags.all()):
        return False
    expected = expectation(contract, clause.operation, tags).statuses
    return bool(expected) and expected <= statuses(clause.arguments["status"])


@cache  # asked for every request, and a contract may have thousands of clauses
def _judged_by(check: str, contract: Contract, operation: str) -> tuple[Clause, ...]:
    """The clauses of an operation that this check judges."""
    return tuple(clause for clause in contract.clauses if clause.check == check and clause.operation == operation)


def _expectation(contract: Contract, tested: list[Clause], allowing: list[Clause], tags: Tags) -> Expectation:
    reasons: dict[int, str] = {}
    for clause in allowing:
        for written, name in clause.arguments.get("inconclusive", {}).items():
            reason = contract.reasons[name]
            if not matches(reason.unless, tags.all()):
                reasons |= dict.fromkeys(statuses(written), reason.says)
    allowed = frozenset(status for clause in allowing for status in statuses(clause.arguments["expect"]))
    return Expectation(tuple(tested), allowed, reasons)
