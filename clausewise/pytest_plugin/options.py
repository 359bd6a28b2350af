"""What the command line and the environment ask of a conformance run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from clausewise import contract as contracts
from clausewise import history, profiles
from clausewise.checks import assure
from clausewise.contract import Contract, Level, Rate
from clausewise.errors import UsageError
from clausewise.exchanges.terms import Terms
from clausewise.guard import Permission
from clausewise.known import KnownFailure, read_known
from clausewise.pytest_plugin.worker import end, task_of
from clausewise.record.write import Tell
from clausewise.selection import Selection
from clausewise.session import Session
from clausewise.settings import BINDING, MIN_TESTED, Settings
from clausewise.target import Target, checked_base_url
from clausewise.targets import Wanted, choose, environment_of

_SELECTED = pytest.StashKey[list[Contract]]()
_PROFILE = pytest.StashKey[profiles.Profile]()
_BASE_URL = pytest.StashKey[str | None]()
_TARGETS = pytest.StashKey[Mapping[str, Target | None]]()

_FAILING = {"must": (Level.MUST,), "should": BINDING}


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
    group.addoption("--sandbox", action="store_true", help="the target is a sandbox (needed beyond this machine)")
    group.addoption("--allow-production", action="store_true", help="a target that looks like production is meant")
    group.addoption("--known", type=Path, metavar="FILE", help="the known failures, which do not fail the run")
    group.addoption("--budget", type=int, metavar="N", help="send no more than N requests to each API")
    group.addoption("--rate", metavar="N/s", help="send no more than N requests a second (or N/min)")
    group.addoption("--history", metavar="DIR", help="compare the run with the latest one in this folder, and add it")
    group.addoption(
        "--history-keep", type=int, default=history.RETAIN, metavar="N", help="keep the N latest records in the history"
    )
    group.addoption("--mock", action="store_true", help="use the embedded mock, whatever the environment says")
    group.addoption(
        "--clause", action="append", default=[], metavar="ID", help="judge this clause only (or a pattern; repeatable)"
    )
    group.addoption(
        "--exclude",
        action="append",
        default=[],
        metavar="ID",
        help="leave this clause out (or a pattern; repeatable)",
    )
    group.addoption(
        "--min-tested",
        type=int,
        default=MIN_TESTED,
        metavar="PERCENT",
        help="fail a run that decides fewer of the must clauses it planned to test",
    )
    group.addoption("--ca-bundle", type=Path, metavar="FILE", help="the certificates of who vouches for the target")


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
        task = task_of(config)
        seed = task.seed if task else config.getoption("hypothesis_seed")
        if seed is not None and not str(seed).lstrip("-").isdigit():
            raise UsageError(f"--hypothesis-seed {seed} is no number, so the run could not be repeated by it")
        config.stash[_PROFILE] = profiles.profile(config.getoption("profile"), None if seed is None else int(seed))
    return config.stash[_PROFILE]


def report_directory(config: pytest.Config) -> Path:
    """Where the record and the reports land."""
    return config.invocation_params.dir / str(config.getoption("report_dir"))


def history_directory(config: pytest.Config) -> Path | None:
    """Where the records of earlier runs lie, if the run is to be held against them."""
    folder = config.getoption("history")
    return config.invocation_params.dir / folder if folder else None


def assure_history(config: pytest.Config) -> None:
    """Makes sure that the run's record can be kept; ``UsageError`` if it cannot."""
    if config.getoption("history_keep") < 1:
        raise UsageError("--history-keep leaves no record at all: give 1 or more")
    if folder := history_directory(config):
        history.prepare(folder)


def budget_of(config: pytest.Config) -> int | None:
    """How many requests each API gets, where that is bounded."""
    requests: int | None = config.getoption("budget")
    if requests is not None and requests < 1:
        raise UsageError(f"--budget {requests} allows no request at all: give 1 or more")
    return requests or profile_of(config).budget


def is_conformance_run(config: pytest.Config) -> bool:
    """Whether the command line asks for nothing but conformance tests."""
    paths = [Path(argument.partition("::")[0]) for argument in config.args]
    return bool(paths) and all("conformance" in path.parts for path in paths)


