"""Checks of the body of an answer: what its status promises whatever the request was, or where that matches ``when``.

``keys`` is the casing in which the keys of a body are read, however the answer writes them. ``settled`` checks look
only at answers to requests of which the contract allows nothing but a success: what another request made of an
answer, the document does not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from clausewise.cases.expectation import has_only, matches
from clausewise.checks.answers import (
    IsMeant,
    Status,
    is_settled,
    new_value,
    of_answers,
    requests_with,
    shown_once,
)
from clausewise.checks.documents import (
    CASINGS,
    MISSING,
    as_json,
    assure_casing,
    document,
    miscased,
    same,
    shape,
    value_at,
)
from clausewise.checks.finding import KEPT, Finding, broken, kept, observed
from clausewise.checks.registry import Check, Kind, register
from clausewise.contract import Clause, Contract, Schemas, Violation
from clausewise.exchange import Exchange, Response
from clausewise.wording import phrase

_SHOWN = 200  # characters of a body in a message; the whole stands in the exchange


@register(Kind.ANSWER)
def body_schema(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    schema: str,
    at: str | Sequence[str] = (),
    when: Sequence[str] | None = None,
    unless: Sequence[str] = (),
    only: Sequence[str] | None = None,
    keys: str | None = None,
    settled: bool | None = None,
) -> Check:
    """The body of such answers is JSON that meets the contract's schema of that file name.

    With ``at`` only what the schema says of that place, or of these, counts. Where nothing stands there, and nothing
    must by the schema or can by the body, that is another clause's business. What is said of a place is about settled
    requests, and what is said of the whole about every one, if ``settled`` does not say otherwise.
    """
    assure_casing(keys)
    meant = requests_with(when, unless, only)
    places = _places(at)
    contract.schemas.named(schema)  # now, because nobody wants to hear of a missing file when the answers come

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        body = document(response, keys)
        if body is MISSING:
            return None if places else broken(phrase("meets", schema=schema), _body_shown(response), kind="no JSON")
        violations = [v for v in _violations(contract.schemas, schema, response, keys) if _is_at(v, places)]
        if not violations:
            return KEPT if any(value_at(body, place) is not MISSING for place in places or ("",)) else None
        first = violations[0]
        return broken(
            phrase("meets", schema=f"{schema}{first.place}"),
            phrase("violation", message=_cut(first.message), pointer=first.pointer),
            kind=f"{first.keyword} at {first.pointer}",
            pointer=first.pointer,
        )

    return of_answers(judge, status, _settled(contract, meant, settled=bool(places) if settled is None else settled))


@register(Kind.ANSWER)
def unique_value(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    at: str | Sequence[str],
    unless: Sequence[str] = (),
    keys: str | None = None,
    settled: bool = True,
) -> Check:
    """No two such answers show the same value at a pointer into their bodies; nothing and null are no values.

    Of several pointers the first one counts at which an answer has a value.
    """
    assure_casing(keys)
    seen: dict[str, str] = {}

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        body = document(response, keys)
        for place in _places(at):
            value = value_at(body, place)
            if value is not MISSING and value is not None:
                return new_value(seen, as_json(value), place, exchange)
        return None

    return of_answers(judge, status, _settled(contract, requests_with(None, unless), settled=settled))


@register(Kind.ANSWER)
def constant_value(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    at: str,
    when: Sequence[str] | None = None,
    unless: Sequence[str] = (),
    keys: str | None = None,
    settled: bool = True,
) -> Check:
    """All such answers show the same value at a pointer into their bodies; nothing and null are no values."""
    assure_casing(keys)
    seen: list[tuple[str, Any]] = []

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        value = value_at(document(response, keys), at)
        if value is MISSING or value is None:
            return None
        if not seen:
            seen.append((exchange.id, value))
            return shown_once(exchange, at)
        first, known = seen[0]
        if same(value, known):
            return KEPT
        expected = phrase("same-value", pointer=at, exchange=first, value=as_json(known))
        return broken(expected, as_json(value), pointer=at, compared_with=first)

    return of_answers(judge, status, _settled(contract, requests_with(when, unless), settled=settled))


@register(Kind.ANSWER)
def known_value(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    at: str,
    value: str,
    when: Sequence[str] | None = None,
    unless: Sequence[str] = (),
    keys: str | None = None,
    settled: bool = True,
) -> Check:
    """All such answers show that text at a pointer into their bodies; what is no text is another clause's business."""
    assure_casing(keys)

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        found = value_at(document(response, keys), at)
        if not isinstance(found, str):
            return None
        if found == value:
            return KEPT
        return broken(phrase("known-value", pointer=at, value=as_json(value)), as_json(found), pointer=at)

    return of_answers(judge, status, _settled(contract, requests_with(when, unless), settled=settled))


