"""Checks that compare the answers to two requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from clausewise.cause import Cause, Code
from clausewise.checks.documents import (
    MISSING,
    as_json,
    assure_casing,
    document,
    folded,
    folded_key,
    kind,
    pointer_to,
    recased_key,
    same,
    shape,
    value_at,
)
from clausewise.checks.finding import KEPT, Finding, broken, untested
from clausewise.checks.registry import Kind, PairCheck, register
from clausewise.contract import Clause, Contract
from clausewise.exchange import Exchange, Response
from clausewise.wording import phrase


@register(Kind.PAIR)
def same_answer(contract: Contract, clause: Clause) -> PairCheck:
    """Two requests get the same status, and bodies of the same shape: the same keys and JSON types at every depth."""

    def judge(first: Exchange, second: Exchange) -> Finding:
        if first.response is None or second.response is None:
            return untested(Cause(Code.NOT_COMPARABLE, phrase("unanswered-pair")))
        one, other = _answer_shown(first.response), _answer_shown(second.response)
        if one == other:
            return KEPT
        return broken(phrase("same-answer", exchange=first.id, answer=one), other, compared_with=first.id)

    return judge


@register(Kind.PAIR)
def same_document(
    contract: Contract, clause: Clause, *, keys: str | None = None, values: Sequence[str] | None = None
) -> PairCheck:
    """Two successes show the same document.

    With ``values``, pointers, only these values must be the same, and elsewhere keys and JSON types. ``keys`` is the
    casing in which the keys of both are read, however they are written.
    """
    assure_casing(keys)

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = _document(first, keys), _document(second, keys)
        if one is MISSING or other is MISSING:
            return _nothing_to_compare()
        difference = _difference(one, other, values, "", folding=keys is not None)
        if difference is None:
            return KEPT
        at, was, now = difference
        expected = phrase("same-value", pointer=at or "/", exchange=first.id, value=was)
        return broken(expected, now, pointer=at, compared_with=first.id)

    return judge


@register(Kind.PAIR)
def same_value(contract: Contract, clause: Clause, *, at: str, keys: str | None = None) -> PairCheck:
    """Two successes show the same value at a pointer."""
    return _of_values(at, keys, wants_same=True)


@register(Kind.PAIR)
def different_value(contract: Contract, clause: Clause, *, at: str, keys: str | None = None) -> PairCheck:
    """Two successes show different values at a pointer."""
    return _of_values(at, keys, wants_same=False)


def _of_values(at: str, keys: str | None, *, wants_same: bool) -> PairCheck:
    assure_casing(keys)

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = value_at(_document(first, keys), at), value_at(_document(second, keys), at)
        if one in (MISSING, None) or other in (MISSING, None):
            return _nothing_to_compare()
        if same(one, other) is wants_same:
            return KEPT
        name = "same-value" if wants_same else "other-value"
        expected = phrase(name, pointer=at, exchange=first.id, value=as_json(one))
        return broken(expected, as_json(other), pointer=at, compared_with=first.id)

    return judge


@register(Kind.PAIR)
def sparse_fieldset(
    contract: Contract, clause: Clause, *, parameter: str, at: str, keys: str | None = None
) -> PairCheck:
    """The second answer is like the first, but that the object at a pointer has only the fields asked for.

    The second request names them in a query parameter, separated by commas; names that the first answer does not
    have name nothing. Values may differ, keys and JSON types may not.
    """
    assure_casing(keys)

    def judge(first: Exchange, second: Exchange) -> Finding:
        whole, sparse = _document(first, keys), _document(second, keys)
        fields = value_at(whole, at)
        if not isinstance(fields, dict) or sparse is MISSING:
            return _nothing_to_compare()
        asked = parse_qs(urlsplit(second.request.url).query, keep_blank_values=True).get(parameter, [""])
        names = [recased_key(name, keys) if keys else name for name in asked[0].split(",")]
        for name in [name for name in fields if name not in names]:
            del fields[name]
        if shape(folded(whole) if keys else whole) == shape(folded(sparse) if keys else sparse):
            return KEPT
        expected = phrase("sparse", exchange=first.id, names=", ".join(names), pointer=at, shape=shape(whole))
        difference = _selection(fields, value_at(sparse, at))
        return broken(expected, shape(sparse), kind=difference, pointer=at, compared_with=first.id)

    return judge


def _selection(asked: dict[str, Any], got: Any) -> str:
    """What is wrong with the fields that came, in comparison with those that were asked for."""
    if not isinstance(got, dict):
        return "no fields"
    folds, others = ({folded_key(name) for name in fields} for fields in (asked, got))
    if folds == others:
        return "the right fields, and something else"
    return "too few fields" if others < folds else "too many fields" if others > folds else "other fields"


def _document(exchange: Exchange, keys: str | None) -> Any:
    """The JSON document of a success."""
    response = exchange.response
    return document(response, keys) if response and 200 <= response.status < 300 else MISSING


def _nothing_to_compare() -> Finding:
    return untested(Cause(Code.NOT_COMPARABLE, phrase("no-pair")))


def _difference(
    one: Any, other: Any, values: Sequence[str] | None, at: str, *, folding: bool
) -> tuple[str, str, str] | None:
    """Where two documents differ first, and what stands there in each; when folding, keys need only fold alike."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        pair = (folded(one), folded(other)) if folding else (one, other)
        is_same = same(*pair) if values is None or at in values else kind(one) == kind(other)
        return None if is_same else (at, as_json(one), as_json(other))
    fold = folded_key if folding else str
    ours, theirs = ({fold(key): key for key in keys} for keys in (one, other))
    for name in sorted({*ours, *theirs}):
        place = pointer_to(at, ours[name] if name in ours else theirs[name])
        if name not in ours or name not in theirs:
            return place, as_json(one.get(ours.get(name), MISSING)), as_json(other.get(theirs.get(name), MISSING))
        found = _difference(one[ours[name]], other[theirs[name]], values, place, folding=folding)
        if found:
            return found
    return None


def _answer_shown(response: Response) -> str:
    return phrase("answer-shape", status=response.status, body=_body_shape(response))


def _body_shape(response: Response) -> str:
    if not response.body:
        return phrase("empty-body")
    body = document(response)
    media_type = response.media_type or phrase("no-media-type")
    return phrase("body-of", media_type=media_type) if body is MISSING else phrase("body-like", shape=shape(body))
