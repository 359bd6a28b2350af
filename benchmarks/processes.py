"""Whole processes: how long they take and how much memory they hold at most."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import APIS

_UNIT = 1 if sys.platform == "darwin" else 1024  # in what the system counts memory


class Failed(Exception):
    """A process that ended otherwise than it must for its figures to mean anything."""


@dataclass(frozen=True)
class Process:
    """A process that has ended: how long it took, and how long the processor worked for it."""

    code: int
    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    output: str


def run(
    command: Sequence[str],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
) -> Process:
    """Run a command to its end, in that folder; what it prints goes to a file there. `Failed` for another exit code."""
    log = folder / "output.txt"
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 the commands are those of this package
            command, cwd=folder, env=clean() | dict(environment or {}), stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode not in codes:
        raise Failed(f"{' '.join(command)} ended with exit code {process.returncode}:\n{text[-2000:]}")
    return Process(
        code=process.returncode,
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_megabytes=megabytes(usage),
        output=text,
    )


def megabytes(usage: resource.struct_rusage) -> float:
    """The most memory that a process held."""
    return usage.ru_maxrss * _UNIT / 1e6


def clean() -> dict[str, str]:
    """The environment without what would change a run, or have Python compile everything anew each time."""
    dropped = ("PYTEST_", "PYTHONDONTWRITEBYTECODE", *(f"{api.upper()}_" for api in APIS))
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
