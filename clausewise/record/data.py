"""What a run record says, as data: one class a kind of line, and `RecordData` for the whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["must", "should", "may", "silent"]
Outcome = Literal["kept", "broken", "untested", "excluded", "known", "observed", "error"]

FORMAT = 1
"""The format of the run record that this version reads and writes."""


@dataclass(frozen=True, slots=True)
class Document:
    """A vendor's page, named with its digest and the day it was read."""

    title: str
    file: str
    sha256: str
    read: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document."""

    id: str
    title: str
    lines: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise of a document."""

    id: str
    section: str
    level: Level
    says: str
    lines: tuple[str, ...]
    basis: str = "document"
    note: str | None = None
    excluded: str | None = None
    entry_line: int | None = None
    rests_on: str | None = None
    """What the clause rests on, where it is not the words of the document alone."""
    binds: str = "server"
    """Whom it binds: ``server`` or ``client``."""


@dataclass(frozen=True, slots=True)
class Api:
    """One API as the run saw it: its document, its clauses and the target."""

    api: str
    title: str
    operation: str
    base_url: str
    embedded: bool
    contract: str
    document: Document
    variables: Mapping[str, str]
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    rate: str | None = None
    """How fast it was asked at most, in words."""

    def has_target_of(self, other: "Api") -> bool:
        """Whether both are the same API at the same address; the embedded mock is one target, whatever its port."""
        alike = (self.api, self.embedded) == (other.api, other.embedded)
        return alike and (self.embedded or self.base_url == other.base_url)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: what ran, with what, against whom."""

    record: int
    started: str
    clausewise: str
    python: str
    platform: str
    libraries: Mapping[str, str]
    profile: str
    seed: int
    fail_on: str
    apis: tuple[Api, ...]
    budget: int | None = None
    """How many requests the run was allowed for each API."""
    min_tested: int | None = None
    """The percentage of the planned must clauses that the run had to decide."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent, redacted."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was received, redacted; `cut` when only the start of its body was kept."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it: a response, or the failure that stands in its place."""

    id: str
    api: str
    request: Request
    response: Response | None
    test: str | None = None
    case: str | None = None
    tags: tuple[str, ...] = ()
    time: str | None = None
    elapsed_ms: float = 0.0
    failure: str | None = None
    request_id: str | None = None
    curl: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause that the target asked for, or that keeps to the rate its vendor allows."""

    api: str
    seconds: float
    reason: str
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """Something that a success of the run made on the target, and that somebody may want to take away again."""

    api: str
    what: str
    id: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Unstable:
    """A break that did not happen again when the request was sent once more.

    A record of an earlier version has the text alone.
    """

    text: str
    exchange: str | None = None
    case: str | None = None
    expected: str | None = None
    received: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a clause has its outcome: the sentence, and the facts behind it.

    ``code`` is one of ``clausewise.cause.Code``; a record of an earlier version has none, and no facts.
    """

    text: str
    code: str | None = None
    depends_on: str | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one test found about one clause; `exchanges` is the evidence, the one to show first in front."""

    api: str
    clause: str
    level: Level
    outcome: Outcome
    test: str | None
    reason: str | None = None
    judged: int = 0
    broken: int = 0
    expected: str | None = None
    received: str | None = None
    exchanges: tuple[str, ...] = ()
    unstable: tuple[Unstable, ...] = ()
    observed: Mapping[str, int] | None = None
    message: str | None = None
    values: Mapping[str, str] | None = None
    """Where no two answers may show the same value: the values, each with the exchange that showed it first."""
    code: str | None = None
    """The kind of reason, one of ``clausewise.cause.Code``."""
    depends_on: str | None = None
    """The clause that is blamed for a break of this one."""
    variables: tuple[str, ...] = ()
    """The variables that would settle the clause."""
    pointer: str | None = None
    """The place in the body that the verdict is about, a JSON pointer."""
    compared_with: str | None = None
    """The exchange that the first one of the evidence was compared with."""
    symptoms: tuple[str, ...] = ()
    """Status, media type and place of the breaks, each once."""
    first: str | None = None
    """The exchange that broke the clause first."""
    last: str | None = None
    """The exchange that broke the clause last."""

    @property
    def why(self) -> Reason | None:
        """The reason with its facts, if there is one."""
        return Reason(self.reason, self.code, self.depends_on, self.variables) if self.reason else None


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a run failed beside its broken clauses. A record of an earlier version has the text alone."""

    text: str
    api: str | None = None
    code: str | None = None
    """``nothing-tested``, ``no-success``, ``too-few``, ``undecided``, ``outdated`` or ``cut-off``."""
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Footer:
    """The last line: how the run ended, and its counts of settled clauses per API and outcome."""

    finished: str
    exit: int
    interrupted: bool
    requests: int
    seconds: float
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()
    """Why the run failed beside its broken clauses."""


@dataclass(frozen=True, slots=True)
class RecordData:
    """A whole run record."""

    header: Header
    exchanges: Mapping[str, Exchange]
    waits: tuple[Wait, ...]
    verdicts: tuple[Verdict, ...]
    footer: Footer | None
    creations: tuple[Creation, ...] = ()
    notices: tuple[str, ...] = ()
    """What a reader must know of a record that was put together from several."""

    @property
    def truncated(self) -> bool:
        """Whether the record stops before its end: the run was killed, or is still going on."""
        return self.footer is None
