"""A request as sent and the response as received."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """An HTTP request as it goes onto the wire; ``body`` is ``None`` where none is sent."""

    method: str
    url: str
    headers: Headers
    body: bytes | None

    def values(self, name: str) -> list[str]:
        """All values of a header, whatever the case of its name."""
        return _values(self.headers, name)

    @property
    def size(self) -> int:
        """How much there is to read: bytes of the URL, the headers and the body."""
        return len(self.url) + sum(len(n) + len(v) for n, v in self.headers) + len(self.body or b"")


@dataclass(frozen=True)
class Response:
    """An HTTP response; ``cut`` tells that the body was longer than the harness reads."""

    status: int
    headers: Headers
    body: bytes
    cut: bool = False

    def values(self, name: str) -> list[str]:
        """All values of a header, whatever the case of its name."""
        return _values(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type in lower case without its parameters; empty where none is named, or there is no content.

        Whatever Content-Type says of zero bytes means nothing.
        """
        if not self.body:
            return ""
        return next(iter(self.values("content-type")), "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON; ``ValueError`` if it is none."""
        return json.loads(self.body.decode("utf-8"), parse_constant=no_constant)


@dataclass(frozen=True)
class Tags:
    """What a request is, in the words of the contract's ``when``.

    ``faults`` are the ways in which it leaves what the document surely allows, in the order in which a server would
    look; ``traits`` are facts that are no faults.
    """

    faults: tuple[str, ...] = ()
    traits: frozenset[str] = field(default_factory=frozenset)

    def all(self) -> tuple[str, ...]:
        """Faults first, then the traits in alphabetical order."""
        return (*self.faults, *sorted(self.traits))


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it. Everything in it is redacted; ``response`` is ``None`` where none came.

    ``spent`` are the variables with a value in the request of which every value was in one that succeeded before.
    """

    id: str
    api: str
    operation: str
    case: str
    test: str | None
    request: Request
    response: Response | None
    tags: Tags
    curl: str
    time: str
    elapsed_ms: float
    failure: str | None = None
    spent: tuple[str, ...] = ()

    @property
    def request_id(self) -> str | None:
        """What the vendor's support asks for: the first header of the answer whose name ends in request-id."""
        headers = self.response.headers if self.response else ()
        return next((value for name, value in headers if name.lower().endswith("request-id")), None)


def no_constant(name: str) -> NoReturn:
    """Refuses NaN and Infinity, which Python reads but JSON does not know; for ``json.loads``."""
    raise ValueError(f"{name} is not JSON")


def _values(headers: Iterable[tuple[str, str]], name: str) -> list[str]:
    wanted = name.lower()
    return [value for key, value in headers if key.lower() == wanted]
