"""Checks of an answer in the light of its request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from clausewise.cases.expectation import expectation, has_only, is_observed, matches
from clausewise.cause import Cause, Code
from clausewise.checks.finding import KEPT, Finding, broken, kept, observed, untested
from clausewise.checks.registry import Check, Kind, register
from clausewise.contract import Clause, Contract, listed, statuses
from clausewise.exchange import Exchange, Response
from clausewise.wording import phrase


@register(Kind.REQUEST)
def status(
    contract: Contract,
    clause: Clause,
    *,
    when: Sequence[str],
    expect: Sequence[int | str],
    inconclusive: Mapping[str, str] | None = None,
) -> Check:
    """The answer has one of the expected statuses; where a request has several faults, that of any of them will do.

    A request that gets no answer at all breaks the clause, too.
    """
    own = statuses(expect)

    def judge(exchange: Exchange) -> Finding | None:
        expected = expectation(contract, exchange.operation, exchange.tags)
        if clause not in expected.clauses:
            return None
        allowed = expected.statuses if exchange.tags.faults else own
        if exchange.response is None:
            return broken(listed(allowed), phrase("no-answer-twice", failure=exchange.failure), kind="no answer")
        answered = exchange.response.status
        if answered in allowed:
            return kept(str(answered)) if len(allowed) > 1 else KEPT
        if answered in expected.inconclusive:
            return untested(excused(answered, expected.inconclusive[answered]))
        return broken(listed(allowed), described(exchange.response), kind=str(answered))

    return judge


@register(Kind.REQUEST)
def credentials_accepted(contract: Contract, clause: Clause, *, when: Sequence[str]) -> Check:
    """A request without faults is not answered 401 if it has one of these traits."""

    def judge(exchange: Exchange) -> Finding | None:
        if exchange.response is None or exchange.tags.faults or not matches(when, exchange.tags.traits):
            return None
        if exchange.response.status == 401:
            return broken(phrase("not-401"), described(exchange.response), kind="401")
        return KEPT

    return judge


@register(Kind.REQUEST)
def observe_status(contract: Contract, clause: Clause, *, when: Sequence[str], beside: bool = False) -> Check:
    """Which status the target chooses for a request whose only faults are these; or that has one of them ``beside``."""

    def judge(exchange: Exchange) -> Finding | None:
        if exchange.response is None or not is_observed(clause, exchange.tags):
            return None
        return observed(str(exchange.response.status))

    return judge


@register(Kind.REQUEST)
def body_mentions(contract: Contract, clause: Clause, *, when: Sequence[str], value: str | int) -> Check:
    """The body of the answer to a request whose only faults are these holds the value, as a word of its own."""
    text = re.escape(str(value))
    # neither part of a longer word nor, between hyphens, of a UUID
    word = re.compile(rf"(?<![0-9A-Za-z]){text}(?![0-9A-Za-z])(?!(?<=-{text})-)")

    def judge(exchange: Exchange) -> Finding | None:
        response = exchange.response
        if response is None or not has_only(when, exchange.tags):
            return None
        if word.search(response.body.decode("utf-8", "replace")):
            return KEPT
        return broken(phrase("mentions", value=value), described(response))

    return judge


def described(response: Response) -> str:
    """A response in a few words: status, media type and length of its body."""
    if not response.body:
        return phrase("empty-answer", status=response.status)
    media_type = response.media_type or phrase("no-media-type")
    return phrase("answer", status=response.status, size=len(response.body), media_type=media_type)


def excused(status: int, reason: str) -> Cause:
    """The answer may rightly have this status for a reason of its own."""
    return Cause(Code.EXCUSED, phrase("excused", status=status, reason=reason))
