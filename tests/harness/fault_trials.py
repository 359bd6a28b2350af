"""What becomes of a run against a server that goes wrong on the wire, and of all that the run leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from ssl import SSLContext
from typing import Any

from clausewise.checks import Kind, kind_of
from clausewise.exchanges.limits import Limits
from clausewise.exchanges.terms import Terms
from clausewise.mock import APIS
from clausewise.profiles import profile
from clausewise.record import Exchange, RecordData, read
from clausewise.report import FORMATS, write_reports
from clausewise.session import Session
from clausewise.settings import Settings
from clausewise.target import resolve
from tests.harness.canaries import CANARIES, files, leaks
from tests.harness.driving import Drive, moov, named
from tests.harness.fault_servers import Fault, at_the_empty_object, faulty

EMPTY_OBJECT = named("moov.422.missing/empty object")
MISSING = "moov.422.missing"
BRIEF = Terms(limits=Limits(silence=0.5, whole=5.0))
"""Patience that does not make a test long."""
REPORTS = tuple(name for name in FORMATS if name != "html")
"""What is made of every record here; the page takes longer, and the runs of pytest make it."""


@dataclass(frozen=True)
class Trial:
    """What the test of the empty object ended with, what the run knows, and its record."""

    said: str | None
    drive: Drive
    record: RecordData

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges about the empty object."""
        return [exchange for exchange in self.record.exchanges.values() if exchange.request.body == "{}"]

    @property
    def failure(self) -> str:
        """What the run says of the one request that gets no answer; known-good ones get theirs."""
        assert self.drive.with_outcome("broken") == {MISSING}
        assert self.drive.with_outcome("error") == set()
        assert len(self.exchanges) == 4  # twice, and twice again after the known-good request was answered
        assert {exchange.response for exchange in self.exchanges} == {None}
        [verdict] = self.drive.verdicts(MISSING)
        told, _, failure = str(verdict.received).partition(": ")
        assert told == "no answer, twice"
        return failure


def environment(base_url: str) -> dict[str, str]:
    """The variables of a run with secrets that are easy to recognise."""
    return {**APIS["moov"].environment(base_url), **CANARIES}


@contextmanager
def running(base_url: str, directory: Path, terms: Terms = BRIEF) -> Iterator[Drive]:
    """A run against a target while the context is open.

    The record that it leaves must be whole, and no report that is made of it may hold a secret.
    """
    target = resolve(moov(), base_url, environment(base_url))
    settings = Settings({"moov": target}, directory, profile("quick", 0), terms=terms)
    session = Session([moov()], settings)
    try:
        yield Drive(session.runs["moov"], session.record)
    finally:
        record = session.finish(0, interrupted=False)
    assert record.footer is not None
    assert record.footer.requests == len(record.exchanges)
    write_reports(record, directory, REPORTS)
    assert secrets_in(directory) == {}


def tried(fault: Fault, directory: Path, *, terms: Terms = BRIEF, context: SSLContext | None = None) -> Trial:
    """A run against a server with that fault at the empty object; good requests get good answers."""
    with faulty(at_the_empty_object(fault), context) as server:
        with running(server.base_url, directory, terms) as drive:
            drive.run.require_baseline()
            said = drive.test(EMPTY_OBJECT, MISSING)
            drive.conclude(*(clause.id for clause in moov().clauses if kind_of(clause) is Kind.ANSWER))
        record = read(drive.record.path)
        assert len(record.exchanges) == len(server.requests)
    return Trial(said, drive, record)


def bearing(**limits: Any) -> Terms:
    """The usual patience, with these limits changed."""
    return replace(BRIEF, limits=replace(BRIEF.limits, **limits))


def secrets_in(directory: Path) -> dict[str, set[str]]:
    """The files below a directory that hold pieces of a secret, and which; many spaces are as good as one."""
    found = {name: leaks(re.sub(" +", " ", text)) for name, text in files(directory).items()}
    return {name: pieces for name, pieces in found.items() if pieces}
