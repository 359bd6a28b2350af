"""What is wrong with a contract in itself, beyond the form of its files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing.exceptions import Unresolvable

from clausewise.cases.expectation import matches
from clausewise.checks import Kind, kind_of, make, make_pair
from clausewise.contract import UNIQUE, VARIABLE, Clause, Contract
from clausewise.errors import ContractError


def contract_complaints(contract: Contract) -> list[str]:
    """A sentence for everything that is wrong."""
    where = contract.folder / "clauses.yaml"
    found = [
        *_openapi(contract),
        *_references(contract),
        *_duplicates(contract),
        *_variables(contract),
        *_unused(contract),
    ]
    for clause in contract.clauses:
        found += [f"{where}, clause {clause.id}: {complaint}" for complaint in _clause(contract, clause)]
    return found


def _openapi(contract: Contract) -> Iterator[str]:
    validator = OpenAPIV31SpecValidator(contract.openapi, base_uri=contract.openapi_file.absolute().as_uri())
    try:
        for error in validator.iter_errors():
            place = "/".join(str(part) for part in error.absolute_path)
            message = error.message.partition("\n")[0]
            yield f"{contract.openapi_file}, at {place or 'the top'}: this is not OpenAPI 3.1 ({message})"
    except Unresolvable as error:
        yield f"{contract.openapi_file}: $ref {error.ref} leads nowhere"


def _references(contract: Contract) -> Iterator[str]:
    for name in contract.schemas.names:
        for reference in _refs(contract.schemas.named(name)):
            file, _, _ = reference.partition("#")
            if file and file not in contract.schemas.names:
                yield f"{contract.folder / 'schemas' / name}: $ref {reference} leads to no schema of this contract"


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _refs(item)


def _duplicates(contract: Contract) -> Iterator[str]:
    for clause_id, count in Counter(clause.id for clause in contract.clauses).items():
        if count > 1:
            yield f"{contract.folder / 'clauses.yaml'}: the id {clause_id} stands there {count} times"
    for clause in contract.clauses:
        for name, count in Counter(attempt.name for attempt in clause.tries).items():
            if count > 1:
                yield f"{contract.folder / 'clauses.yaml'}, clause {clause.id}: {count} tries are called {name!r}"


def _clause(contract: Contract, clause: Clause) -> Iterator[str]:
    if not re.fullmatch(rf"{re.escape(contract.api)}(\.[a-z0-9]+(-[a-z0-9]+)*)+", clause.id):
        yield f"the id is malformed: {contract.api}, then words of small letters, digits and hyphens after dots"
    if clause.section not in {section.id for section in contract.sections}:
        yield f"there is no section {clause.section!r}"
    if clause.operation not in contract.operations:
        yield f"there is no operation {clause.operation!r}"
    for name in clause.arguments.get("inconclusive", {}).values():
        if name not in contract.reasons:
            yield f"there is no reason {name!r}"
    others = [other.id for other in contract.clauses if other is not clause]
    for pattern in clause.depends:
        if not matches([pattern], others):
            yield f"it depends on {pattern!r}, which is no other clause"
    if clause.implied_by is not None and clause.implied_by not in others:
        yield f"it is implied by {clause.implied_by!r}, which is no other clause"
    for attempt in clause.tries:
        if attempt.credentials is not None and attempt.credentials not in contract.credentials:
            yield f"there are no credentials {attempt.credentials!r}"
    yield from _check(contract, clause)


def _check(contract: Contract, clause: Clause) -> Iterator[str]:
    if (clause.check is None) == (clause.excluded is None):
        yield "it needs either a check or the reason why it is excluded"
    if clause.check is None:
        return
    try:
        (make_pair if kind_of(clause) is Kind.PAIR else make)(contract, clause)
    except ContractError as error:
        yield str(error)
    if clause.check.startswith("observe-") == clause.level.binding:
        yield (
            f"level {clause.level.value} and check {clause.check} do not go together: "
            f"what binds is judged, the rest is observed"
        )


def _variables(contract: Contract) -> Iterator[str]:
    """Variables that nothing uses, and names that are used and are no variable."""
    target = contract.folder / "target.yaml"
    used = {name: f"${name}" for text in _texts(contract) for name in VARIABLE.findall(text)}
    for operation in contract.operations.values():
        used |= {name: f"the fixture {place}" for place, names in operation.fixtures.items() for name in names}
    if contract.on_demand is not None:
        used[contract.on_demand] = "on_demand"
    for name in contract.variables:
        if name not in used:
            yield f"{target}: nobody uses the variable {name}"
    for name, place in used.items():
        if name not in contract.variables and name != UNIQUE:
            yield f"{target}: {place} names {name}, which is no variable"


def _unused(contract: Contract) -> Iterator[str]:
    """Credentials, reasons and schemas that nothing asks for."""
    target, clauses = contract.folder / "target.yaml", contract.folder / "clauses.yaml"
    used = {attempt.credentials for clause in contract.clauses for attempt in clause.tries}
    for name in list(contract.credentials)[1:]:
        if name not in used:
            yield f"{target}: nobody tries the credentials {name}"
    given = {name for clause in contract.clauses for name in clause.arguments.get("inconclusive", {}).values()}
    for name in contract.reasons:
        if name not in given:
            yield f"{clauses}: nobody gives the reason {name}"
    yield from _unused_schemas(contract)


def _unused_schemas(contract: Contract) -> Iterator[str]:
    asked = {str(clause.arguments.get("schema")) for clause in contract.clauses}
    referred = {reference for name in contract.schemas.names for reference in _refs(contract.schemas.named(name))}
    described = contract.openapi_file.read_text(encoding="utf-8")
    for name in contract.schemas.names:
        if name not in asked | referred and name not in described:
            yield f"{contract.folder / 'schemas' / name}: nobody uses this schema"


def _texts(contract: Contract) -> list[str]:
    """Every text of the contract in which a variable may stand."""
    found = [kind.value for kind in contract.credentials.values()]
    for kind in contract.credentials.values():
        found += _strings(vars(kind.proof)) if kind.proof else []
    found += [text for kind in contract.credentials.values() if kind.proof for text in _strings(vars(kind.proof))]
    found += [text for clause in contract.clauses for text in _strings(clause.arguments.get("value"))]
    for operation in contract.operations.values():
        found += _strings(vars(operation.baseline))
    for clause in contract.clauses:
        found += [text for attempt in clause.tries for text in _strings(vars(attempt))]
    return found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
