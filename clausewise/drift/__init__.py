"""Drift: what changed between two runs, derived from their records alone."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from clausewise.drift.compare import compare, drift_since
from clausewise.drift.data import Drift
from clausewise.drift.markdown import markdown
from clausewise.drift.text import render, text

__all__ = ["FORMATS", "Drift", "compare", "drift_since", "render", "write_drift"]


def document(drift: Drift) -> str:
    """The drift as JSON."""
    told = {"has_new_breaks": drift.has_new_breaks, "has_any": drift.has_any, **asdict(drift)}
    return json.dumps(told, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Drift], str]] = {"text": text, "markdown": markdown, "json": document}
"""What the command `compare` can write."""


def write_drift(drift: Drift, directory: Path) -> list[Path]:
    """Write `drift.md` and `drift.json` into the directory, and return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = [directory / "drift.md", directory / "drift.json"]
    for path, written in zip(paths, (markdown(drift), document(drift)), strict=True):
        path.write_text(written, encoding="utf-8", newline="\n")
    return paths
