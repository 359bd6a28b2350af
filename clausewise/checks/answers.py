"""Checks of an answer by its status: what its status and its headers promise, whatever the request was.

``status`` is one status, a list of them or a class (``4XX``). ``when`` and ``unless`` name requests by their tags, and
``only`` those whose faults are all among these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from clausewise.cases.expectation import expectation, has_only, matches
from clausewise.cause import Cause, Code
from clausewise.checks.finding import KEPT, Finding, broken, observed, untested
from clausewise.checks.registry import Check, Kind, register
from clausewise.contract import Clause, Contract, statuses
from clausewise.exchange import Exchange, Response, Tags
from clausewise.wording import phrase

Status = int | str | Sequence[int | str]
Judge = Callable[[Exchange, Response], Finding | None]
IsMeant = Callable[[Exchange], bool]


def of_answers(judge: Judge, status: Status, is_meant: IsMeant = lambda exchange: True) -> Check:
    """A check of answers with such a status, to the requests that are meant."""
    wanted = statuses(status)

    def check(exchange: Exchange) -> Finding | None:
        response = exchange.response
        if response is None or response.status not in wanted or not is_meant(exchange):
            return None
        return judge(exchange, response)

    return check


def requests_with(when: Sequence[str] | None, unless: Sequence[str] = (), only: Sequence[str] | None = None) -> IsMeant:
    """Requests that match ``when`` and not ``unless``, and whose faults are all among ``only``."""

    def is_meant(exchange: Exchange) -> bool:
        tags = exchange.tags.all()
        is_named = when is None or matches(when, tags)
        return is_named and not matches(unless, tags) and (only is None or has_only(only, exchange.tags))

    return is_meant


def is_settled(contract: Contract, exchange: Exchange) -> bool:
    """Whether the contract allows nothing but a success, so that it says what the answer must show."""
    return expectation(contract, exchange.operation, exchange.tags).is_settled


@register(Kind.ANSWER)
def header_present(contract: Contract, clause: Clause, *, status: Status, header: str) -> Check:
    """Answers of that status carry the header once, and not empty."""

    def judge(exchange: Exchange, response: Response) -> Finding:
        values = response.values(header)
        if len(values) == 1 and values[0].strip():
            return KEPT
        kind = f"{header} {len(values)} times" if len(values) > 1 else ""
        return broken(phrase("one-header", header=header), _headers_shown(header, values), kind=kind)

    return of_answers(judge, status)


@register(Kind.ANSWER)
def header_unique(contract: Contract, clause: Clause, *, header: str) -> Check:
    """No two answers carry the same value of the header. A missing or empty header is another clause's business."""
    seen: dict[str, str] = {}

    def judge(exchange: Exchange) -> Finding | None:
        values = [value for value in exchange.response.values(header) if value.strip()] if exchange.response else []
        return new_value(seen, values[0], header, exchange) if values else None

    return judge


@register(Kind.ANSWER)
def media_type(contract: Contract, clause: Clause, *, status: Status, expect: str) -> Check:
    """Answers of that status with content name that media type; parameters and letter case do not matter."""

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        if not response.body:
            return None
        if response.media_type == expect.lower():
            return KEPT
        return broken(f"Content-Type: {expect}", _headers_shown("Content-Type", response.values("content-type")))

    return of_answers(judge, status)


@register(Kind.ANSWER)
def consistent_hiding(contract: Contract, clause: Clause, *, forbidden: Sequence[str], unknown: Sequence[str]) -> Check:
    """Of requests that are forbidden and of such for what does not exist, each kind gets one status: 403 or 404.

    They are 403 and 404; or both are the same, which hides what exists (RFC 9110, section 15.5.4).
    """
    ordinary = ((forbidden, 403), (unknown, 404))
    first: dict[int, tuple[str, int]] = {}

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        own = _place(ordinary, exchange.tags)
        if own is None:
            return None
        first.setdefault(own, (exchange.id, response.status))
        if len(first) < len(ordinary):
            return untested(Cause(Code.NOT_COMPARABLE, phrase("one-kind", exchange=exchange.id)))
        (_, like), (other, unlike) = first[own], first[1 - own]
        is_ordinary = response.status == ordinary[own][1] and unlike == ordinary[1 - own][1]
        if response.status == like and (is_ordinary or response.status == unlike):
            return KEPT
        expected = phrase("hiding", exchange=other, status=unlike)
        return broken(expected, str(response.status), compared_with=other)

    return of_answers(judge, [403, 404])


def _place(kinds: Sequence[tuple[Sequence[str], int]], tags: Tags) -> int | None:
    """Which of these kinds of requests it is, if any: the place of the first whose tags are its only faults."""
    return next((place for place, (patterns, _) in enumerate(kinds) if has_only(patterns, tags)), None)


@register(Kind.ANSWER)
def observe_success_status(contract: Contract, clause: Clause) -> Check:
    """Which status a success has, where the contract settles that the request succeeds."""

    def judge(exchange: Exchange, response: Response) -> Finding | None:
        return observed(str(response.status)) if is_settled(contract, exchange) else None

    return of_answers(judge, "2XX")


@register(Kind.ANSWER)
def observe_header(contract: Contract, clause: Clause, *, status: Status, header: str) -> Check:
    """Whether such answers carry the header."""

    def judge(exchange: Exchange, response: Response) -> Finding:
        return observed(f"a {header} header" if response.values(header) else phrase("no-header", header=header))

    return of_answers(judge, status)


def new_value(seen: dict[str, str], value: str, what: str, exchange: Exchange) -> Finding:
    """Whether no earlier exchange showed the value; takes it down. One alone shows nothing."""
    first = seen.setdefault(value, exchange.id)
    if first == exchange.id:
        return replace(KEPT if len(seen) > 1 else shown_once(exchange, what), value=value)
    return broken(
        phrase("new-value", what=what),
        phrase("repeated-value", value=value, exchange=first),
        is_certain=True,
        compared_with=first,
    )


def shown_once(exchange: Exchange, what: str) -> Finding:
    """One answer alone shows a value that others must repeat, or must not."""
    return untested(Cause(Code.NOT_COMPARABLE, phrase("alone", exchange=exchange.id, what=what)))


def _headers_shown(header: str, values: Sequence[str]) -> str:
    if not values:
        return phrase("no-header", header=header)
    return "; ".join(f"{header}: {value}" for value in values)
