"""A connection to the target, on which a whole exchange has to end in time, and not each single read alone."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections.abc import Iterator

import h11

from clausewise.cause import Cause, Code
from clausewise.errors import TargetError, Unsendable
from clausewise.exchanges.limits import Deadline, Limits
from clausewise.exchanges.trust import distrust
from clausewise.wording import phrase

_AT_ONCE = 64 * 1024  # bytes that are read at once
_LARGEST_HEAD = 100 * 1024
_TOO_LARGE = 431  # what h11 hints at where something that it has to read whole is larger
_NO_ANSWER = "the answer is not HTTP or broke off"


class Connection:
    """Carries one request after the other; it is kept alive between them, and opened anew where it has to be.

    Without a context it speaks plain HTTP. All that goes wrong between it and the target is a ``TargetError``.
    """

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, limits: Limits) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._limits = limits
        self._deadline = Deadline(limits.whole)
        self._socket: socket.socket | None = None
        self._http = _http()

    def ask(self, head: h11.Request, content: bytes) -> h11.Response:
        """Sends a request, and gives the head of its answer; ``pieces`` gives the body, and ``finish`` comes last.

        Raises ``Unsendable`` where HTTP cannot carry the request.
        """
        self._deadline.start()
        if self._is_stale():
            self.close()
        try:
            self._send(self._http_of(head, content))
            return self._head()
        except BaseException:
            self.close()
            raise

    def pieces(self) -> Iterator[bytes]:
        """The body of the answer as it comes."""
        while isinstance(event := self._next(), h11.Data):
            yield bytes(event.data)

    def finish(self) -> None:
        """Keeps the connection if the answer was whole, and nothing stands behind it; else it is closed."""
        unread, _ = self._http.trailing_data
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE and not unread:
            self._http.start_next_cycle()
        else:
            self.close()

    def close(self) -> None:
        """Closes it; the next request opens it anew."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._http = _http()

    def assure_time(self) -> None:
        """Raises ``TargetError`` if the time of the exchange is over."""
        self._deadline.assure()

    def _is_stale(self) -> bool:
        """Whether something came on an idle connection: its end, or what nobody asked for."""
        if self._socket is None:
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _http_of(self, head: h11.Request, content: bytes) -> bytes:
        try:
            events: list[h11.Event] = [head, h11.Data(data=content), h11.EndOfMessage()]
            return b"".join(self._http.send(event) or b"" for event in events)
        except h11.LocalProtocolError as error:
            raise Unsendable(uncarried(error)) from error

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            self._socket = self._opened()
        unsent = memoryview(data)
        try:
            while unsent:
                self._socket.settimeout(self._deadline.left(self._limits.silence))
                unsent = unsent[self._socket.send(unsent) :]
        except TimeoutError as error:
            self.assure_time()
            raise TargetError(f"the target takes nothing for {self._limits.silence:g} s") from error
        except OSError:
            pass  # it may have answered before it hung up, and so say why

    def _opened(self) -> socket.socket:
        try:
            opened = socket.create_connection((self._host, self._port), self._deadline.left(self._limits.connect))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._context.wrap_socket(opened, server_hostname=self._host) if self._context else opened
        except ssl.SSLCertVerificationError as error:
            raise TargetError(distrust(error)) from error
        except TimeoutError as error:
            raise TargetError(f"no connection within {self._limits.connect:g} s") from error
        except (OSError, UnicodeError) as error:
            raise TargetError(f"no connection ({error})") from error

    def _head(self) -> h11.Response:
        while True:
            event = self._next()
            if isinstance(event, h11.Response):
                return event

    def _next(self) -> h11.Event:
        """The next event of the answer."""
        try:
            while not isinstance(event := self._http.next_event(), h11.Event):
                data = self._read()
                if not data and self._http.their_state is h11.SEND_RESPONSE:
                    raise TargetError(f"{_NO_ANSWER} (the target hung up before the headers were whole)")
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            if error.error_status_hint == _TOO_LARGE:
                raise TargetError("the headers of the answer, or the size of a chunk, take over 100 KB") from error
            raise TargetError(f"{_NO_ANSWER} ({error})") from error
        return event

    def _read(self) -> bytes:
        assert self._socket is not None
        try:
            self._socket.settimeout(self._deadline.left(self._limits.silence))
            return self._socket.recv(_AT_ONCE)
        except TimeoutError as error:
            self.assure_time()
            raise TargetError(f"silence for {self._limits.silence:g} s") from error
        except OSError as error:
            raise TargetError(f"the connection broke off ({error})") from error


def uncarried(error: Exception) -> Cause:
    """HTTP has no way to carry such a request."""
    return Cause(Code.FORBIDDEN, phrase("unsendable", error=type(error).__name__))


def _http() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
