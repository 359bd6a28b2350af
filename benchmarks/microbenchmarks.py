"""The parts of which the work on one exchange is made, as pytest-benchmark measures them in `pieces.py`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.places import script
from benchmarks.processes import run

FILE = Path(__file__).with_name("pieces.py")


def measure(tell: Callable[[str], object]) -> dict[str, Any]:
    """Microseconds of each."""
    with TemporaryDirectory(prefix="clausewise-bench-") as name:
        folder = Path(name)
        run([script("pytest"), str(FILE), "-q", "-p", "no:cacheprovider", "--benchmark-json", "pieces.json"], folder)
        found = json.loads((folder / "pieces.json").read_text(encoding="utf-8"))["benchmarks"]
    tell(f"{len(found)} pieces")
    return {
        "microseconds": {
            one["name"].removeprefix("test_"): {
                "least": one["stats"]["min"] * 1e6,
                "median": one["stats"]["median"] * 1e6,
                "most": one["stats"]["q3"] * 1e6,
            }
            for one in found
        }
    }
