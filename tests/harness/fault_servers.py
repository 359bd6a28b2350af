"""Servers that go wrong on the wire: real sockets on loopback, and for each request a fault that answers it."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.harness.canaries import with_real
from tests.harness.servers import Server

CONFORMING = {201: b"", 422: b'{"principalAccountID": "is required"}'}
"""Answers of Moov that keep every clause."""

MEGABYTE = 1024 * 1024

_TICK = threading.Event()


@dataclass
class Peer:
    """One request that a server has read, and the connection on which to answer it."""

    number: int
    head: bytes
    body: bytes
    connection: socket.socket = field(repr=False)
    server: FaultServer = field(repr=False)

    @property
    def secret(self) -> str:
        """The token that the request presents."""
        return (self.header("authorization") or "").partition(" ")[2]

    def header(self, name: str) -> str | None:
        """The value of a header."""
        fields = (line.partition(": ") for line in self.head.decode("latin-1").split("\r\n"))
        return next((value for key, _, value in fields if key.lower() == name), None)

    def send(self, *parts: bytes) -> None:
        """Send these bytes."""
        self.connection.sendall(b"".join(parts))

    def answer(self, status: int, body: bytes | None = None, *headers: str) -> None:
        """Answer as a good server does, with these headers besides; without a body with the one that conforms."""
        body = CONFORMING[status] if body is None else body
        self.send(self.headed(f"HTTP/1.1 {status} Any", *headers, f"Content-Length: {len(body)}"), body)

    def headed(self, *lines: str) -> bytes:
        """The head of an answer: these lines, what Moov promises of it, and the token handed back."""
        told = [*lines, f"x-request-id: r-{self.number}", f"x-echo: {self.secret}", "Content-Type: application/json"]
        return "\r\n".join([*told, "", ""]).encode("latin-1")

    def drip(self, data: bytes) -> None:
        """Send a byte at a time with pauses, from the beginning again and again, until the client hangs up."""
        while True:
            for byte in data:
                self.send(bytes([byte]))
                _TICK.wait(0.01)

    def stay_silent(self) -> None:
        """Wait until the client hangs up."""
        while self.connection.recv(65536):
            pass

    def hang_up(self) -> None:
        """Close the connection in order."""
        self.connection.close()

    def reset(self) -> None:
        """Break the connection off, which the client sees as a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


Fault = Callable[[Peer], None]
"""What a server makes of a request."""


def good(peer: Peer) -> None:
    """Answers as Moov does: without a principal 422, else 201."""
    peer.answer(422 if peer.body == b"{}" else 201)


def at_the_empty_object(fault: Fault) -> Fault:
    """The fault where the body is an empty object, and good answers elsewhere."""
    return lambda peer: fault(peer) if peer.body == b"{}" else good(peer)


def like(base_url: str) -> Fault:
    """Answers what the mock at that address answers to the same request with the credentials that it knows."""
    address = urlsplit(base_url).netloc

    def answer(peer: Peer) -> None:
        line, *fields = peer.head.decode("latin-1").split("\r\n")
        method, path, _ = line.split(" ")
        asked = http.client.HTTPConnection(address)
        headers = dict(with_real((name, value)) for name, _, value in (text.partition(": ") for text in fields))
        asked.request(method, path, peer.body, headers)
        response = asked.getresponse()
        body = response.read()
        asked.close()
        told = [f"{name}: {value}" for name, value in response.getheaders() if name.lower() != "content-length"]
        lines = [f"HTTP/1.1 {response.status} {response.reason}", *told, f"Content-Length: {len(body)}", "", ""]
        peer.send("\r\n".join(lines).encode("latin-1"), body)

    return answer


def bomb(size: int, times: int = 1) -> bytes:
    """That many spaces, packed once or twice."""
    packer = zlib.compressobj(9, wbits=31)
    data = b"".join([*(packer.compress(b" " * MEGABYTE) for _ in range(size // MEGABYTE)), packer.flush()])
    return data if times == 1 else gzip.compress(data)


class FaultServer:
    """Takes connections on loopback, and hands every request on them to the fault."""

    def __init__(self, fault: Fault, context: ssl.SSLContext | None) -> None:
        self.connections = 0
        self.requests: list[Peer] = []
        self._fault = fault
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"{'https' if context else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._take_connections)]
        self._threads[0].start()

    def reached(self, api: str, environment: dict[str, str]) -> Server:
        """This server as that of an API, with the variables of a run."""
        return Server(api, self.base_url, environment, [], [])

    def die(self) -> None:
        """Take no more connections, and break off those that are open."""
        with suppress(OSError):  # it is dead already, or the system knows no other way than to close it
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Die, and wait until every thread has ended."""
        self.die()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _take_connections(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # it was closed
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError):  # the client may hang up whenever it wants to
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._open.add(connection)
            while peer := self._next(connection):
                self.requests.append(peer)
                self._fault(peer)
        self._open.discard(connection)
        connection.close()

    def _next(self, connection: socket.socket) -> Peer | None:
        if connection.fileno() < 0:
            return None
        data = b""
        while b"\r\n\r\n" not in data:
            received = connection.recv(65536)
            if not received:
                return None
            data += received
        head, _, body = data.partition(b"\r\n\r\n")
        peer = Peer(len(self.requests) + 1, head, body, connection, self)
        while len(peer.body) < int(peer.header("content-length") or 0):
            peer.body += connection.recv(65536)
        return peer


@contextmanager
def faulty(fault: Fault, context: ssl.SSLContext | None = None) -> Iterator[FaultServer]:
    """Serve a fault while the context is open; with an SSL context over TLS."""
    server = FaultServer(fault, context)
    try:
        yield server
    finally:
        server.close()
