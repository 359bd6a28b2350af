"""The conformance suite in this process: collected once, and run again before one server after the other."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from _pytest.runner import runtestprotocol

from clausewise.contract import load
from clausewise.errors import UsageError
from clausewise.proof.matrix import Trial
from clausewise.pytest_plugin import SESSION, profile_of, selected
from clausewise.run import Run
from clausewise.session import Session
from clausewise.settings import Settings
from clausewise.target import resolve
from clausewise.variants import BASELINE, Variant
from clausewise.variants.catalogue import serve_variant


def trials(api: str, variants: Iterable[Variant], tests: Path, profile: str) -> list[Trial]:
    """Run the suite before each variant of the mock of an API.

    Raises ``UsageError`` where the tests cannot be collected.
    """
    with TemporaryDirectory(prefix="clausewise-proof-") as folder, redirect_stdout(io.StringIO()) as output:
        plugin = _Trials(api, variants, Path(folder))
        arguments = [str(tests), "--api", api, "--profile", profile, "--report-dir", folder]
        # Nothing is kept for other runs or told to Allure; and what is imported here already cannot be rewritten.
        arguments += ["-p", "no:cacheprovider", "-p", "no:allure_pytest", "--assert=plain"]
        exit_code = pytest.main(arguments, plugins=[plugin])
    if plugin.done is None:
        raise UsageError(f"the suite in {tests} cannot be run (exit code {exit_code}):\n{output.getvalue()}")
    return plugin.done


class _Trials:
    """A pytest plugin: in place of one run of the collected tests there is one for each variant."""

    def __init__(self, api: str, variants: Iterable[Variant], folder: Path) -> None:
        self.done: list[Trial] | None = None
        self._api, self._variants, self._folder = api, variants, folder

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Runs all tests once for each variant; then nothing is left for pytest to run."""
        items = session.items[:]
        session.items.clear()
        self.done = [self._trial(session.config, items, variant) for variant in self._variants]

    def _trial(self, config: pytest.Config, items: list[pytest.Item], variant: Variant) -> Trial:
        started = time.monotonic()
        with serve_variant(self._api, variant) as server:
            target = resolve(load(self._api), server.base_url, server.environment)
            settings = Settings({self._api: target}, self._folder, profile_of(config))
            run = config.stash[SESSION] = Session(selected(config), settings)
            red = _failing(items)
            del config.stash[SESSION]
            record = run.finish(exit_code=0, interrupted=False)
        broken = dict.fromkeys(one.clause for one in record.verdicts if one.outcome in ("broken", "error"))
        return Trial(
            api=self._api,
            variant=variant.name,
            kind=variant.kind,
            says=variant.says,
            breaks=variant.breaks,
            blamed=(*broken, BASELINE) if _is_unusable(run.runs[self._api]) else tuple(broken),
            red=tuple(red),
            requests=run.record.requests,
            seconds=round(time.monotonic() - started, 2),
        )


def _is_unusable(run: Run) -> bool:
    """Whether the run said that it could not test the target, or not any more."""
    return run.unusable is not None or not run.succeeded


def _failing(items: list[pytest.Item]) -> list[str]:
    """Runs all tests, and names those that fail."""
    red = []
    for item, following in zip(items, [*items[1:], None], strict=True):
        reports = runtestprotocol(item, log=False, nextitem=following)
        if any(report.failed for report in reports):
            red.append(item.nodeid)
    return red
