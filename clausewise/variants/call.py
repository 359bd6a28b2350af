"""A request as a server gets it and the reply that it gives, as plain data that is easy to change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from clausewise.exchange import no_constant

Headers = tuple[tuple[str, str], ...]


def _fresh_id() -> Headers:
    return (("x-request-id", str(uuid4())),)


@dataclass(frozen=True)
class Call:
    """A request as it came in; ``number`` counts from 1, and ``query`` is what follows the question mark.

    ``memory`` is that of the server: one and the same for all its calls, empty at the first.
    """

    number: int
    method: str
    path: str
    headers: Headers
    body: bytes
    query: str = ""
    memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

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

    @property
    def succeeds(self) -> bool:
        """Whether the status tells of success."""
        return 200 <= self.status < 300

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
        return self.holding(json.dumps(value).encode())

    def holding(self, body: bytes) -> Reply:
        """The same with this body as it stands."""
        return replace(self.lacking("content-length"), body=body)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=no_constant)
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
