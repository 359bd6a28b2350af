"""Servers made for one purpose: a mock with something changed, each of them a trap for a careless suite."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from clausewise.mock import APIS, serve_app
from clausewise.variants import Call, Mock, Reply, chain, changed_app, honest, showing
from clausewise.variants import Change as Trap

__all__ = ["Call", "Mock", "Reply", "Server", "Trap", "chain", "honest", "serving", "showing"]


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

    def heard(call: Call, reply: Reply) -> None:
        server.calls.append(call)
        server.replies.append(reply)

    stage.app = changed_app(trap, app or APIS[api].create_app(), heard)
    yield server
    _IDLE.append(stage)
