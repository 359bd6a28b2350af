"""Reads a run record, whole or truncated."""

import json
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs

from clausewise.record.data import (
    FORMAT,
    Api,
    Clause,
    Complaint,
    Creation,
    Document,
    Exchange,
    Footer,
    Header,
    RecordData,
    Request,
    Response,
    Section,
    Unstable,
    Verdict,
    Wait,
)
from clausewise.record.lines import Line, Lines, RecordError

Seen = dict[Any, Any]
"""Values as they were first seen: headers and tags repeat from exchange to exchange, and fill memory."""


def read(path: Path, *, exchanges: bool = True) -> RecordData:
    """Read the run record at `path`, line by line; much faster without its exchanges, which are then not looked at.

    Unknown kinds and fields are ignored. A record that stops early, even in the middle of its last line, is
    read as far as it goes and is `truncated`; anything else that is wrong raises `RecordError`.
    """
    try:
        with path.open("rb") as file:
            lines = Lines(file, unread=None if exchanges else "exchange")
            record = _read(lines, path)
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}") from error
    if record is None:
        raise RecordError(f"{path} is empty, so it is no run record")
    return record


@cache
def schema() -> Line:
    """The JSON Schema of one line of a run record."""
    text = resources.files(__package__).joinpath("record.schema.json").read_text(encoding="utf-8")
    loaded: Line = json.loads(text)
    return loaded


def _read(lines: Lines, path: Path) -> RecordData | None:
    """What the lines say; nothing, if there are none."""
    reader: _Reader | None = None
    try:
        for line in lines:
            if reader is None:
                reader = _Reader(_header(line))
            else:
                reader.take(line)
    except RecordError as error:
        raise RecordError(f"{path}, line {lines.number}: {error}") from error
    return reader.record() if reader else None


class _Reader:
    """Takes the lines after the header one by one and holds what they said so far."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._clauses = {(api.api, clause.id) for api in header.apis for clause in api.clauses}
        self._exchanges: dict[str, Exchange] = {}
        self._waits: list[Wait] = []
        self._creations: list[Creation] = []
        self._verdicts: list[Verdict] = []
        self._footer: Footer | None = None
        self._seen: Seen = {}
        self._takers: dict[str, Callable[[Line], None]] = {
            "header": self._refuse_header,
            "exchange": self._take_exchange,
            "wait": self._take_wait,
            "creation": self._take_creation,
            "verdict": self._take_verdict,
            "footer": self._take_footer,
        }

    def take(self, line: Line) -> None:
        """Take the next line."""
        if self._footer is not None:
            raise RecordError("this line stands after the footer")
        taker = self._takers.get(line["kind"])
        if taker is not None:
            _validate(line)
            taker(line)

    def record(self) -> RecordData:
        """What was read."""
        return RecordData(
            header=self._header,
            exchanges=self._exchanges,
            waits=tuple(self._waits),
            verdicts=tuple(self._verdicts),
            footer=self._footer,
            creations=tuple(self._creations),
        )

    def _refuse_header(self, line: Line) -> None:
        raise RecordError(f"this is a second header, of a run that started at {line['started']}")

    def _take_exchange(self, line: Line) -> None:
        exchange = _exchange(line, self._seen)
        if exchange.id in self._exchanges:
            raise RecordError(f"this is a second exchange with the id {exchange.id}")
        self._exchanges[exchange.id] = exchange

    def _take_wait(self, line: Line) -> None:
        self._waits.append(Wait(**_fields(Wait, line)))

    def _take_creation(self, line: Line) -> None:
        self._creations.append(Creation(**_fields(Creation, line)))

    def _take_verdict(self, line: Line) -> None:
        unstable = tuple(_unstable(entry) for entry in line.get("unstable", ()))
        verdict = Verdict(**_fields(Verdict, line, unstable=unstable))
        if (verdict.api, verdict.clause) not in self._clauses:
            raise RecordError(f"this verdict is on {verdict.clause}, which is no clause of {verdict.api}")
        self._verdicts.append(verdict)

    def _take_footer(self, line: Line) -> None:
        complaints = tuple(_complaint(entry) for entry in line.get("complaints", ()))
        self._footer = Footer(**_fields(Footer, line, complaints=complaints))


def _validate(line: Line) -> None:
    for error in _validator(line["kind"]).iter_errors(line):
        place = "/".join(str(part) for part in error.instance_path)
        raise RecordError(f"{place}: {error.message}" if place else error.message)


@cache
def _validator(kind: str) -> jsonschema_rs.Validator:
    # The schema of this kind alone: "valid under none of five kinds" would help nobody.
    whole = schema()
    one_kind = {"$schema": whole["$schema"], "$ref": f"#/$defs/{kind}", "$defs": whole["$defs"]}
    return jsonschema_rs.validator_for(one_kind, offline=True)


def _header(line: Line) -> Header:
    if line["kind"] != "header":
        raise RecordError(f"a run record starts with its header, and this is of the kind {line['kind']}")
    if line.get("record") != FORMAT:
        raise RecordError(f"this record is of format {line.get('record')}; only format {FORMAT} can be read")
    _validate(line)
    return Header(**_fields(Header, line, apis=tuple(_api(api) for api in line["apis"])))


def _api(line: Line) -> Api:
    api = Api(
        **_fields(
            Api,
            line,
            document=Document(**_fields(Document, line["document"])),
            sections=tuple(Section(**_fields(Section, section)) for section in line["sections"]),
            clauses=tuple(Clause(**_fields(Clause, clause)) for clause in line["clauses"]),
        )
    )
    sections = {section.id for section in api.sections}
    for clause in api.clauses:
        if clause.section not in sections:
            raise RecordError(f"{clause.id} names {clause.section}, which is no section of {api.api}")
    return api


def _unstable(entry: Line | str) -> Unstable:
    """An entry as it is, or the text that a record of an earlier version has in its place."""
    return Unstable(entry) if isinstance(entry, str) else Unstable(**_fields(Unstable, entry))


def _complaint(entry: Line | str) -> Complaint:
    return Complaint(entry) if isinstance(entry, str) else Complaint(**_fields(Complaint, entry))


def _exchange(line: Line, seen: Seen) -> Exchange:
    return Exchange(
        **_fields(
            Exchange,
            line,
            tags=tuple([seen.setdefault(tag, tag) for tag in line.get("tags", ())]),
            request=_request(line["request"], seen),
            response=line["response"] and _response(line["response"], seen),
        )
    )


def _request(line: Line, seen: Seen) -> Request:
    return Request(line["method"], line["url"], _headers(line, seen), line["body"])


def _response(line: Line, seen: Seen) -> Response:
    return Response(line["status"], _headers(line, seen), line["body"], line.get("cut", False))


def _headers(message: Line, seen: Seen) -> tuple[tuple[str, str], ...]:
    return tuple([seen.setdefault(pair, pair) for pair in map(tuple, message["headers"])])


def _fields(cls: type, line: Line, **built: object) -> dict[str, Any]:
    """What a line says of the fields that the class has, lists as tuples; `built` is taken as it is."""
    names = _names(cls)
    said = {name: tuple(value) if isinstance(value, list) else value for name, value in line.items() if name in names}
    said.update(built)
    return said


@cache
def _names(cls: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(cls))
