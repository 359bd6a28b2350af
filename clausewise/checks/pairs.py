"""Checks that compare the answers to two requests."""

from __future__ import annotations

from typing import Any

from clausewise.checks.finding import KEPT, Finding, broken, untested
from clausewise.checks.registry import Kind, PairCheck, register
from clausewise.contract import Clause, Contract
from clausewise.exchange import Exchange, Response


@register(Kind.PAIR)
def same_answer(contract: Contract, clause: Clause) -> PairCheck:
    """Two requests get the same status, and bodies of the same shape: the same keys and JSON types at every depth."""

    def judge(first: Exchange, second: Exchange) -> Finding:
        if first.response is None or second.response is None:
            return untested("one of the two requests was not answered")
        one, other = _told(first.response), _told(second.response)
        return KEPT if one == other else broken(f"the same answer as {first.id}: {one}", other)

    return judge


def _told(response: Response) -> str:
    return f"{response.status} with {_body_shape(response)}"


def _body_shape(response: Response) -> str:
    if not response.body:
        return "an empty body"
    try:
        return f"a body like {shape(response.json())}"
    except (ValueError, RecursionError):
        return f"a body of {response.media_type or 'no named media type'}"


def shape(value: Any) -> str:
    """The keys and JSON types of a value, whatever its texts and numbers are: ``{error: string}``."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {shape(value[key])}" for key in sorted(value)) + "}"
        case list():
            return "[" + ", ".join(sorted({shape(item) for item in value})) + "]"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case None:
            return "null"
        case _:
            return "string"