@register(Kind.ANSWER)
def distinct_values(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    at: str,
    other: str,
    keys: str | None = None,
    settled: bool = True,
) -> Check:
    """Such answers do not show the same value at two pointers into their bodies; null is no value."""
    assure_casing(keys)

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        body = document(response, keys)
        found, unlike = value_at(body, at), value_at(body, other)
        if any(value in (MISSING, None) for value in (found, unlike)):
            return None
        if not same(found, unlike):
            return KEPT
        return broken(phrase("distinct", pointer=at, other=other), as_json(found), pointer=at)

    return of_answers(judge, status, _settled(contract, requests_with(None), settled=settled))


@register(Kind.ANSWER)
def echo(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    sent: str,
    at: str,
    keys: str | None = None,
    settled: bool = True,
) -> Check:
    """What a request has at the pointer ``sent`` of its body comes back at ``at`` of the answer's.

    Letters beyond ASCII, where they are accepted, leave a request settled. An answer in which nothing stands there is
    another clause's business.
    """
    assure_casing(keys)

    def is_meant(exchange: Exchange) -> bool:
        return not settled or is_settled(contract, exchange) or has_only(["body/extreme:characters"], exchange.tags)

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        gave = value_at(document(Response(0, (), exchange.request.body or b""), keys), sent)
        got = value_at(document(response, keys), at)
        if gave is MISSING or got is MISSING:
            return None
        if same(got, gave):
            return KEPT
        return broken(phrase("echo", value=as_json(gave), pointer=at), as_json(got), pointer=at)

    return of_answers(judge, status, is_meant)


@register(Kind.ANSWER)
def key_casing(
    contract: Contract,
    clause: Clause,
    *,
    status: Status,
    casing: str | None = None,
    when: Sequence[str] | None = None,
    settled: bool = True,
) -> Check:
    """Every key of the body, at every depth, is in that casing.

    If none is named, all keys are in one and the same, and so are those of all such answers.
    """
    assure_casing(casing)
    casings = list(CASINGS) if casing is None else [casing]

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        body = document(response)
        if body is MISSING:
            return None
        wrong = {name: miscased(body, name) for name in casings}
        fitting = [name for name, keys in wrong.items() if not keys]
        if fitting:
            casings[:] = fitting  # and no other from now on
            return KEPT if casing else kept(" or ".join(fitting))
        return broken(phrase("casing", casings=" or in ".join(casings)), ", ".join(wrong[casings[0]]))

    return of_answers(judge, status, _settled(contract, requests_with(when), settled=settled))


@register(Kind.ANSWER)
def names_fault(contract: Contract, clause: Clause, *, status: Status, when: Sequence[str], depth: int) -> Check:
    """The body names the request's only fault: its keys follow the fault's pointer for ``depth`` steps.

    A body that is no JSON object is another clause's business.
    """

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        body = document(response)
        if len(exchange.tags.faults) != 1 or not matches(when, exchange.tags.faults) or not isinstance(body, dict):
            return None
        steps = exchange.tags.faults[0].partition(":")[2].strip("/").split("/")[:depth]
        if _has(body, steps):
            return KEPT
        place = f"/{'/'.join(steps)}"
        return broken(phrase("message-at", pointer=place), _body_shown(response), pointer=place)

    return of_answers(judge, status)


@register(Kind.ANSWER)
def observe_body(contract: Contract, clause: Clause, *, status: Status) -> Check:
    """Whether such answers have a body, of which kind, and of which shape if it is JSON."""

    def judge(exchange: Exchange, response: Response) -> Finding:
        body = document(response)
        kind = f"a body of {response.media_type or phrase('no-media-type')}" if response.body else "no body"
        return observed(kind if body is MISSING else f"{kind} like {_cut(shape(body))}")

    return of_answers(judge, status)


def _settled(contract: Contract, is_meant: IsMeant, *, settled: bool) -> IsMeant:
    """The requests that are meant; of them, if ``settled``, those of which the contract allows only a success."""
    return lambda exchange: is_meant(exchange) and (not settled or is_settled(contract, exchange))


@lru_cache(maxsize=16)  # many clauses look at the same answer, one after the other
def _violations(schemas: Schemas, schema: str, response: Response, keys: str | None) -> tuple[Violation, ...]:
    return tuple(schemas.violations(schemas.named(schema), document(response, keys)))


def _places(at: str | Sequence[str]) -> tuple[str, ...]:
    return (at,) if isinstance(at, str) else tuple(at)


def _is_at(violation: Violation, places: Sequence[str]) -> bool:
    """Whether a violation is at one of these places; if there are none, anywhere."""
    pointer = violation.pointer.rstrip("/")
    return not places or any(
        f"{pointer}/".startswith(f"{at}/") or f"{pointer}/{violation.missing}" == at for at in places
    )


def _has(value: Any, steps: Sequence[str]) -> bool:
    """Whether keys of objects, one inside the other, are these."""
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _body_shown(response: Response) -> str:
    if response.cut:
        return phrase("long-body")
    return _cut(response.body.decode("utf-8", "replace")) if response.body else phrase("empty-body")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} … ({len(text)} characters)"
