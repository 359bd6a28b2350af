"""The cases that a contract names: its baseline and the ``try`` entries of its clauses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausewise.cases.case import Case, json_body
from clausewise.contract import Clause, Contract, CredentialKind, Operation, Try
from clausewise.exchange import Headers


def baseline_case(contract: Contract, name: str = "baseline", *, operation: str | None = None, **changes: Any) -> Case:
    """The request that must succeed on a working target.

    ``changes`` are fields of ``Try`` in which the case differs from it; ``name`` says what they make of it.
    """
    entry = contract.operations[operation or next(iter(contract.operations))]
    return _case(contract, entry, Try(name, **changes, changes_body="body" in changes), entry.id)


def proof_case(contract: Contract, kind: CredentialKind) -> Case:
    """Return the request that must succeed with these credentials as long as they are valid."""
    assert kind.proof is not None
    operation = next(iter(contract.operations.values()))
    return _case(contract, operation, replace(kind.proof, credentials=kind.name), operation.id)


def clause_cases(contract: Contract) -> list[tuple[Clause, Case]]:
    """Every case that a clause asks to try, in the order of the contract."""
    return [
        (clause, _case(contract, contract.operations[clause.operation], change, clause.id))
        for clause in contract.clauses
        for change in clause.tries
    ]


def _case(contract: Contract, operation: Operation, change: Try, prefix: str) -> Case:
    baseline = operation.baseline
    return Case(
        id=f"{prefix}/{change.name}",
        operation=operation.id,
        credentials=change.credentials or next(iter(contract.credentials)),
        path={**baseline.path, **change.path},
        headers=_headers(operation, change),
        query={**baseline.query, **change.query},
        body=_body(operation, change),
        prefer=change.prefer,
        tag=change.tag,
    )


def _headers(operation: Operation, change: Try) -> Headers:
    merged = {"Content-Type": operation.media_type, **operation.baseline.headers, **change.headers}
    return tuple((name, value) for name, value in merged.items() if value is not None)


def _body(operation: Operation, change: Try) -> bytes:
    if change.text is not None:
        return change.text.encode("utf-8")
    return json_body(change.body if change.changes_body else operation.baseline.body)
