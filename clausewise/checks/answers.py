"""Checks of an answer by its status, whatever the request was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausewise.cases.expectation import matches
from clausewise.checks.finding import KEPT, Finding, broken, observed
from clausewise.checks.registry import Check, Kind, register
from clausewise.contract import Clause, Contract
from clausewise.exchange import Exchange, Response

_SHOWN = 200  # characters of a body in a message; the whole stands in the exchange


@register(Kind.ANSWER)
def header_present(contract: Contract, clause: Clause, *, status: int, header: str) -> Check:
    """Answers of that status carry the header once, and not empty."""

    def judge(exchange: Exchange) -> Finding | None:
        response = _answered(exchange, status)
        if response is None:
            return None
        values = response.values(header)
        if len(values) == 1 and values[0].strip():
            return KEPT
        return broken(f"one {header} header that is not empty", _headers_told(header, values))

    return judge


@register(Kind.ANSWER)
def header_unique(contract: Contract, clause: Clause, *, header: str) -> Check:
    """No two answers carry the same value of the header. A missing or empty header is another clause's business."""
    seen: dict[str, str] = {}

    def judge(exchange: Exchange) -> Finding | None:
        values = [value for value in exchange.response.values(header) if value.strip()] if exchange.response else []
        if not values:
            return None
        first = seen.setdefault(values[0], exchange.id)
        if first == exchange.id:
            return KEPT
        return broken(f"a {header} that no other answer has", f"{values[0]}, as in {first}", certain=True)

    return judge


@register(Kind.ANSWER)
def media_type(contract: Contract, clause: Clause, *, status: int, expect: str) -> Check:
    """Answers of that status name that media type; parameters and letter case do not matter."""

    def judge(exchange: Exchange) -> Finding | None:
        response = _answered(exchange, status)
        if response is None:
            return None
        if response.media_type == expect.lower():
            return KEPT
        return broken(f"Content-Type: {expect}", _headers_told("Content-Type", response.values("content-type")))

    return judge


@register(Kind.ANSWER)
def body_schema(contract: Contract, clause: Clause, *, status: int, schema: str) -> Check:
    """The body of answers of that status is JSON that meets the contract's schema of that file name."""
    definition = contract.schemas.named(schema)

    def judge(exchange: Exchange) -> Finding | None:
        response = _answered(exchange, status)
        if response is None:
            return None
        if response.cut:
            return broken(f"JSON that meets {schema}", "a body longer than the harness reads")
        try:
            body = response.json()
        except (ValueError, RecursionError):
            return broken(f"JSON that meets {schema}", _body_told(response))
        violations = contract.schemas.violations(definition, body)
        if not violations:
            return KEPT
        first = violations[0]
        return broken(f"JSON that meets {schema}{first.place}", f"{first.message} at {first.pointer}")

    return judge


@register(Kind.ANSWER)
def names_fault(contract: Contract, clause: Clause, *, status: int, when: Sequence[str], depth: int) -> Check:
    """The body names the request's only fault: its keys follow the fault's pointer for ``depth`` steps.

    A body that is no JSON object is another clause's business.
    """

    def judge(exchange: Exchange) -> Finding | None:
        response = _answered(exchange, status)
        if response is None or len(exchange.tags.faults) != 1 or not matches(when, exchange.tags.faults):
            return None
        body = _json_object(response)
        if body is None:
            return None
        steps = exchange.tags.faults[0].partition(":")[2].strip("/").split("/")[:depth]
        if _has(body, steps):
            return KEPT
        return broken(f"a message under /{'/'.join(steps)}", _body_told(response))

    return judge


@register(Kind.ANSWER)
def observe_body(contract: Contract, clause: Clause, *, status: int) -> Check:
    """Whether answers of that status have a body, and of which kind."""

    def judge(exchange: Exchange) -> Finding | None:
        response = _answered(exchange, status)
        if response is None:
            return None
        return observed(f"a body of {response.media_type or 'no named media type'}" if response.body else "no body")

    return judge


def _answered(exchange: Exchange, status: int) -> Response | None:
    response = exchange.response
    return response if response is not None and response.status == status else None


def _headers_told(header: str, values: Sequence[str]) -> str:
    if not values:
        return f"no {header} header"
    return "; ".join(f"{header}: {value}" for value in values)


def _body_told(response: Response) -> str:
    if not response.body:
        return "an empty body"
    text = response.body.decode("utf-8", "replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} … ({len(response.body)} bytes)"


def _json_object(response: Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _has(value: Any, steps: Sequence[str]) -> bool:
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
