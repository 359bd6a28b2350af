"""Checks of an answer by its status: what its status and its headers promise, whatever the request was.

``status`` is one status, a list of them or a class (``4XX``). ``when`` and ``unless`` name requests by their tags.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from clausewise.cases.expectation import matches
from clausewise.cause import Cause, Code
from clausewise.checks.finding import KEPT, Finding, broken, observed, untested
from clausewise.checks.registry import Check, Kind, register
from clausewise.contract import Clause, Contract, listed, statuses
from clausewise.exchange import Exchange, Response
from clausewise.wording import phrase

Status = int | str | Sequence[int | str]
Judge = Callable[[Exchange, Response], Finding | None]


def of_answers(judge: Judge, status: Status, when: Sequence[str] | None = None, unless: Sequence[str] = ()) -> Check:
    """A check of answers with such a status, to requests that match ``when`` and not ``unless``."""
    wanted = statuses(status)

    def check(exchange: Exchange) -> Finding | None:
        response = exchange.response
        if response is None or response.status not in wanted:
            return None
        tags = exchange.tags.all()
        if (when is not None and not matches(when, tags)) or matches(unless, tags):
            return None
        return judge(exchange, response)

    return check


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
def success_status(
    contract: Contract, clause: Clause, *, expect: Sequence[int | str], unless: Sequence[str] = ()
) -> Check:
    """Every success has one of these statuses."""
    wanted = statuses(expect)

    def judge(exchange: Exchange, response: Response) -> Finding:
        if response.status in wanted:
            return KEPT
        return broken(phrase("status-for-success", statuses=listed(wanted)), str(response.status))

    return of_answers(judge, "2XX", unless=unless)


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
