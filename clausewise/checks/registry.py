"""The names under which contracts ask for checks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from clausewise.cause import Cause, not_set
from clausewise.checks.finding import Finding, untested
from clausewise.contract import VARIABLE, Clause, Contract
from clausewise.errors import ContractError
from clausewise.exchange import Exchange

Check = Callable[[Exchange], Finding | None]
"""Says what an exchange shows, or nothing if the exchange is not about the clause."""
PairCheck = Callable[[Exchange, Exchange], Finding]
"""Compares the answers to two requests."""
Values = Mapping[str, tuple[str, ...]]
"""The values of a target's variables."""


class Kind(StrEnum):
    """What a check looks at, and so when its clause can be concluded."""

    REQUEST = "request"  # an answer in the light of its request: concluded by the test that sent it
    ANSWER = "answer"  # an answer whatever the request was: concluded over the whole run
    PAIR = "pair"  # two answers: concluded by the test that sent the two


_Factory = TypeVar("_Factory", bound=Callable[..., Any])
_FACTORIES: dict[str, tuple[Kind, Callable[..., Any]]] = {}


def register(kind: Kind) -> Callable[[_Factory], _Factory]:
    """Enters a factory of checks under its function's name, written with hyphens."""

    def enter(factory: _Factory) -> _Factory:
        _FACTORIES[factory.__name__.replace("_", "-")] = (kind, factory)
        return factory

    return enter


def known_checks() -> Mapping[str, Kind]:
    """Every check's name and kind."""
    return {name: kind for name, (kind, _) in _FACTORIES.items()}


def kind_of(clause: Clause) -> Kind | None:
    """The kind of a clause's check; none for a clause that is excluded."""
    return None if clause.check is None else _found(clause)[0]


def assure(contract: Contract) -> None:
    """Makes sure that every clause's check can be made; raises ``ContractError`` for the first that cannot."""
    for clause in contract.clauses:
        if clause.check is not None:
            _made(contract, clause)


def make(contract: Contract, clause: Clause, values: Values = MappingProxyType({})) -> Check:
    """Return the clause's check, ready to judge exchanges.

    ``values`` are those of the target's variables; without that of a variable in its ``value`` the check decides
    nothing.

    Raises:
        ContractError: where the check is unknown or wrongly set up.
    """
    written = str(clause.arguments.get("value", ""))
    names = VARIABLE.findall(written)
    missing = [name for name in names if not values.get(name)]
    if not names or missing:
        check: Check = _made(contract, clause)
        return _undecided(check, not_set(missing[0])) if missing else check
    value = VARIABLE.sub(lambda found: values[found[1]][0], written)
    known: Check = _made(contract, replace(clause, arguments={**clause.arguments, "value": value}))
    return known


def _undecided(check: Check, cause: Cause) -> Check:
    """The check, but that whatever it is about leaves the clause untested."""
    return lambda exchange: untested(cause) if check(exchange) else None


def make_pair(contract: Contract, clause: Clause) -> PairCheck:
    """The clause's check of two answers; ``ContractError`` if it is unknown or wrongly set up."""
    check: PairCheck = _made(contract, clause)
    return check


def _made(contract: Contract, clause: Clause) -> Any:
    factory = _found(clause)[1]
    try:
        bound = inspect.signature(factory).bind(contract, clause, **clause.arguments)
        return factory(*bound.args, **bound.kwargs)
    except (TypeError, ValueError) as error:
        raise ContractError(
            f"{contract.folder / 'clauses.yaml'}, clause {clause.id}: `with` does not fit the check "
            f"{clause.check} ({error})"
        ) from error


def _found(clause: Clause) -> tuple[Kind, Callable[..., Any]]:
    if clause.check not in _FACTORIES:
        raise ContractError(
            f"clause {clause.id}: there is no check called {clause.check!r}; the checks are: {', '.join(_FACTORIES)}"
        )
    return _FACTORIES[clause.check]
