"""Writes a run record line by line, as things happen."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from clausewise.errors import RecordLost, UsageError
from clausewise.exchange import Exchange as Exchanged
from clausewise.exchange import Request as Requested
from clausewise.exchange import Response as Responded
from clausewise.record.data import Creation, Footer, Header, RecordData, Verdict, Wait
from clausewise.record.settle import Settled, count, settle

FILE_NAME = "run.jsonl"

Tell = Callable[[Exchanged | Wait], None]
"""What hears of each exchange and each wait, as it is written down."""


def tell_nobody(_: Exchanged | Wait) -> None:
    """For runs that nobody watches."""


class RunRecord:
    """The record of the run that is going on. What is handed to it must be redacted already."""

    def __init__(self, directory: Path, header: Header, tell: Tell = tell_nobody) -> None:
        """Start the record in that directory; `UsageError` if nothing can be written there."""
        self.path = directory / FILE_NAME
        self.requests = 0
        self.verdicts: list[Verdict] = []
        self._header = header
        self._tell = tell
        assure_directory(directory)
        self._lost: RecordLost | None = None
        with writing_to(directory):
            self._file = _opened(self.path)
            self._put("header", asdict(header))

    def __enter__(self) -> "RunRecord":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def exchange(self, exchange: Exchanged) -> None:
        """Write down a request and what came of it."""
        self.requests += 1
        line = {
            "id": exchange.id,
            "api": exchange.api,
            "test": exchange.test,
            "case": exchange.case,
            "tags": exchange.tags.all(),
            "time": exchange.time,
            "elapsed_ms": exchange.elapsed_ms,
            "request": _request(exchange.request),
            "response": _response(exchange.response),
            "failure": exchange.failure,
            "request_id": exchange.request_id,
            "curl": exchange.curl,
        }
        self._write("exchange", line)
        self._tell(exchange)

    def wait(self, wait: Wait) -> None:
        """Write down that the run waits, and why."""
        self._write("wait", _fields(wait))
        self._tell(wait)

    def creation(self, creation: Creation) -> None:
        """Write down what a success made."""
        self._write("creation", _fields(creation))

    def verdict(self, verdict: Verdict) -> None:
        """Write down a verdict."""
        self.verdicts.append(verdict)
        self._write("verdict", _fields(verdict))

    def settled(self) -> dict[str, tuple[Settled, ...]]:
        """The settled clauses of each API, as far as the run has come."""
        return {
            api.api: settle(api.clauses, [v for v in self.verdicts if v.api == api.api]) for api in self._header.apis
        }

    def outcomes(self) -> dict[str, dict[str, int]]:
        """The settled clauses of each API counted by outcome, as far as the run has come."""
        return {api: count(settled) for api, settled in self.settled().items()}

    def finish(self, footer: Footer) -> None:
        """Write the last line; a record without it is truncated."""
        self._write("footer", asdict(footer))
        self._file.close()

    def _write(self, kind: str, line: Mapping[str, Any]) -> None:
        if self._lost:
            raise self._lost
        try:
            self._put(kind, line)
        except OSError as error:
            self._lost = RecordLost(f"the run record {self.path} cannot be written any more ({error.strerror})")
            raise self._lost from error

    def _put(self, kind: str, line: Mapping[str, Any]) -> None:
        try:
            self._file.write(_line(kind, line))
            self._file.flush()
        except OSError:
            with suppress(OSError):  # what its buffer holds cannot be written either
                self._file.close()
            raise


def write_record(directory: Path, record: RecordData) -> Path:
    """Write a whole record there that was put together from others; `UsageError` if nothing can be written there."""
    assure_directory(directory)
    path = directory / FILE_NAME
    kinds: Mapping[str, Iterable[Any]] = {
        "header": [record.header],
        "exchange": record.exchanges.values(),
        "wait": record.waits,
        "creation": record.creations,
        "verdict": record.verdicts,
        "footer": [record.footer] if record.footer else [],
    }
    with writing_to(directory), _opened(path) as file:
        for kind, lines in kinds.items():
            file.writelines(_line(kind, asdict(line)) for line in lines)
    return path


def assure_directory(directory: Path) -> None:
    """Make the directory if it is not there; `UsageError` if that cannot be."""
    with writing_to(directory):
        directory.mkdir(parents=True, exist_ok=True)


@contextmanager
def writing_to(directory: Path, option: str = "--report-dir") -> Iterator[None]:
    """What cannot be written to the directory becomes a `UsageError` that names the option for another one."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the report directory {directory} cannot be written to ({error.strerror}): name another by {option}"
        ) from error


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")


def _line(kind: str, line: Mapping[str, Any]) -> str:
    return json.dumps({"kind": kind, **line}, ensure_ascii=False) + "\n"


def _fields(line: Wait | Creation | Verdict) -> dict[str, Any]:
    """What a line holds, without the copies that ``asdict`` makes of all of it."""
    return {field.name: _plain(getattr(line, field.name)) for field in fields(line)}


def _plain(value: Any) -> Any:
    return [asdict(item) for item in value] if value and isinstance(value, tuple) and is_dataclass(value[0]) else value


def _request(request: Requested) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "body": None if request.body is None else _text(request.body),
    }


def _response(response: Responded | None) -> dict[str, Any] | None:
    if response is None:
        return None
    return {
        "status": response.status,
        "headers": response.headers,
        "body": _text(response.body),
        "cut": response.cut,
    }


def _text(body: bytes) -> str:
    """Bytes as text; those that are not UTF-8 are written as escapes."""
    return body.decode("utf-8", "backslashreplace")
