"""The ways in which a target cannot be tested, or not any more, each in one sentence with the way to fix it."""

from __future__ import annotations

from clausewise.cases.expectation import expectation
from clausewise.contract import Contract
from clausewise.exchange import Exchange
from clausewise.run.front import beginning, is_html, note


def unanswered(contract: Contract, base_url: str, error: Exception) -> str:
    """Nothing answers."""
    return (
        f"{contract.api}: the baseline request gets no usable answer from {base_url} ({error}): start the target, or "
        f"fix --base-url or {contract.base_url_variable}"
    )


def refusal(contract: Contract, base_url: str, exchange: Exchange) -> str | None:
    """What answers is not the API, or it refuses the credentials."""
    response = exchange.response
    if response is None:
        return None
    if is_html(response):
        return (
            f"{contract.api}: {base_url} answers the baseline request with an HTML page (status {response.status}, it "
            f"begins {beginning(response)!r}), so it is not the API: give the address under which "
            f"{exchange.request.method} {_path(contract)} is served"
        )
    if is_refusal(exchange):
        front = note(exchange)
        advice = f"{front}: give the address of the API itself, or let this machine through" if front else None
        return (
            f"{contract.api}: {base_url} refuses the credentials: it answers the baseline request with "
            f"{response.status} (x-request-id: {exchange.request_id or 'none'}): "
            + (advice or f"check the value behind {_credentials(contract)}, and that it may act for the fixtures")
        )
    return None


def is_refusal(exchange: Exchange) -> bool:
    """Whether the answer refuses the credentials."""
    return exchange.response is not None and exchange.response.status in (401, 403)


def refuses_good_credentials(contract: Contract, exchange: Exchange) -> bool:
    """Whether the answer refuses credentials in which nothing is wrong, against all that is expected."""
    expected = expectation(contract, exchange.operation, exchange.tags)
    if not is_refusal(exchange) or any(fault.startswith("credentials/") for fault in exchange.tags.faults):
        return False
    assert exchange.response is not None
    return exchange.response.status not in expected.statuses | expected.inconclusive.keys()


def expired(contract: Contract, base_url: str, exchange: Exchange) -> str:
    """What accepted the credentials at first refuses them now."""
    advice = note(exchange) or f"renew the value behind {_credentials(contract)}, with one that outlives a run"
    return (
        f"{contract.api}: {base_url} refuses the credentials from {exchange.id} on (x-request-id: "
        f"{exchange.request_id or 'none'}), and with them the baseline request, which it accepted before: {advice}"
    )


def outage(contract: Contract, base_url: str, first: Exchange, latest: Exchange, waited: float) -> str:
    """The target worked before, and from the ``first`` exchange to the ``latest`` probe it does not."""
    response = latest.response
    answer = f"{response.status}, {beginning(response)!r}" if response else f"nothing: {latest.failure}"
    front = note(latest)
    return (
        f"{contract.api}: {base_url} stopped working at {first.id}: the baseline request, which it accepted before, "
        f"gets {answer} after {waited:.1f} s of waiting{f' ({front})' if front else ''}: run again "
        "when the target works"
    )


def unexpected(contract: Contract, base_url: str, exchange: Exchange) -> str | None:
    """The API answers the baseline request neither with success nor with a conflict."""
    response = exchange.response
    if response is None or 200 <= response.status < 300 or response.status == 409:
        return None
    front = note(exchange)
    return (
        f"{contract.api}: {base_url} answers the baseline request with {response.status} "
        f"(x-request-id: {exchange.request_id or 'none'}), so nothing else could be judged: either the contract is "
        f"broken at its root, or the configured fixtures do not exist there{f'; {front}' if front else ''}"
    )


def _credentials(contract: Contract) -> str:
    kind = next(iter(contract.credentials.values()))
    return f"{kind.header}: {kind.value}"


def _path(contract: Contract) -> str:
    return next(iter(contract.operations.values())).path
