"""Two runs to hold against each other, for tests: what is not said is alike in both."""

from pathlib import Path

from clausewise.drift import Drift, compare
from clausewise.drift.data import ApiDrift
from tests.harness import records
from tests.harness.records import Line

CLAUSES = [
    records.clause("moov.a"),
    records.clause("moov.b", "should"),
    records.clause("moov.c", "silent"),
]
MOOV = records.api("moov", CLAUSES)
BEFORE, NOW = "2026-11-20T02:00:00.000+00:00", "2026-11-21T02:00:00.000+00:00"


def run(started: str, *lines: Line, of: Line = MOOV, whole: bool = True, **header: object) -> list[Line]:
    """A run with these lines after its header."""
    return [records.header(of, started=started, **header), *lines, *([records.footer()] if whole else [])]


def before(*lines: Line, of: Line = MOOV, whole: bool = True, **header: object) -> list[Line]:
    """The earlier run."""
    return run(BEFORE, *lines, of=of, whole=whole, **header)


def now(*lines: Line, of: Line = MOOV, whole: bool = True, **header: object) -> list[Line]:
    """The later run."""
    return run(NOW, *lines, of=of, whole=whole, **header)


def between(tmp_path: Path, old: list[Line], new: list[Line]) -> Drift:
    """What changed from the one to the other."""
    return compare(records.loaded(tmp_path, old), records.loaded(tmp_path, new))


def of_moov(tmp_path: Path, old: list[Line], new: list[Line]) -> ApiDrift:
    """What changed of the only API."""
    [found] = between(tmp_path, old, new).apis
    return found
