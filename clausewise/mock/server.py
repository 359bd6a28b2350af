"""Starts a mock in this process, and stops it without leaving anything behind."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from clausewise.errors import UsageError
from clausewise.mock import moov, mx, persona
from clausewise.mock.wire import HTTP_1_1, Wire

HOST = "127.0.0.1"


class MockApi(Protocol):
    """What the module of a mocked API provides."""

    def create_app(self) -> ASGIApp:
        """Make an application with a state of its own."""

    def environment(self, base_url: str) -> dict[str, str]:
        """Name the variables with which a run reaches the mock at this address."""


APIS: dict[str, MockApi] = {"moov": moov, "mx": mx, "persona": persona}


class MockError(UsageError):
    """A mock that cannot be started; the message says why."""


@dataclass(frozen=True)
class RunningMock:
    """Where a mock listens, and the variables with which a run reaches it."""

    base_url: str
    environment: dict[str, str]


@contextmanager
def serve(api: str, *, port: int = 0, app: ASGIApp | None = None, wire: Wire = HTTP_1_1) -> Iterator[RunningMock]:
    """Serve the mock of an API, or a variant of it, while the context is open, on any free port unless told which.

    Raises MockError for an API without a mock and for a port that cannot be used.
    """
    mocked = mock_of(api)
    app = app or mocked.create_app()
    with serve_app(app, port=port, name=f"clausewise mock {api}", wire=wire) as base_url:
        yield RunningMock(base_url, mocked.environment(base_url))


def mock_of(api: str) -> MockApi:
    """The module of a mocked API; ``MockError`` for an API without a mock."""
    if api not in APIS:
        raise MockError(f"There is no mock of {api!r}, only of: {', '.join(APIS)}.")
    return APIS[api]


@contextmanager
def serve_app(app: ASGIApp, *, port: int = 0, name: str = "clausewise mock", wire: Wire = HTTP_1_1) -> Iterator[str]:
    """Serve any ASGI application on this machine while the context is open; gives its base URL."""
    with _listen(port) as listener, _run(app, listener, name=name, wire=wire):
        yield f"http://{HOST}:{listener.getsockname()[1]}"


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:  # the latter for a port above 65535
        raise MockError(f"The mock cannot listen on {HOST}, port {port}: {error}.") from error
    # Accepted sockets inherit this. Without it the body of an answer, sent apart from its head, waits for
    # the client's delayed acknowledgement, and asyncio sets it only where the protocol number is named.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def _run(app: ASGIApp, listener: socket.socket, *, name: str, wire: Wire) -> Iterator[None]:
    """Run uvicorn in a thread. The socket listens already, so nobody has to wait for the start."""
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=wire,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,  # for clients that never finish their request
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
