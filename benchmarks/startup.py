"""How long one waits before anything happens: for Python itself, the help, a mock that is served, the collection."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import in_turn, spread
from benchmarks.mocks import mock_process
from benchmarks.places import SUITE, script
from benchmarks.processes import run

ROUNDS = 10


def measure(tell: Callable[[str], object], *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds, by what is started; in each round one after the other."""
    sides: dict[str, Callable[[], float]] = {
        "python -c pass": lambda: _seconds([script("python"), "-c", "pass"]),
        "clausewise --help": lambda: _seconds([script("clausewise"), "--help"]),
        "clausewise mock moov": _mock,
        "pytest --collect-only tests/conformance --api moov": lambda: _seconds(
            [script("pytest"), "--collect-only", "-q", str(SUITE), "--api", "moov", "-p", "no:cacheprovider"]
        ),
        "pytest --collect-only tests/conformance": lambda: _seconds(
            [script("pytest"), "--collect-only", "-q", str(SUITE), "-p", "no:cacheprovider"]
        ),
    }
    tell(f"{len(sides)} things to start, {rounds} times each")
    measured = in_turn(rounds, *sides.values())
    return {
        "rounds": rounds,
        "seconds": {name: asdict(spread(values)) for name, values in zip(sides, measured, strict=True)},
    }


def _seconds(command: list[str]) -> float:
    with TemporaryDirectory(prefix="clausewise-bench-") as folder:
        return run(command, Path(folder)).seconds


def _mock() -> float:
    started = time.perf_counter()
    with mock_process("moov"):
        return time.perf_counter() - started
