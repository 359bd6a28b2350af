"""The commands beside pytest."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausewise import __version__
from clausewise.errors import UsageError

if TYPE_CHECKING:
    from clausewise.proof import Trial

INTERRUPTED, USAGE_ERROR = 2, 4  # the exit codes that pytest gives, too


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
@click.version_option(__version__)
def commands() -> None:
    """Conformance to a vendor's document, clause by clause. Runs are made by pytest; see the README."""


@commands.command()
@click.argument("apis", metavar="[API]...", nargs=-1)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="The port on 127.0.0.1 for the first API, the next ones for the others; any free ones by default.",
)
@click.option("--defect", metavar="NAME", help="Serve the mock of one API with this defect or permitted difference.")
@click.option("--list-defects", is_flag=True, help="Print what --defect knows, with the clauses it breaks, and end.")
def mock(apis: tuple[str, ...], port: int, defect: str | None, list_defects: bool) -> None:
    """Serve the mocks of these APIs (of all, if none is named) until interrupted, and print how a run reaches them."""
    from clausewise.variants.catalogue import UNCHANGED, serve_variant, variant

    known = _known(apis)
    if list_defects:
        _list_defects(known)
        return
    if defect and len(apis) != 1:
        raise UsageError("--defect goes with exactly one API, because each API has defects of its own")
    chosen = variant(known[0], defect) if defect else UNCHANGED
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as mocks:
        for at, api in enumerate(known):
            running = mocks.enter_context(serve_variant(api, chosen, port=port + at if port else 0))
            for name, value in running.environment.items():
                click.echo(f"export {name}='{value}'")
            click.echo(f"# {api} is served at {running.base_url}; Ctrl-C ends it", err=True)
        stop.wait()


@commands.command()
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the vendors' documents, to hold the clauses against their lines.",
)
@click.option(
    "--tests",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("tests/conformance"),
    show_default=True,
    help="The suite that must cite every clause.",
)
@click.option(
    "--contracts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the contracts; those of this package by default.",
)
def audit(documents: Path | None, tests: Path, contracts: Path | None) -> None:
    """Find what is wrong with the contracts: in themselves, against the suite, against the documents."""
    from clausewise.audit import audit_all

    complaints = audit_all(tests, documents, contracts)
    for complaint in complaints:
        click.echo(complaint)
    if complaints:
        sys.exit(1)
    click.echo("the contracts are sound" + ("" if documents else "; no documents were held against them"))


@commands.command()
@click.argument("apis", metavar="[API]...", nargs=-1)
@click.option("--only", metavar="NAME", multiple=True, help="Try this defect or difference only (may be given again).")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="How many processes share the work.")
@click.option("--profile", default="full", show_default=True, help="How much each run of the suite sends.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/proof"),
    show_default=True,
    help="The folder for proof.json, proof.md and index.html.",
)
@click.option(
    "--tests",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("tests/conformance"),
    show_default=True,
    help="The suite to put to the test.",
)
def prove(apis: tuple[str, ...], only: tuple[str, ...], jobs: int, profile: str, output: Path, tests: Path) -> None:
    """Run the suite against every known defect and difference of the mocks of these APIs (of all, if none is named)."""
    from clausewise.proof import figures, prove, write

    proof = prove(_known(apis), only=only, tests=tests, profile=profile, jobs=jobs, tell=_tell)
    write(proof, output)
    click.echo(f"\n{figures(proof)}\n{len(proof.trials)} runs in {proof.seconds:.0f} s; see {output / 'index.html'}")
    for complaint in proof.complaints():
        click.echo(complaint, err=True)
    if proof.complaints():
        sys.exit(1)


@commands.command()
@click.argument("records", metavar="RUN.jsonl...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "formats",
    metavar="NAME",
    multiple=True,
    help="Write this report only: html, junit, markdown, sarif, har or badge (may be given again).",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/rendered"),
    show_default=True,
    help="The folder for the reports.",
)
@click.option(
    "--history",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with the records of earlier runs, to show what became of each clause over them.",
)
def report(records: tuple[Path, ...], formats: tuple[str, ...], output: Path, history: Path | None) -> None:
    """Render the reports of a run record again; several records are put together first."""
    from clausewise.history import Past, past_of
    from clausewise.record import merge, notices, read, writing_to
    from clausewise.report import harmless, write_reports

    record = merge({str(path): read(path) for path in records})
    past = past_of(record, history) if history else Past()
    for notice in harmless((*notices(record), *past.notices)):
        click.echo(notice, err=True)
    with writing_to(output, "--output"):
        written = write_reports(record, output, formats, past.records)
    for path in written:
        click.echo(path)


@commands.command()
@click.argument("before", metavar="OLD.jsonl", type=click.Path(path_type=Path))
@click.argument("after", metavar="NEW.jsonl", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "name",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file for it, if not the terminal.")
@click.option("--any-drift", is_flag=True, help="End with exit code 1 on any drift, and not on new breaks alone.")
def compare(before: Path, after: Path, name: str, output: Path | None, any_drift: bool) -> None:
    """Tell what changed between two run records; exit code 1 if a clause is newly broken."""
    from rich.console import Console

    from clausewise import drift
    from clausewise.record import read

    found = drift.compare(read(before), read(after))
    if output is not None:
        _write(drift.FORMATS[name](found), output)
    elif name == "text":
        drift.render(found, Console())
    else:
        click.echo(drift.FORMATS[name](found), nl=False)
    if found.has_new_breaks or (any_drift and found.has_any):
        sys.exit(1)


@commands.command()
@click.argument("results", metavar="[RESULTS]", type=click.Path(path_type=Path), default="reports/allure-results")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/allure"),
    show_default=True,
    help="The folder for the page, and for the history that it shows.",
)
@click.option(
    "--modules",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("node/node_modules"),
    show_default=True,
    help="Where npm has installed Allure 3.",
)
def allure(results: Path, output: Path, modules: Path) -> None:
    """Make one page of the Allure results of a run (by default those in reports), by Allure 3; see tox -e allure."""
    from clausewise.allure.page import build

    click.echo(build(results, output, modules))


def main() -> None:
    """Runs a command; what the user can mend is told in one sentence."""
    try:
        commands(standalone_mode=False)
    except (UsageError, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"error: {text}", err=True)
        sys.exit(USAGE_ERROR)
    except click.Abort:
        sys.exit(INTERRUPTED)


def _write(text: str, path: Path) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file by --output") from error


def _known(apis: tuple[str, ...]) -> list[str]:
    """The APIs named, each once; all that have a mock, if none is."""
    from clausewise.mock import APIS, mock_of

    for api in apis:
        mock_of(api)
    return list(dict.fromkeys(apis or APIS))


def _list_defects(apis: list[str]) -> None:
    from clausewise.variants.catalogue import variants

    for api in apis:
        for one in variants(api):
            click.echo(f"{api} {one.name}: {one.says}")
            click.echo(f"    breaks {', '.join(one.breaks)}" if one.breaks else "    permitted")


def _tell(trial: Trial) -> None:
    click.echo(f"{trial.api} {trial.variant}: {trial.verdict}", err=True)
