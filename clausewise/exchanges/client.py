"""The only module that speaks HTTP, and the only one that knows httpx."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import h11
import httpx

from clausewise import __version__
from clausewise.cause import Cause, Code
from clausewise.errors import TargetError, Unsendable, UsageError
from clausewise.exchange import Headers, Request, Response
from clausewise.exchanges.coding import ACCEPTED, unpacked
from clausewise.exchanges.connection import Connection, uncarried
from clausewise.exchanges.limits import Limits
from clausewise.exchanges.trust import trusting
from clausewise.redact import Redactor
from clausewise.wording import phrase

_PORTS = {"http": 80, "https": 443}

logging.getLogger("httpx").setLevel(logging.WARNING)  # below, it writes down what it asks for


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it comes over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __iter__(self) -> Iterator[bytes]:
        return self._connection.pieces()

    def close(self) -> None:
        self._connection.finish()


class _Transport(httpx.BaseTransport):
    """Carries httpx' requests over one bounded connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        except h11.LocalProtocolError as error:
            raise Unsendable(uncarried(error)) from error
        answer = self._connection.ask(head, request.content)
        return httpx.Response(answer.status_code, headers=answer.headers.raw_items(), stream=_Body(self._connection))

    def close(self) -> None:
        self._connection.close()


class Client:
    """One connection, kept alive, for a whole run.

    It talks to the origin of the base URL alone, over TLS only to whom ``ca_bundle`` (or, without it, the usual
    authorities) vouches for. It follows no redirect, keeps no cookies and reads neither proxies nor credentials from
    the environment. Whatever it hands out is redacted.
    """

    def __init__(
        self, base_url: str, redactor: Redactor, *, limits: Limits | None = None, ca_bundle: Path | None = None
    ) -> None:
        try:
            url = httpx.URL(base_url)
        except httpx.InvalidURL as error:
            raise UsageError(f"the base URL is malformed: {error}") from error
        self._origin = _origin(url)
        self._redactor = redactor
        self._limits = limits or Limits()
        is_secure = url.scheme == "https"
        context = trusting(ca_bundle) if is_secure or ca_bundle else None  # a wrong bundle is told in any case
        port = url.port or _PORTS[url.scheme]
        self._connection = Connection(url.raw_host.decode(), port, context if is_secure else None, self._limits)
        self._http = httpx.Client(
            transport=_Transport(self._connection),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"Accept-Encoding": ACCEPTED, "User-Agent": f"clausewise/{__version__}"},
        )

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def prepare(self, request: Request) -> httpx.Request:
        """The request with every header that will go onto the wire; ``Unsendable`` if HTTP cannot carry it."""
        try:
            prepared = self._http.build_request(
                request.method,
                request.url,
                headers=[(name.encode(), value.encode()) for name, value in request.headers],
                content=request.body,
            )
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            raise Unsendable(uncarried(error)) from error
        if _origin(prepared.url) != self._origin:
            raise Unsendable(Cause(Code.FORBIDDEN, phrase("other-origin")))
        return prepared

    def send(self, prepared: httpx.Request) -> Response:
        """The response, redacted, its body read as far as the limits go.

        Raises ``TargetError`` where no whole answer came and ``Unsendable`` where HTTP cannot carry the request.
        """
        try:
            answer = self._http.send(prepared, stream=True)
            try:
                headers = self._headers(answer.headers.raw)
                encodings = [value for name, value in headers if name == "content-encoding"]
                body, cut = self._body(answer.iter_raw(), encodings)
            finally:
                answer.close()
        except TargetError as error:
            raise TargetError(self._redactor.text(str(error))) from error
        return Response(answer.status_code, headers, body, cut)

    def _headers(self, fields: list[tuple[bytes, bytes]]) -> Headers:
        if len(fields) > self._limits.headers:
            raise TargetError(
                f"the answer has {len(fields)} header fields, and {self._limits.headers} are read at most"
            )
        return tuple((self._text(name).lower(), self._text(value)) for name, value in fields)

    def _text(self, data: bytes) -> str:
        """A header's name or value without secrets: UTF-8 if it can be that, else a character for each byte."""
        data = self._without_secrets(data)
        return data.decode("utf-8" if _is_utf8(data) else "latin-1")

    def _without_secrets(self, data: bytes) -> bytes:
        data = self._redactor.data(data)
        return data if _is_utf8(data) else self._redactor.text(data.decode("latin-1")).encode("latin-1")

    def _body(self, pieces: Iterable[bytes], encodings: list[str]) -> tuple[bytes, bool]:
        body = bytearray()
        for piece in unpacked(pieces, encodings):
            body += piece
            if len(body) > self._limits.body:  # a secret that the cut goes through would not be recognised
                return self._without_secrets(bytes(body[: max(0, self._limits.body - self._redactor.longest)])), True
            self._connection.assure_time()
        return self._without_secrets(bytes(body)), False


def sent(prepared: httpx.Request) -> Request:
    """A prepared request as it goes onto the wire."""
    return Request(
        method=prepared.method,
        url=str(prepared.url),
        headers=tuple((name.decode(), value.decode("utf-8", "replace")) for name, value in prepared.headers.raw),
        body=prepared.content or None,
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
