"""The only module that speaks HTTP, and the only one that knows httpx."""

from __future__ import annotations

import logging
import time
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from clausewise import __version__
from clausewise.errors import TargetError, Unsendable, UsageError
from clausewise.exchange import Request, Response
from clausewise.redact import Redactor

LARGEST_BODY = 1024 * 1024
"""Bytes of a response body that are read; what comes after is left unread."""

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_WHOLE_ANSWER = 30.0  # seconds from the first byte sent to the last byte read

for _library in ("httpcore", "httpx"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below, they write down what came, secrets and all


class Client:
    """One connection pool for a whole run.

    It talks to the origin of the base URL alone, follows no redirect, keeps no cookies and reads neither proxies nor
    credentials from the environment. Whatever it hands out is redacted.
    """

    def __init__(self, base_url: str, redactor: Redactor) -> None:
        try:
            self._origin = _origin(httpx.URL(base_url))
        except httpx.InvalidURL as error:
            raise UsageError(f"the base URL is malformed: {error}") from error
        self._redactor = redactor
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": f"clausewise/{__version__}"},
        )

    def close(self) -> None:
        """Closes all connections."""
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
            raise Unsendable(f"HTTP cannot carry this request ({type(error).__name__})") from error
        if _origin(prepared.url) != self._origin:
            raise Unsendable("the request would leave the configured origin")
        return prepared

    def send(self, prepared: httpx.Request) -> Response:
        """The response, redacted, its body read up to ``LARGEST_BODY`` bytes.

        Raises ``TargetError`` where no whole answer came and ``Unsendable`` where HTTP cannot carry the request.
        """
        deadline = time.monotonic() + _WHOLE_ANSWER
        try:
            response = self._http.send(prepared, stream=True)
            try:
                body, cut = _read(response, deadline)
            finally:
                response.close()
        except httpx.LocalProtocolError as error:
            raise Unsendable(f"HTTP cannot carry this request ({type(error).__name__})") from error
        except httpx.HTTPError as error:
            raise TargetError(self._told(error)) from error
        return self._redacted(response, body, cut)

    def _redacted(self, response: httpx.Response, body: bytes, cut: bool) -> Response:
        if cut:  # a secret that the cut went through would not be recognised
            body = body[: max(0, len(body) - self._redactor.longest)]
        headers = tuple(
            (self._redactor.text(name), self._redactor.text(value)) for name, value in response.headers.multi_items()
        )
        return Response(response.status_code, headers, self._redactor.data(body), cut)

    def _told(self, error: httpx.HTTPError) -> str:
        words = {
            httpx.ConnectTimeout: "no connection within 5 s",
            httpx.ConnectError: "no connection",
            httpx.ReadTimeout: "silence for 10 s",
            httpx.ReadError: "the connection broke off",
            httpx.RemoteProtocolError: "the answer is not HTTP or broke off",
            httpx.DecodingError: "the body does not decode as its Content-Encoding says",
        }
        said = next((text for kind, text in words.items() if isinstance(error, kind)), type(error).__name__)
        return self._redactor.text(f"{said} ({error})" if str(error) else said)


def sent(prepared: httpx.Request) -> Request:
    """A prepared request as it goes onto the wire."""
    return Request(
        method=prepared.method,
        url=str(prepared.url),
        headers=tuple((name, value) for name, value in _wire_headers(prepared)),
        body=prepared.content or None,
    )


def _wire_headers(prepared: httpx.Request) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode("utf-8", "replace")) for name, value in prepared.headers.raw]


def _read(response: httpx.Response, deadline: float) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            return bytes(body[:LARGEST_BODY]), True
        if time.monotonic() > deadline:
            raise TargetError(f"the answer was not whole after {_WHOLE_ANSWER:.0f} s")
    return bytes(body), False


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
