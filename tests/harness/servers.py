"""Servers made for one purpose: Moov's mock with one thing changed, each of them a trap for a careless suite."""

from __future__ import annotations

import atexit
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausewise.mock import moov, serve_app

Headers = tuple[tuple[str, str], ...]


def _fresh_id() -> Headers:
    return (("x-request-id", str(uuid4())),)


@dataclass(frozen=True)
class Call:
    """A request as it came in; ``number`` counts from 1."""

    number: int
    method: str
    path: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return _value(self.headers, name)

    def json(self) -> Any:
        """The body as JSON; nothing if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


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
        new = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers=(*self.lacking(*new).headers, *new.items()))

    def lacking(self, *names: str) -> Reply:
        """The same without these headers."""
        lower = {name.lower() for name in names}
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() not in lower))

    def saying(self, value: Any) -> Reply:
        """The same with this JSON body."""
        headed = self.lacking("content-length").having(content_type="application/json")
        return replace(headed, body=json.dumps(value).encode())


Mock = Callable[[Call], Awaitable[Reply]]
Trap = Callable[[Call, Mock], Awaitable[Reply]]
"""Answers a call, perhaps by asking the mock."""


async def honest(call: Call, mock: Mock) -> Reply:
    """The mock as it is."""
    return await mock(call)


@dataclass(frozen=True)
class Server:
    """A running server: its address, the variables with which a run reaches it, every call and what it got."""

    base_url: str
    environment: Mapping[str, str]
    calls: list[Call]
    replies: list[Reply]

    def without(self, *names: str) -> dict[str, str]:
        """The variables but for these."""
        return {name: value for name, value in self.environment.items() if name not in names}


class _Stage:
    """A server that goes on running while the application behind it changes."""

    def __init__(self) -> None:
        self.app: ASGIApp = moov.create_app()
        self.base_url = _OPEN.enter_context(serve_app(self, name="stage"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


# To start and to stop a server takes longer than most tests; so it is left for the next test, until the very end.
_OPEN = ExitStack()
_IDLE: list[_Stage] = []
atexit.register(_OPEN.close)


@contextmanager
def serving(trap: Trap = honest) -> Iterator[Server]:
    """Serve a trap while the context is open."""
    try:
        stage = _IDLE.pop()
    except IndexError:
        stage = _Stage()
    server = Server(stage.base_url, moov.environment(stage.base_url), [], [])
    stage.app = _application(trap, server)
    yield server
    _IDLE.append(stage)


def _application(trap: Trap, server: Server) -> ASGIApp:
    inner = moov.create_app()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        call = Call(
            number=len(server.calls) + 1,
            method=request.method,
            path=scope["raw_path"].decode(),
            headers=_texts(scope["headers"]),
            body=await request.body(),
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

    await app(
        {**scope, "method": call.method, "path": unquote(call.path), "headers": _bytes(call.headers)}, receive, send
    )
    return Reply(
        status=sent[0]["status"],
        headers=_texts(sent[0]["headers"]),
        body=b"".join(message["body"] for message in sent[1:]),
    )


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _bytes(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _value(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name.lower()), None)
