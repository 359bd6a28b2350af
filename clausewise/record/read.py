"""Reads a run record, whole or truncated."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs

from clausewise.errors import UsageError
from clausewise.record.data import (
    FORMAT,
    Api,
    Clause,
    Document,
    Exchange,
    Footer,
    Header,
    RecordData,
    Request,
    Response,
    Section,
    Verdict,
    Wait,
)

Line = dict[str, Any]

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class RecordError(UsageError):
    """The file is not a run record that this version can read; the text names the line."""


def read(path: Path) -> RecordData:
    """Read the run record at `path`.

    Unknown kinds and fields are ignored. A record that stops early, even in the middle of its last line, is
    read as far as it goes and is `truncated`; anything else that is wrong raises `RecordError`.
    """
    lines = _lines(path)
    number, first = next(lines)
    with _naming_the_line(path, number):
        reader = _Reader(_header(first))
    for number, line in lines:
        with _naming_the_line(path, number):
            reader.take(line)
    return reader.record()


@cache
def schema() -> Line:
    """The JSON Schema of one line of a run record."""
    text = resources.files(__package__).joinpath("record.schema.json").read_text(encoding="utf-8")
    loaded: Line = json.loads(text)
    return loaded


def _lines(path: Path) -> Iterator[tuple[int, Line]]:
    """The lines of the file with their numbers; a last line that was cut off is left out."""
    texts = _content(path).split(b"\n")
    for number, text in enumerate(texts, start=1):
        with _naming_the_line(path, number):
            try:
                line = _parsed(text)
            except (ValueError, RecursionError) as error:
                if 1 < number == len(texts):
                    return
                raise RecordError(f"this is not JSON: {error}") from error
            if not isinstance(line, dict) or not isinstance(line.get("kind"), str):
                raise RecordError("this is not an object with a kind")
        yield number, line


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes().rstrip()
    except OSError as error:
        raise RecordError(f"{path} cannot be read: {error.strerror}") from error
    if not content:
        raise RecordError(f"{path} is empty, so it is no run record")
    return content


def _parsed(text: bytes) -> Any:
    line = json.loads(text)
    if _SURROGATE.search(text) is None:
        return line
    # JSON can name a half of a surrogate pair alone. That is no character, and nobody could write it again.
    return json.loads(json.dumps(line, ensure_ascii=False).encode(errors="replace"))


@contextmanager
def _naming_the_line(path: Path, number: int) -> Iterator[None]:
    try:
        yield
    except RecordError as error:
        raise RecordError(f"{path}, line {number}: {error}") from error


class _Reader:
    """Takes the lines after the header one by one and holds what they said so far."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._clauses = {(api.api, clause.id) for api in header.apis for clause in api.clauses}
        self._exchanges: dict[str, Exchange] = {}
        self._waits: list[Wait] = []
        self._verdicts: list[Verdict] = []
        self._footer: Footer | None = None
        self._takers: dict[str, Callable[[Line], None]] = {
            "header": self._refuse_header,
            "exchange": self._take_exchange,
            "wait": self._take_wait,
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
        return RecordData(self._header, self._exchanges, tuple(self._waits), tuple(self._verdicts), self._footer)

    def _refuse_header(self, line: Line) -> None:
        raise RecordError(f"this is a second header, of a run that started at {line['started']}")

    def _take_exchange(self, line: Line) -> None:
        exchange = _exchange(line)
        if exchange.id in self._exchanges:
            raise RecordError(f"this is a second exchange with the id {exchange.id}")
        self._exchanges[exchange.id] = exchange

    def _take_wait(self, line: Line) -> None:
        self._waits.append(Wait(**_fields(Wait, line)))

    def _take_verdict(self, line: Line) -> None:
        verdict = Verdict(**_fields(Verdict, line))
        if (verdict.api, verdict.clause) not in self._clauses:
            raise RecordError(f"this verdict is on {verdict.clause}, which is no clause of {verdict.api}")
        self._verdicts.append(verdict)

    def _take_footer(self, line: Line) -> None:
        self._footer = Footer(**_fields(Footer, line))


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


def _exchange(line: Line) -> Exchange:
    request, response = line["request"], line["response"]
    return Exchange(
        **_fields(
            Exchange,
            line,
            request=Request(**_fields(Request, request, headers=_pairs(request["headers"]))),
            response=response and Response(**_fields(Response, response, headers=_pairs(response["headers"]))),
        )
    )


def _pairs(headers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers)


def _fields(cls: type, line: Line, **built: object) -> dict[str, Any]:
    """What a line says of the fields that the class has, lists as tuples; `built` is taken as it is."""
    names = {field.name for field in fields(cls)}
    said = {name: tuple(value) if isinstance(value, list) else value for name, value in line.items()}
    return {name: value for name, value in said.items() if name in names} | built
