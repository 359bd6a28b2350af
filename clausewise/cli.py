"""The commands beside pytest."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from clausewise import __version__
from clausewise.errors import UsageError

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
def mock(apis: tuple[str, ...], port: int) -> None:
    """Serve the mocks of these APIs (of all, if none is named) until interrupted, and print how a run reaches them."""
    from clausewise.mock import APIS, serve

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as mocks:
        for at, api in enumerate(dict.fromkeys(apis) or APIS):
            running = mocks.enter_context(serve(api, port=port + at if port else 0))
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
