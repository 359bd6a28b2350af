"""HTTP as uvicorn speaks it, with the bytes on the wire changed: for what no application can get wrong by itself."""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

Wire = type[asyncio.Protocol]
"""How a server speaks HTTP."""
Rewrite = Callable[[bytes], bytes]


def as_it_is(data: bytes) -> bytes:
    """No change."""
    return data


def altered(*, received: Rewrite = as_it_is, sent: Rewrite = as_it_is) -> Wire:
    """HTTP/1.1, but what is received is rewritten before it is read, and what is sent after it was written."""

    class Altered(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
            super().connection_made(_Rewriting(transport, sent))  # type: ignore[arg-type]  # it passes on all else

        def data_received(self, data: bytes) -> None:
            super().data_received(received(data))

    return Altered


class _Rewriting:
    """A transport that writes something else."""

    def __init__(self, transport: asyncio.Transport, rewrite: Rewrite) -> None:
        self._transport = transport
        self._rewrite = rewrite

    def write(self, data: bytes) -> None:
        self._transport.write(self._rewrite(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _as_http_1_0(data: bytes) -> bytes:
    return data.replace(b"HTTP/1.1 ", b"HTTP/1.0 ", 1) if data.startswith(b"HTTP/1.1 ") else data


HTTP_1_1: Wire = H11Protocol
HTTP_1_0 = altered(sent=_as_http_1_0)
"""HTTP/1.0, which no current ASGI server speaks. An application should close each connection, too."""
