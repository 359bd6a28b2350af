"""Writes a run record line by line, as things happen."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from clausewise.errors import UsageError
from clausewise.exchange import Exchange as Exchanged
from clausewise.exchange import Request as Requested
from clausewise.exchange import Response as Responded
from clausewise.record.data import Footer, Header, Verdict, Wait
from clausewise.record.settle import count, settle

FILE_NAME = "run.jsonl"


class RunRecord:
    """The record of the run that is going on. What is handed to it must be redacted already."""

    def __init__(self, directory: Path, header: Header) -> None:
        """Start the record in that directory; `UsageError` if nothing can be written there."""
        self.path = directory / FILE_NAME
        self.requests = 0
        self.verdicts: list[Verdict] = []
        self._header = header
        assure_directory(directory)
        with writing_to(directory):
            self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
        self._write("header", asdict(header))

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

    def wait(self, wait: Wait) -> None:
        """Write down that the run waits, and why."""
        self._write("wait", asdict(wait))

    def verdict(self, verdict: Verdict) -> None:
        """Write down a verdict."""
        self.verdicts.append(verdict)
        self._write("verdict", asdict(verdict))

    def outcomes(self) -> dict[str, dict[str, int]]:
        """The settled clauses of each API counted by outcome, as far as the run has come."""
        return {
            api.api: count(settle(api.clauses, [v for v in self.verdicts if v.api == api.api]))
            for api in self._header.apis
        }

    def finish(self, footer: Footer) -> None:
        """Write the last line; a record without it is truncated."""
        self._write("footer", asdict(footer))
        self._file.close()

    def _write(self, kind: str, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps({"kind": kind, **line}, ensure_ascii=False) + "\n")
        self._file.flush()


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
