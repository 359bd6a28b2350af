"""What a contract names that is not there: places in schemas and requests, and requests that miss their clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from clausewise.cases import Case, clause_cases
from clausewise.cases.wire import planned_tags
from clausewise.checks import Kind, kind_of, make
from clausewise.contract import Clause, Contract, Operation
from clausewise.errors import ContractError
from clausewise.exchange import Exchange, Request, Response

_COMBINING = ("allOf", "anyOf", "oneOf", "if", "then", "else")


def place_complaints(contract: Contract) -> list[str]:
    """A sentence for everything that is wrong. Only for contracts whose clauses all have a check that can be made."""
    clauses, target = contract.folder / "clauses.yaml", contract.folder / "target.yaml"
    found = [f"{target}: {complaint}" for complaint in _credentials(contract)]
    for operation in contract.operations.values():
        found += [f"{target}, operation {operation.id}: {told}" for told in _places(contract, operation)]
    for clause in contract.clauses:
        found += [f"{clauses}, clause {clause.id}: {complaint}" for complaint in _at(contract, clause)]
    if not found:
        found += [
            f"{clauses}, clause {clause.id}: the request {case.id.partition('/')[2]!r} is not about it"
            for clause, case in clause_cases(contract)
            if kind_of(clause) is Kind.REQUEST and not _is_about(contract, clause, case)
        ]
    return found


def _credentials(contract: Contract) -> Iterator[str]:
    first = next(iter(contract.credentials.values()))
    if not first.valid:
        yield f"the first credentials, {first.name}, are those of good requests, and not marked valid"


def _places(contract: Contract, operation: Operation) -> Iterator[str]:
    """Places of fixtures and of what is left out that the operation does not have."""
    for place in [*operation.fixtures, *(f"body{pointer}" for pointer in operation.omitted)]:
        where, _, name = place.partition("/")
        if where == "body":
            is_there = _leads(contract, operation.schema, name.split("/"))
        else:
            is_there = name in {parameter.name for parameter in operation.parameters_in(where)}
        if not is_there:
            yield f"there is no place {place}"
    for name in operation.baseline.path:
        if name not in {parameter.name for parameter in operation.parameters_in("path")}:
            yield f"there is no parameter {name} in its path"


def _at(contract: Contract, clause: Clause) -> Iterator[str]:
    """Places that a check looks at and of which its schema says nothing, so that nothing could ever be wrong there."""
    schema = clause.arguments.get("schema")
    for at in clause.places:
        if schema and not _leads(contract, contract.schemas.named(schema), at.split("/")[1:]):
            yield f"the schema {schema} says nothing of {at}"


def _leads(contract: Contract, schema: Any, steps: list[str]) -> bool:
    """Whether a schema says something of what stands at the end of these steps."""
    if not isinstance(schema, Mapping):
        return False
    if "$ref" in schema and not schema["$ref"].startswith("#"):
        return _leads(contract, contract.schemas.named(Path(schema["$ref"]).name), steps)
    if not steps:
        return True
    parts = [schema.get(keyword) for keyword in _COMBINING]
    alternatives = [part for found in parts for part in (found if isinstance(found, list) else [found])]
    inner = schema.get("items") if steps[0] == "*" or steps[0].isdigit() else None
    inner = inner or schema.get("properties", {}).get(steps[0])
    return _leads(contract, inner, steps[1:]) or any(_leads(contract, part, steps) for part in alternatives)


def _is_about(contract: Contract, clause: Clause, case: Case) -> bool:
    """Whether the clause's check has something to say of an answer to the case."""
    exchange = Exchange(
        id=case.id,
        api=contract.api,
        operation=case.operation,
        case=case.id,
        test=None,
        request=Request("", "", (), None),
        response=Response(599, (), b""),
        tags=planned_tags(contract, case),
        curl="",
        time="",
        elapsed_ms=0,
    )
    try:
        return make(contract, clause)(exchange) is not None
    except ContractError:
        return True  # told elsewhere
