"""What changes the behaviour of a mock: a function that gets each call before the mock does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausewise.variants.call import Call, Headers, Reply

Mock = Callable[[Call], Awaitable[Reply]]
Change = Callable[[Call, Mock], Awaitable[Reply]]
"""Answers a call, perhaps by asking the mock."""
Listener = Callable[[Call, Reply], object]


async def honest(call: Call, mock: Mock) -> Reply:
    """The mock as it is."""
    return await mock(call)


def showing(change: Callable[[Call, Any], object]) -> Change:
    """The mock, but that the JSON body of each success is changed."""

    @wraps(change)
    async def changed(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        document = reply.json()
        if not reply.succeeds or document is None:
            return reply
        change(call, document)
        return reply.showing(document)

    return changed


def in_calls(change: Callable[[Call], Call]) -> Change:
    """The mock, but that it gets each call as the function makes it."""

    @wraps(change)
    async def changed(call: Call, mock: Mock) -> Reply:
        return await mock(change(call))

    return changed


def in_replies(*statuses: int) -> Callable[[Callable[[Call, Reply], Reply]], Change]:
    """The mock, but that replies with one of these statuses (all, if none is named) come as the function makes them."""

    def decorate(change: Callable[[Call, Reply], Reply]) -> Change:
        @wraps(change)
        async def changed(call: Call, mock: Mock) -> Reply:
            reply = await mock(call)
            return change(call, reply) if not statuses or reply.status in statuses else reply

        return changed

    return decorate


def answering(status: int) -> Callable[[Callable[[Call], bool]], Change]:
    """The mock, but that the calls of which the function is true get this status and nothing else."""

    def decorate(is_meant: Callable[[Call], bool]) -> Change:
        @wraps(is_meant)
        async def changed(call: Call, mock: Mock) -> Reply:
            return Reply(status) if is_meant(call) else await mock(call)

        return changed

    return decorate


def chain(*changes: Change) -> Change:
    """One change behind the other: what the first asks is the second, and the last one asks the mock."""

    def behind(change: Change, mock: Mock) -> Mock:
        return lambda call: change(call, mock)

    async def chained(call: Call, mock: Mock) -> Reply:
        for change in reversed(changes):
            mock = behind(change, mock)
        return await mock(call)

    return chained


def changed_app(change: Change, mock: ASGIApp, heard: Listener = lambda call, reply: None) -> ASGIApp:
    """The mock as an application that behaves as the change wants it; ``heard`` gets all that comes and goes."""
    memory: dict[str, Any] = {}
    calls = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal calls
        calls += 1
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return  # nobody is left to be answered
        call = Call(
            number=calls,
            method=request.method,
            path=scope["raw_path"].decode(),
            headers=_texts(scope["headers"]),
            body=body,
            query=scope["query_string"].decode("latin-1"),
            memory=memory,
        )
        reply = await change(call, lambda changed: _asked(mock, scope, changed))
        heard(call, reply)
        whole = reply if reply.value("content-length") else reply.having(content_length=str(len(reply.body)))
        await send({"type": "http.response.start", "status": whole.status, "headers": _bytes(whole.headers)})
        await send({"type": "http.response.body", "body": whole.body})

    return app


async def _asked(app: ASGIApp, scope: Scope, call: Call) -> Reply:
    """What the mock answers to a call."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": call.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asked = {
        "method": call.method,
        "path": unquote(call.path),
        "headers": _bytes(call.headers),
        "query_string": call.query.encode("latin-1"),
    }
    await app({**scope, **asked}, receive, send)
    return Reply(
        status=sent[0]["status"],
        headers=_texts(sent[0]["headers"]),
        body=b"".join(message["body"] for message in sent[1:]),
    )


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _bytes(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
