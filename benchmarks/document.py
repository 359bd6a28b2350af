"""The page of the figures, and the figures as data."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks import goals, schemathesis_cli, suite_cli
from benchmarks.figures import per_step
from benchmarks.places import PROJECT, script

_URL = "http://127.0.0.1:8080"
_FOLDER = Path(__file__).parent

Parts = dict[str, Any]


def read(folder: Path) -> Parts:
    """What was measured before, by part; nothing, if there is no such file."""
    file = folder / "benchmarks.json"
    parts: Parts = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return parts


def write(parts: Parts, folder: Path) -> None:
    """Write ``benchmarks.json`` and ``benchmarks.md``."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(parts, indent=1, ensure_ascii=False) + "\n"
    (folder / "benchmarks.json").write_text(data, encoding="utf-8", newline="\n")
    (folder / "benchmarks.md").write_text(page(parts), encoding="utf-8", newline="\n")


def page(parts: Parts) -> str:
    """The page in Markdown."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=False,  # noqa: S701 Markdown of figures, and of names of ours
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"number": number, "range": ranged, "percent": lambda share: f"{100 * share:.0f} %"}
    return environment.get_template("benchmarks.md.j2").render(
        parts=parts,
        goals=goals.reached(parts),
        time_by_size=time_by_size,
        ours=shown(suite_cli.command("moov", "full", _URL)),
        others=shown(schemathesis_cli.command("moov", _URL, Path("report.ndjson"))),
    )


def shown(command: list[str]) -> str:
    """A command as one types it in the project's folder."""
    folders = (f"{Path(script('pytest')).parent}/", f"{PROJECT}/")  # the first may lie in the second
    for folder in folders:
        command = [word.removeprefix(folder) for word in command]
    return shlex.join(command)


def time_by_size(rows: list[dict[str, float]], size: str) -> list[str]:
    """For each row how much more the time grew than the size since the row before; nothing for the first."""
    factors = per_step([row[size] for row in rows], [row["seconds"] for row in rows])
    return ["", *map(number, factors)]


def number(value: float) -> str:
    """Three digits that tell something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ranged(spread: Mapping[str, float]) -> str:
    """A spread in words: the middle, and from where to where."""
    return f"{number(spread['median'])} ({number(spread['least'])} to {number(spread['most'])})"
