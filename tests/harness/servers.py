"""Servers made for one purpose: a mock with something changed, each of them a trap for a careless suite."""

from __future__ import annotations

import atexit
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausewise.mock import APIS, serve_app

Headers = tuple[tuple[str, str], ...]


def _fresh_id() -> Headers:
    return (("x-request-id", str(uuid4())),)


@dataclass(frozen=True)
class Call:
    """A request as it came in; ``number`` counts from 1, and ``query`` is what follows the question mark."""

    number: int
    method: str
    path: str
    headers: Headers
    body: bytes
    query: str = ""

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return _value(self.headers, name)

    def json(self) -> Any:
        """The body as JSON; nothing if it is none."""
        return _parsed(self.body)

    def having(self, **headers: str) -> Call:
        """The same with these headers in place of those of the same names; ``_`` stands for a hyphen."""
        return replace(self, headers=_with(self.headers, headers))

    def lacking(self, *names: str) -> Call:
        """The same without these headers."""
        return replace(self, headers=_without(self.headers, names))

    def saying(self, value: Any) -> Call:
        """The same with this JSON body."""
        return replace(self.lacking("content-length"), body=json.dumps(value).encode())


@dataclass(frozen=True)
class Reply:
    """What goes back; with an x-request-id of its own unless headers are given."""

    status: int
    headers: Headers = field(default_factory=_fresh_id)
    body: bytes = b""

    def value(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return _value(self.headers, name)

    def having(self, **headers: str) -> Reply:
        """The same with these headers in place of those of the same names; ``_`` stands for a hyphen."""
        return replace(self, headers=_with(self.headers, headers))

    def lacking(self, *names: str) -> Reply:
        """The same without these headers."""
        return replace(self, headers=_without(self.headers, names))

    def json(self) -> Any:
        """The body as JSON; nothing if it is none."""
        return _parsed(self.body)

    def saying(self, value: Any) -> Reply:
        """The same with this body of application/json."""
        return self.having(content_type="application/json").showing(value)

    def showing(self, value: Any) -> Reply:
        """The same with this JSON body, whatever its media type is called."""
        return replace(self.lacking("content-length"), body=json.dumps(value).encode())


Mock = Callable[[Call], Awaitable[Reply]]
Trap = Callable[[Call, Mock], Awaitable[Reply]]
"""Answers a call, perhaps by asking the mock."""


async def honest(call: Call, mock: Mock) -> Reply:
    """The mock as it is."""
    return await mock(call)


def showing(change: Callable[[Call, Any], object]) -> Trap:
    """The mock, but that the JSON body of each success is changed."""

    @wraps(change)
    async def trap(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        document = reply.json()
        if not 200 <= reply.status < 300 or document is None:
            return reply
        change(call, document)
        return reply.showing(document)

    return trap


def chain(*traps: Trap) -> Trap:
    """One trap behind the other: what the first asks is the second, and the last one asks the mock."""

    def behind(trap: Trap, mock: Mock) -> Mock:
        return lambda call: trap(call, mock)

    async def chained(call: Call, mock: Mock) -> Reply:
        for trap in reversed(traps):
            mock = behind(trap, mock)
        return await mock(call)

    return chained


@dataclass(frozen=True)
class Server:
    """A running server: its API and address, the variables with which a run reaches it, every call and what it got."""

    api: str
    base_url: str
    environment: Mapping[str, str]
    calls: list[Call]
    replies: list[Reply]

    def without(self, *names: str) -> dict[str, str]:
        """The variables but for these."""
        return {name: value for name, value in self.environment.items() if name not in names}


class _Stage:
    """A server that goes on running while the application behind it changes."""

    app: ASGIApp

    def __init__(self) -> None:
        self.base_url = _OPEN.enter_context(serve_app(self, name="stage"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


# To start and to stop a server takes longer than most tests; so it is left for the next test, until the very end.
_OPEN = ExitStack()
_IDLE: list[_Stage] = []
atexit.register(_OPEN.close)


@contextmanager
def serving(trap: Trap = honest, *, api: str = "moov", app: ASGIApp | None = None) -> Iterator[Server]:
    """Serve a trap before the mock of an API while the context is open; ``app`` is another mock than the usual one."""
    try:
        stage = _IDLE.pop()
    except IndexError:
        stage = _Stage()
    server = Server(api, stage.base_url, APIS[api].environment(stage.base_url), [], [])
    stage.app = _application(trap, server, app or APIS[api].create_app())
    yield server
    _IDLE.append(stage)


def _application(trap: Trap, server: Server, inner: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = Call(
            number=len(server.calls) + 1,
            method=request.method,
            path=scope["raw_path"].decode(),
            headers=_texts(scope["headers"]),
            body=await request.body(),
            query=scope["query_string"].decode("latin-1"),
        )
        server.calls.append(call)
        reply = await trap(call, lambda changed: _asked(inner, scope, changed))
        server.replies.append(reply)
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


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _with(headers: Headers, values: Mapping[str, str]) -> Headers:
    new = {name.replace("_", "-"): value for name, value in values.items()}
    return (*_without(headers, new), *new.items())


def _without(headers: Headers, names: Iterable[str]) -> Headers:
    lower = {name.lower() for name in names}
    return tuple(pair for pair in headers if pair[0].lower() not in lower)


def _value(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name.lower()), None)
