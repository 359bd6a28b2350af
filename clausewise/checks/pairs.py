"""Checks that compare the answers to two requests.

``settled`` ones compare documents only where the contract allows nothing but a success of both requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from clausewise.cause import Cause, Code
from clausewise.checks.answers import is_settled
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

Reader = Callable[[Exchange], Any]


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
    contract: Contract,
    clause: Clause,
    *,
    keys: str | None = None,
    values: Sequence[str] | None = None,
    settled: bool = True,
) -> PairCheck:
    """Two successes show the same document.

    With ``values``, pointers, only these values must be the same, and elsewhere keys and JSON types. ``keys`` is the
    casing in which the keys of both are read, however they are written.
    """
    document_of = _reader(contract, keys, settled=settled)

    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = document_of(first), document_of(second)
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
def same_value(
    contract: Contract, clause: Clause, *, at: str, keys: str | None = None, settled: bool = True
) -> PairCheck:
    """Two successes show the same value at a pointer."""
    return _of_values(_reader(contract, keys, settled=settled), at, wants_same=True)


@register(Kind.PAIR)
def different_value(
    contract: Contract, clause: Clause, *, at: str, keys: str | None = None, settled: bool = True
) -> PairCheck:
    """Two successes show different values at a pointer."""
    return _of_values(_reader(contract, keys, settled=settled), at, wants_same=False)


def _of_values(document_of: Reader, at: str, *, wants_same: bool) -> PairCheck:
    def judge(first: Exchange, second: Exchange) -> Finding:
        one, other = value_at(document_of(first), at), value_at(document_of(second), at)
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
    contract: Contract, clause: Clause, *, parameter: str, at: str, keys: str | None = None, settled: bool = True
) -> PairCheck:
    """The second answer is like the first, but that the object at a pointer has only the fields asked for.

    The second request names them in a query parameter, separated by commas; names that the first answer does not
    have name nothing. Values may differ, keys and JSON types may not.
    """
    document_of = _reader(contract, keys, settled=settled)

    def judge(first: Exchange, second: Exchange) -> Finding:
        whole, sparse = document_of(first), document_of(second)
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


def _reader(contract: Contract, keys: str | None, *, settled: bool) -> Reader:
    """What reads the JSON document of a success; if ``settled``, of one that the contract leaves no choice about."""
    assure_casing(keys)

    def document_of(exchange: Exchange) -> Any:
        response = exchange.response
        if response is None or not 200 <= response.status < 300 or (settled and not is_settled(contract, exchange)):
            return MISSING
        return document(response, keys)

    return document_of


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
