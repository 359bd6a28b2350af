"""Wall time of a whole run for each API: this suite with the profiles full and quick, and Schemathesis, in turn.

Each is a process, against a fresh mock that another process serves; only the process of the tool is timed. It starts
in a folder where none ran before, as on a CI server. Beside them is measured what generating alone takes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import schemathesis_cli, suite_cli
from benchmarks.figures import in_turn, ratios, spread
from benchmarks.hunt import Hunt
from benchmarks.places import APIS
from benchmarks.processes import run

ROUNDS = 5


def measure(tell: Callable[[str], object], *, rounds: int = ROUNDS) -> dict[str, Any]:
    """The runs of each API."""
    figures = {}
    for api in APIS:
        figures[api] = _of(api, rounds)
        tell(f"{api}: {', '.join(_told(tool, one) for tool, one in figures[api].items())}")
    return {"rounds": rounds, "apis": figures}


def _of(api: str, rounds: int) -> dict[str, Any]:
    full, other, quick, generation = in_turn(
        rounds,
        partial(suite_cli.full, api),
        partial(schemathesis_cli.hunt, api),
        partial(suite_cli.quick, api),
        partial(_generation, api),
    )
    return {
        "full": _figures(full, other),
        "quick": _figures(quick, other),
        "generation": _figures(generation, other),
        "schemathesis": _figures(other, other),
    }


def _generation(api: str) -> Hunt:
    """A process that makes what is generated for the profile full, and sends nothing."""
    with TemporaryDirectory(prefix="clausewise-bench-") as folder:
        done = run([sys.executable, str(Path(__file__).with_name("generation.py")), api], Path(folder))
    return Hunt("generation", api, "unchanged", False, 0, done.seconds, done.cpu_seconds, None)


def _figures(ours: list[Hunt], others: list[Hunt]) -> dict[str, Any]:
    return {
        "requests": ours[0].requests,
        "seconds": asdict(spread(hunt.seconds for hunt in ours)),
        "requests_ratio": ours[0].requests / others[0].requests,
        "seconds_ratio": asdict(ratios([hunt.seconds for hunt in ours], [hunt.seconds for hunt in others])),
        "cpu_seconds": asdict(spread(hunt.cpu_seconds for hunt in ours)),
        "cpu_ratio": asdict(ratios([hunt.cpu_seconds for hunt in ours], [hunt.cpu_seconds for hunt in others])),
    }


def _told(tool: str, figures: dict[str, Any]) -> str:
    return f"{tool} {figures['seconds']['median']:.1f} s for {figures['requests']} requests"
