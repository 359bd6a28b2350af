"""The words of a contract as types. All of them are plain data and never change after loading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from clausewise.contract.schemas import Schemas

VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
"""``$NAME`` in a text of a contract: it stands for the variable of that name."""
UNIQUE = "UNIQUE"
"""``$UNIQUE`` stands for a text that no other request of any run holds."""


class Level(StrEnum):
    """How firmly the document stands behind a clause."""

    MUST = "must"  # stated by the document
    SHOULD = "should"  # shown only by its examples
    MAY = "may"  # permitted: observed, never failed
    SILENT = "silent"  # the document says nothing: observed, never failed

    @property
    def binding(self) -> bool:
        """Whether a target can break a clause of this level."""
        return self in (Level.MUST, Level.SHOULD)


class Binds(StrEnum):
    """Whom a clause binds."""

    SERVER = "server"
    CLIENT = "client"


@dataclass(frozen=True)
class Section:
    """A part of the document, for grouping its clauses."""

    id: str
    title: str
    lines: str


@dataclass(frozen=True)
class Source:
    """A range of lines of the document (counted from 1, both ends included) and the literal texts it must hold."""

    first: int
    last: int
    has: tuple[str, ...]

    @property
    def lines(self) -> str:
        """The range as people write it: ``166`` or ``166-172``."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Document:
    """The vendor's page: its title, file name, SHA-256 and the day it was read.

    ``passed_over`` are the lines that hold no promise; ``has`` of each is the reason.
    """

    title: str
    file: str
    sha256: str
    read: str
    passed_over: tuple[Source, ...]


@dataclass(frozen=True)
class Try:
    """One request worth sending for a clause: what it changes of the operation's baseline.

    ``path`` and ``headers`` replace single values (``None`` leaves a header out). ``changes_body`` tells a body of
    ``None`` (JSON ``null``) from no change; ``text`` is a body that is sent as it stands.
    """

    name: str
    credentials: str | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    changes_body: bool = False
    text: str | None = None
    prefer: int | None = None
    tag: str | None = None


@dataclass(frozen=True, eq=False)
class Clause:
    """One promise of the document.

    Either ``check`` (the name of a check, with its ``arguments``) or ``excluded`` (the reason why nothing can judge
    it) is set. ``supplementary`` marks a clause that rests on other material than the document. ``depends`` are ids of
    clauses, or shell patterns of such: where one of them is broken in the same way, this one is untested.
    ``implied_by`` is a clause of which each answer that keeps it keeps this one too, so that it needs no request then.
    ``rests_on`` says what the clause rests on where that is not the text of the document, and ``binds`` whose rule it
    is. ``entry_line`` is the line of ``clauses.yaml`` on which its id stands.
    """

    id: str
    section: str
    level: Level
    says: str
    sources: tuple[Source, ...]
    operation: str
    check: str | None
    arguments: Mapping[str, Any]
    tries: tuple[Try, ...]
    note: str | None
    excluded: str | None
    supplementary: bool
    depends: tuple[str, ...] = ()
    implied_by: str | None = None
    rests_on: str | None = None
    binds: Binds = Binds.SERVER
    entry_line: int | None = None

    @cached_property
    def when(self) -> tuple[str, ...]:
        """The tags of the requests that this clause is about; empty for clauses about answers alone."""
        return tuple(self.arguments.get("when", ()))

    @property
    def places(self) -> tuple[str, ...]:
        """The pointers into the body of an answer that this clause is about; empty if it is about the whole."""
        at = self.arguments.get("at", ())
        return (at,) if isinstance(at, str) else tuple(at)


@dataclass(frozen=True)
class Reason:
    """Why an answer may say nothing about a clause.

    It holds ``when`` the request has one of these tags (always, if there are none), ``unless`` it has one of those.
    """

    says: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Use(StrEnum):
    """How the values of a variable that may have several go into requests."""

    TURNS = "turns"  # one after the other; the last is kept for requests that must fail
    ONCE = "once"  # likewise, and none goes into two requests that may succeed
    TOGETHER = "together"  # the JSON object that holds the variable is written once for each value


@dataclass(frozen=True)
class Variable:
    """A variable of the environment that a run against the API reads; ``list`` if it may have several values."""

    name: str
    meaning: str
    required: bool
    secret: bool
    list: Use | None
    looks_like: str | None


@dataclass(frozen=True)
class CredentialKind:
    """A way to present oneself: the header and its value, in which ``$NAME`` stands for a variable.

    ``base64`` names the variable that goes into the value in base64. No header: no credentials at all. ``proof`` is a
    request that must succeed with them, as a change of the baseline: so they show that they are still valid.
    """

    name: str
    valid: bool
    header: str | None
    value: str
    base64: str | None
    proof: Try | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables in the value."""
        return tuple(VARIABLE.findall(self.value))


@dataclass(frozen=True)
class Parameter:
    """A documented parameter. ``known`` holds the values that are known to exist; others may or may not.

    Of a ``listing`` parameter each value is a list of them, separated by commas.
    """

    name: str
    location: str  # path, header or query
    required: bool
    schema: Mapping[str, Any]
    known: tuple[str, ...]
    listing: bool


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds, and no more."""

    requests: int
    seconds: float

    @property
    def says(self) -> str:
        """The rate in words."""
        return f"no more than {self.requests} requests in {self.seconds:g} s"


@dataclass(frozen=True)
class Production:
    """What speaks for production: host names, and by variable a pattern of values."""

    hosts: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Creation:
    """What a success of an operation makes, and the pointer at which its id stands: in the request or the answer."""

    what: str
    id: str
    in_request: bool


@dataclass(frozen=True)
class Operation:
    """One documented operation with its baseline: a request that must succeed on a working target.

    ``fixtures`` says which variables may stand where: ``path/<name>``, ``header/<name>`` or ``body/<pointer>``, with
    ``*`` for each element of a list. ``omitted`` are pointers into the body that generated requests leave out.
    Where an operation is not ``repeatable``, the document forbids to send again what succeeded.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    media_type: str
    schema: Mapping[str, Any]
    undisputed_schema: Mapping[str, Any] | None
    baseline: Try
    fixtures: Mapping[str, tuple[str, ...]]
    omitted: tuple[str, ...]
    repeatable: bool
    creates: Creation | None = None

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location: path, header or query."""
        return tuple(parameter for parameter in self.parameters if parameter.location == location)


@dataclass(frozen=True, eq=False)
class Contract:
    """All that is known of one API.

    ``conditions`` are faults that no part of a request shows alone: by name the tags that make them together.
    ``rate`` is how fast the vendor's servers may be asked, if there is a limit.
    """

    api: str
    title: str
    folder: Path
    digest: str
    document: Document
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    reasons: Mapping[str, Reason]
    conditions: Mapping[str, tuple[str, ...]]
    operations: Mapping[str, Operation]
    variables: Mapping[str, Variable]
    credentials: Mapping[str, CredentialKind]
    on_demand: str | None
    rate: Rate | None
    production: Production
    schemas: Schemas
    openapi: Mapping[str, Any]

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; ``KeyError`` if there is none."""
        return self._by_id[clause_id]

    @cached_property
    def _by_id(self) -> Mapping[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @property
    def base_url_variable(self) -> str:
        """The variable of the environment that names the target's address."""
        return f"{self.api.upper().replace('-', '_')}_BASE_URL"

    @property
    def openapi_file(self) -> Path:
        """Where the OpenAPI description lies."""
        return self.folder / "openapi.yaml"
