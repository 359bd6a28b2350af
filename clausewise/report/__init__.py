"""Reports, each derived from a run record alone, so that an old record can be rendered again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausewise.errors import UsageError
from clausewise.record import RecordData
from clausewise.report import badge, har, html, junit, markdown, sarif
from clausewise.report.terminal import render
from clausewise.report.text import harmless
from clausewise.report.view import RunView, view

__all__ = ["FORMATS", "Format", "harmless", "render", "write_reports"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of report: the name of its file, and what makes it, whole or in pieces."""

    file: str
    make: Callable[[RunView], Iterable[bytes]]


FORMATS: Mapping[str, Format] = {
    "html": Format("index.html", lambda run: [html.page(run).encode()]),
    "junit": Format("junit.xml", lambda run: [junit.document(run)]),
    "markdown": Format("summary.md", lambda run: [markdown.summary(run).encode()]),
    "sarif": Format("sarif.json", lambda run: [sarif.log(run)]),
    "har": Format("exchanges.har", har.archive),
    "badge": Format("badge.json", lambda run: [badge.endpoint(run)]),
}
"""All kinds of reports, by the names that the command `report` knows."""


def write_reports(
    record: RecordData, directory: Path, formats: Iterable[str] = (), earlier: Sequence[RecordData] = ()
) -> list[Path]:
    """Write the reports of these formats (of all, if none is named) into the directory, and return their paths.

    Where earlier records are given, the oldest first, the page shows what became of each clause over them.
    """
    chosen = [_format(name) for name in dict.fromkeys(formats)] or list(FORMATS.values())
    run = view(record, earlier)
    directory.mkdir(parents=True, exist_ok=True)
    for one in chosen:
        pieces = one.make(run)
        with (directory / one.file).open("wb") as file:
            file.writelines(pieces)
    return [directory / one.file for one in chosen]


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UsageError(f"there is no report called {name!r}; the reports are: {', '.join(FORMATS)}")
    return FORMATS[name]
