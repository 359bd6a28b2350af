"""This suite, run as a process against a mock that is served here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hunt import Hunt
from benchmarks.mocks import mock
from benchmarks.places import SUITE, script
from benchmarks.processes import run
from clausewise.record import RecordData, read


def command(api: str, profile: str, base_url: str, tests: Sequence[str] = (str(SUITE),)) -> list[str]:
    """What a user types, but that nothing is kept for other runs."""
    options = ["--api", api, "--profile", profile, "--base-url", base_url, "--report-dir", "."]
    return [script("pytest"), *tests, *options, "-p", "no:cacheprovider"]


def full(api: str, defect: str = "unchanged") -> Hunt:
    """A run with the profile full."""
    return _hunt(api, defect, "full")


def quick(api: str, defect: str = "unchanged") -> Hunt:
    """A run with the profile quick."""
    return _hunt(api, defect, "quick")


def _hunt(api: str, defect: str, profile: str) -> Hunt:
    with TemporaryDirectory(prefix="clausewise-bench-") as name, mock(api, defect) as server:
        folder = Path(name)
        done = run(command(api, profile, server.base_url), folder, environment=server.environment, codes=(0, 1))
        record = read(folder / "run.jsonl")
    broken = {verdict.clause for verdict in record.verdicts if verdict.outcome == "broken"}
    return Hunt(
        tool=f"clausewise {profile}",
        api=api,
        defect=defect,
        found=done.code == 1,
        requests=len(server.calls),
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
        first=_first(record) if done.code == 1 else None,
        complaints=tuple(sorted(broken)),
    )


def _first(record: RecordData) -> int:
    """The request that made sure of the first break: the one after the first that broke, which is sent once more.

    Where none broke a clause, the target was given up, and that was the last request.
    """
    evidence = (name for verdict in record.verdicts if verdict.outcome == "broken" for name in verdict.exchanges)
    return min((int(name.rpartition("-")[2]) + 1 for name in evidence), default=len(record.exchanges))
