"""What the command line and the environment ask of a conformance run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dotenv import dotenv_values

from clausewise import contract as contracts
from clausewise import profiles
from clausewise.checks import assure
from clausewise.contract import Contract, Level
from clausewise.errors import UsageError
from clausewise.session import Session

_SELECTED = pytest.StashKey[list[Contract]]()
_PROFILE = pytest.StashKey[profiles.Profile]()

_FAILING = {"must": (Level.MUST,), "should": (Level.MUST, Level.SHOULD)}


def add_options(parser: pytest.Parser) -> None:
    """The options of a conformance run, beside ``--base-url`` of pytest-base-url and ``--hypothesis-seed``."""
    group = parser.getgroup("clausewise", "conformance to a document")
    group.addoption("--api", action="append", metavar="NAME", help="test this API only (may be given again)")
    group.addoption("--contracts", type=Path, metavar="DIR", help="the contracts' folder (default: the package's)")
    group.addoption("--report-dir", default="reports", metavar="DIR", help="where the record and the reports land")
    group.addoption(
        "--profile", choices=profiles.NAMES, default="full", help="how many requests are generated at random"
    )
    group.addoption(
        "--fail-on", choices=tuple(_FAILING), default="should", help="the weakest level whose breaks fail the run"
    )


def selected(config: pytest.Config) -> list[Contract]:
    """The contracts of the APIs that this session is about; ``UsageError`` for a wrong name or file."""
    if _SELECTED not in config.stash:
        folder = config.getoption("contracts")
        names = config.getoption("api") or contracts.available(folder)
        config.stash[_SELECTED] = [contracts.load(name, folder) for name in dict.fromkeys(names)]
        for contract in config.stash[_SELECTED]:
            assure(contract)
    return config.stash[_SELECTED]


def profile_of(config: pytest.Config) -> profiles.Profile:
    """The profile of this session, with its seed; ``UsageError`` for a seed that is no number."""
    if _PROFILE not in config.stash:
        seed = config.getoption("hypothesis_seed")
        if seed is not None and not str(seed).lstrip("-").isdigit():
            raise UsageError(f"--hypothesis-seed {seed} is no number, so the run could not be repeated by it")
        config.stash[_PROFILE] = profiles.profile(config.getoption("profile"), None if seed is None else int(seed))
    return config.stash[_PROFILE]


def report_directory(config: pytest.Config) -> Path:
    """Where the record and the reports land."""
    return config.invocation_params.dir / str(config.getoption("report_dir"))


def is_conformance_run(config: pytest.Config) -> bool:
    """Whether the command line asks for nothing but conformance tests."""
    paths = [Path(argument.partition("::")[0]) for argument in config.args]
    return bool(paths) and all("conformance" in path.parts for path in paths)


def start(config: pytest.Config) -> Session:
    """The run that the options ask for, started; ``UsageError`` for what is wrong with them."""
    apis = selected(config)
    base_url = config.getoption("base_url")
    if base_url and len(apis) != 1:
        raise UsageError("--base-url goes with exactly one --api, because each API has an address of its own")
    return Session(
        apis,
        base_url=base_url,
        environment=_environment(config.invocation_params.dir),
        report_directory=report_directory(config),
        profile=profile_of(config),
        failing=_FAILING[config.getoption("fail_on")],
    )


@contextmanager
def telling_usage() -> Iterator[None]:
    """What the user can mend ends the session in one sentence."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _environment(folder: Path) -> dict[str, str]:
    """The environment; what it leaves out may stand in a .env file."""
    from_file = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return {**from_file, **os.environ}
