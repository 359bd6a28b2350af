"""Reports, each derived from a run record alone, so that an old record can be rendered again."""

from pathlib import Path

from clausewise.record import RecordData
from clausewise.report import html, junit, markdown
from clausewise.report.terminal import render
from clausewise.report.view import view

__all__ = ["render", "write_reports"]


def write_reports(record: RecordData, directory: Path) -> list[Path]:
    """Write `index.html`, `junit.xml` and `summary.md` into the directory, and return their paths."""
    run = view(record)
    reports = {
        "index.html": html.page(run).encode(),
        "junit.xml": junit.document(run),
        "summary.md": markdown.summary(run).encode(),
    }
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in reports.items():
        (directory / name).write_bytes(content)
    return [directory / name for name in reports]
