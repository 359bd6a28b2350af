"""Checks that compare the answers to two requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from clausewise.checks.documents import MISSING, document, recased_key, shape, value_at
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


@register(Kind.PAIR)
def same_document(
    contract: Contract, clause: Clause, *, keys: str | None = None, ignoring: Sequence[str] = ()
) -> PairCheck:
    """Two successes show the same document; ``ignoring`` are pointers at which only the JSON type must be the same.

    ``keys`` is the casing in which the keys of both are read, however they are written.
    """

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = _document(first, keys), _document(second, keys)
        if one is MISSING or other is MISSING:
            return _nothing_to_compare()
        difference = _difference(one, other, set(ignoring), "")
        if difference is None:
            return KEPT
        at, was, now = difference
        return broken(f"at {at or 'the top'} the same as in {first.id}: {was}", now)

    return judge


@register(Kind.PAIR)
def same_value(contract: Contract, clause: Clause, *, at: str, keys: str | None = None) -> PairCheck:
    """Two successes show the same value at a pointer."""

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = _value(first, at, keys), _value(second, at, keys)
        if one is MISSING or other is MISSING:
            return _nothing_to_compare()
        return KEPT if one == other else broken(f"at {at} the same as in {first.id}: {_json(one)}", _json(other))

    return judge


@register(Kind.PAIR)
def different_value(contract: Contract, clause: Clause, *, at: str, keys: str | None = None) -> PairCheck:
    """Two successes show different values at a pointer."""

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = _value(first, at, keys), _value(second, at, keys)
        if one is MISSING or other is MISSING:
            return _nothing_to_compare()
        return KEPT if one != other else broken(f"at {at} another value than in {first.id}", _json(other))

    return judge


@register(Kind.PAIR)
def sparse_fieldset(
    contract: Contract, clause: Clause, *, parameter: str, at: str, keys: str | None = None
) -> PairCheck:
    """The second answer is like the first, but that the object at a pointer has only the fields asked for.

    The second request names them in a query parameter, separated by commas; names that the first answer does not
    have name nothing. Values may differ, keys and JSON types may not.
    """

    def judge(first: Exchange, second: Exchange) -> Finding:
        whole, sparse = _document(first, keys), _document(second, keys)
        if not isinstance(value_at(whole, at), dict) or sparse is MISSING:
            return _nothing_to_compare()
        asked = parse_qs(urlsplit(second.request.url).query, keep_blank_values=True).get(parameter, [""])
        names = [recased_key(name, keys) if keys else name for name in asked[0].split(",")]
        fields = value_at(whole, at)
        for name in [name for name in fields if name not in names]:
            del fields[name]
        wanted, got = shape(whole), shape(sparse)
        return KEPT if wanted == got else broken(f"of {first.id} only {', '.join(names)} at {at}: {wanted}", got)

    return judge


def _document(exchange: Exchange, keys: str | None) -> Any:
    """The JSON document of a success."""
    response = exchange.response
    return document(response, keys) if response and 200 <= response.status < 300 else MISSING


def _value(exchange: Exchange, at: str, keys: str | None) -> Any:
    return value_at(_document(exchange, keys), at)


def _nothing_to_compare() -> Finding:
    return untested("one of the two answers is no success with what is to be compared")


def _difference(one: Any, other: Any, ignoring: set[str], at: str) -> tuple[str, str, str] | None:
    """Where two documents differ first, and what stands there in each."""
    if at in ignoring or not isinstance(one, dict) or not isinstance(other, dict):
        same = shape(one) == shape(other) if at in ignoring else _json(one) == _json(other)
        return None if same else (at, _json(one), _json(other))
    for key in sorted({*one, *other}):
        if key not in one or key not in other:
            return f"{at}/{key}", _json(one.get(key, MISSING)), _json(other.get(key, MISSING))
        found = _difference(one[key], other[key], ignoring, f"{at}/{key}")
        if found:
            return found
    return None


def _json(value: Any) -> str:
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _told(response: Response) -> str:
    return f"{response.status} with {_body_shape(response)}"


def _body_shape(response: Response) -> str:
    if not response.body:
        return "an empty body"
    body = document(response)
    return (
        f"a body of {response.media_type or 'no named media type'}" if body is MISSING else f"a body like {shape(body)}"
    )
