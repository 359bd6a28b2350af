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
ON_DEMAND = "on-demand/"
"""How the tag of a request begins that asks for a status."""


@dataclass(frozen=True)
class Expectation:
    """The clauses that a request puts to the test, the statuses that keep them, and those that say nothing."""

    clauses: tuple[Clause, ...]
    statuses: frozenset[int]
    inconclusive: Mapping[int, str]

    @property
    def is_settled(self) -> bool:
        """Whether nothing but a success is right, so that the contract says what the answer must show."""
        return bool(self.clauses) and bool(self.statuses) and all(map(_is_success, self.statuses))


def matches(patterns: Iterable[str], tags: Iterable[str]) -> bool:
    """Whether any of the tags meets any of the patterns (shell wildcards)."""
    return any(map(_expression(tuple(patterns)).match, tags))


@cache
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for all these shell patterns; for none of them, one that nothing meets."""
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


def clauses_about(contract: Contract, operation: str, tags: Tags) -> tuple[Clause, ...]:
    """The clauses that the answer to such a request is judged by, or observed for."""
    observed = [clause for clause in _judged_by("observe-status", contract, operation) if is_observed(clause, tags)]
    return (*expectation(contract, operation, tags).clauses, *observed)


def is_observed(clause: Clause, tags: Tags) -> bool:
    """Whether a clause that observes statuses is about such a request."""
    if clause.arguments.get("beside", False):
        return matches(clause.when, tags.faults)
    return has_only(clause.when, tags)


def has_only(patterns: Iterable[str], tags: Tags) -> bool:
    """Whether there are faults, and every one of them meets a pattern."""
    return bool(tags.faults) and all(matches(patterns, [fault]) for fault in tags.faults)


@lru_cache(maxsize=1024)
def expectation(contract: Contract, operation: str, tags: Tags) -> Expectation:
    """What the contract expects of a request with these tags.

    A request without faults: the clauses about its traits, else the clause about valid requests. With faults, each
    adds the refusals that it may get, because the document does not say in which order a server looks; of a fault on
    which the document is silent, these are the refusals of the clause about the rest. A success is allowed only if
    every fault allows it. The clauses of the first fault that has any are put to the test, else those about the rest.

    A request that asks for a status tests no clause about statuses: the answer proves nothing but that it was given.
    """
    demanded = [fault.removeprefix(ON_DEMAND) for fault in tags.faults if fault.startswith(ON_DEMAND)]
    if demanded:
        return Expectation((), statuses(demanded), {})
    clauses = _judged_by("status", contract, operation)
    if not tags.faults:
        chosen = [c for c in clauses if matches(c.when, tags.traits)] or [c for c in clauses if VALID in c.when]
        return Expectation(tuple(chosen), _allowed(chosen), _excused(contract, chosen, tags))
    rest = [c for c in clauses if REST in c.when]
    about = {fault: [c for c in clauses if matches(c.when, [fault])] for fault in tags.faults}
    if not rest and not all(about.values()):
        return Expectation((), frozenset(), {})  # nothing is said of some fault, so nothing of such a request
    tested = next(filter(None, about.values()), rest)
    each = [found or rest for found in about.values()]
    allowed = [_allowed(found) for found in each]
    excused = [_excused(contract, found, tags) for found in each]
    sayings = {status: says for one in excused for status, says in one.items()}
    left = _together([frozenset({*one, *other}) for one, other in zip(allowed, excused, strict=True)])
    return Expectation(tuple(tested), _together(allowed), {s: says for s, says in sayings.items() if s in left})


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


def _allowed(clauses: Iterable[Clause]) -> frozenset[int]:
    return frozenset(status for clause in clauses for status in statuses(clause.arguments["expect"]))


def _together(allowed: Iterable[frozenset[int]]) -> frozenset[int]:
    """The refusals that any of several faults may get, and the successes that all of them allow."""
    everything = frozenset().union(*allowed)
    return frozenset(
        status for status in everything if not _is_success(status) or all(status in one for one in allowed)
    )


def _excused(contract: Contract, clauses: Iterable[Clause], tags: Tags) -> dict[int, str]:
    """The statuses that say nothing about such a request, each with the reason."""
    found: dict[int, str] = {}
    for clause in clauses:
        for written, name in clause.arguments.get("inconclusive", {}).items():
            reason = contract.reasons[name]
            if (not reason.when or matches(reason.when, tags.all())) and not matches(reason.unless, tags.all()):
                found |= dict.fromkeys(statuses(written), reason.says)
    return found


def _is_success(status: int) -> bool:
    return 200 <= status < 300
