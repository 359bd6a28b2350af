"""Measures, and writes docs/benchmarks.md: all parts, or those that are named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks import defects, document, growth, machine, microbenchmarks, overhead, runs, startup
from benchmarks.places import PROJECT

Part = Callable[[Callable[[str], object]], dict[str, Any]]

# Those that take longest come last.
PARTS: dict[str, Part] = {
    "startup": startup.measure,
    "pieces": microbenchmarks.measure,
    "overhead": overhead.measure,
    "runs": runs.measure,
    "growth": growth.measure,
    "defects": defects.measure,
}


@click.command()
@click.argument("names", metavar="[PART]...", nargs=-1, type=click.Choice(list(PARTS)))
@click.option(
    "--step",
    type=click.IntRange(1),
    default=defects.STEP,
    show_default=True,
    help="Try each so-manieth defect; 1 tries all, which takes hours.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=PROJECT / "docs",
    help="The folder for benchmarks.md and benchmarks.json; docs by default.",
)
def main(names: tuple[str, ...], step: int, output: Path) -> None:
    """Measure these parts (all, if none is named); what was measured before of the others is kept."""
    chosen = PARTS | {"defects": partial(defects.measure, step=step)}
    parts = document.read(output)
    for name in names or PARTS:
        parts[name] = {
            "measured": datetime.now(UTC).date().isoformat(),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "figures": chosen[name](partial(_tell, name)),
        }
        document.write(parts, output)
    click.echo(output / "benchmarks.md")


def _tell(part: str, what: str) -> None:
    click.echo(f"{datetime.now(UTC):%H:%M:%S} {part}: {what}", err=True)


if __name__ == "__main__":
    main()