def start(config: pytest.Config, tell: Tell) -> Session:
    """The run that the options ask for, started; ``UsageError`` for what is wrong with them."""
    return Session(selected(config), settings_of(config), tell)


def settings_of(config: pytest.Config) -> Settings:
    """What the options ask for; a worker process records where it is told to. ``UsageError`` for what is wrong."""
    task = task_of(config)
    return Settings(
        targets=targets_of(config),
        report_directory=Path(task.directory) if task else report_directory(config),
        profile=profile_of(config),
        failing=_FAILING[config.getoption("fail_on")],
        known=_known(config),
        selection=selection_of(config),
        min_tested=_min_tested(config),
        is_explicit=is_explicit(config),
        terms=Terms(
            rate=rate_of(config.getoption("rate")),
            budget=budget_of(config),
            ca_bundle=config.getoption("ca_bundle") or _path(_environment(config).get("CLAUSEWISE_CA_BUNDLE")),
        ),
    )


def note_base_url(config: pytest.Config) -> None:
    """Keep the address as it was given, before pytest-base-url puts an empty text where none was.

    Raises ``UsageError`` for one that must not be printed, as pytest-base-url does.
    """
    given: str | None = config.getoption("base_url")
    base_url = config.getini("base_url") or None if given is None else given
    if base_url:
        checked_base_url(base_url)
    config.stash[_BASE_URL] = base_url


def targets_of(config: pytest.Config) -> Mapping[str, Target | None]:
    """Return the target of each selected API, ``None`` for the embedded mock; ``UsageError`` for what is wrong."""
    if _TARGETS not in config.stash:
        base_url, environment = config.stash[_BASE_URL], _environment(config)
        if base_url and len(selected(config)) != 1:
            raise UsageError("--base-url goes with exactly one --api, because each API has an address of its own")
        wanted = Wanted(
            environment,
            config.invocation_params.dir,
            base_url=base_url,
            mock=config.getoption("mock"),
            permission=Permission(
                sandbox=config.getoption("sandbox") or environment.get("CLAUSEWISE_SANDBOX") == "1",
                production=config.getoption("allow_production"),
            ),
        )
        config.stash[_TARGETS] = choose(selected(config), wanted)
    return config.stash[_TARGETS]


def selection_of(config: pytest.Config) -> Selection:
    """Return the clauses that the run judges; ``UsageError`` for a pattern that no clause meets."""
    selection = Selection(tuple(config.getoption("clause")), tuple(config.getoption("exclude")))
    selection.require_known(selected(config))
    return selection


def is_explicit(config: pytest.Config) -> bool:
    """Whether somebody picked single clauses, tests or files, so that each of them has to be decided."""
    names_test = any("::" in argument or argument.endswith(".py") for argument in config.args)
    failed_before = config.pluginmanager.get_plugin("lfplugin")
    picks_failed = config.getoption("lf", default=False) and bool(failed_before and failed_before.lastfailed)
    return bool(names_test or config.getoption("clause") or config.getoption("keyword") or picks_failed)


def _min_tested(config: pytest.Config) -> int:
    percent: int = config.getoption("min_tested")
    if not 0 <= percent <= 100:
        raise UsageError(f"--min-tested {percent} is no percentage: give a number from 0 to 100")
    return percent


def _known(config: pytest.Config) -> dict[str, dict[str, KnownFailure]]:
    file = config.getoption("known")
    return read_known(file, selected(config), contracts.available(config.getoption("contracts"))) if file else {}


def rate_of(text: str | None) -> Rate | None:
    """The rate that an option asks for: ``10/s`` or ``300/min``; ``UsageError`` for anything else."""
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d*)/(s|min)", text, re.ASCII)
    if not found:
        raise UsageError(f"--rate {text!r} is no rate: write 10/s or 300/min")
    return Rate(int(found[1]), 1 if found[2] == "s" else 60)


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


@contextmanager
def telling_usage(config: pytest.Config) -> Iterator[None]:
    """What the user can mend ends the session in one sentence."""
    try:
        yield
    except UsageError as error:
        if task_of(config):
            end(config, str(error), pytest.ExitCode.USAGE_ERROR)
        raise pytest.UsageError(str(error)) from None


def _environment(config: pytest.Config) -> dict[str, str]:
    return environment_of(config.invocation_params.dir, os.environ)
