"""What a run leaves behind on its target."""

from __future__ import annotations

from clausewise.checks.documents import document, value_at
from clausewise.contract import Contract
from clausewise.exchange import Exchange, Response
from clausewise.record import Creation


def creation(contract: Contract, exchange: Exchange) -> Creation | None:
    """What the exchange made, if it succeeded and the contract says what a success makes."""
    made, answer = contract.operations[exchange.operation].creates, exchange.response
    if made is None or answer is None or not 200 <= answer.status < 300:
        return None
    place = Response(answer.status, (), exchange.request.body or b"") if made.in_request else answer
    found = value_at(document(place), made.id)
    return Creation(exchange.api, made.what, found if isinstance(found, str) else "(no id came)", exchange.id)
