"""The conformance suite in this process: collected once, and run again before one server after the other."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from _pytest.runner import runtestprotocol

from clausewise.contract import Level
from clausewise.errors import ClausewiseError
from clausewise.mock import APIS, serve_app
from clausewise.pytest_plugin import SESSION, profile_of, selected
from clausewise.session import Session
from clausewise.variants import BASELINE, Variant, changed_app


class ProofError(ClausewiseError):
    """The suite could not be run at all; the message holds what pytest said."""


@dataclass(frozen=True)
class Trial:
    """What the suite made of one variant: the clauses it blamed, how many requests it sent, and how long it took.

    ``blamed`` holds ``BASELINE`` where the known-good request failed. ``red`` are the tests that did not pass.
    """

    variant: Variant
    blamed: tuple[str, ...]
    red: tuple[str, ...]
    requests: int
    seconds: float


def trials(api: str, variants: Iterable[Variant], tests: Path, profile: str, tell: Callable[[Trial], object]) -> None:
    """Run the suite before each variant of the mock of an API, and tell what came of each.

    Raises ``ProofError`` where the tests cannot be collected.
    """
    with TemporaryDirectory(prefix="clausewise-proof-") as folder, redirect_stdout(io.StringIO()) as output:
        plugin = _Trials(api, variants, Path(folder), tell)
        arguments = [str(tests), "--api", api, "--profile", profile, "--report-dir", folder]
        # No cache is shared with other runs; and what is imported here already cannot be rewritten.
        exit_code = pytest.main([*arguments, "-p", "no:cacheprovider", "--assert=plain"], plugins=[plugin])
    if not plugin.done:
        raise ProofError(f"the suite in {tests} cannot be run (exit code {exit_code}):\n{output.getvalue()}")


class _Trials:
    """A pytest plugin: in place of one run of the collected tests there is one for each variant."""

    def __init__(self, api: str, variants: Iterable[Variant], folder: Path, tell: Callable[[Trial], object]) -> None:
        self.done = False
        self._api, self._variants, self._folder, self._tell = api, variants, folder, tell

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Runs all tests once for each variant; then nothing is left for pytest to run."""
        items = session.items[:]
        session.items.clear()
        for variant in self._variants:
            app = changed_app(variant.change, APIS[self._api].create_app())
            with serve_app(app) as base_url:
                self._tell(self._trial(session.config, items, variant, base_url))
        self.done = True

    def _trial(self, config: pytest.Config, items: list[pytest.Item], variant: Variant, base_url: str) -> Trial:
        started = time.monotonic()
        run = Session(
            selected(config),
            base_url=base_url,
            environment=APIS[self._api].environment(base_url),
            report_directory=self._folder,
            profile=profile_of(config),
            failing=(Level.MUST, Level.SHOULD),
        )
        config.stash[SESSION] = run
        red = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            reports = runtestprotocol(item, log=False, nextitem=following)
            red += [item.nodeid] if any(report.failed for report in reports) else []
        unusable = any(one.unusable for one in run.runs.values())
        record = run.finish(0, interrupted=False)
        del config.stash[SESSION]
        broken = dict.fromkeys(verdict.clause for verdict in record.verdicts if verdict.outcome == "broken")
        blamed = (*broken, BASELINE) if unusable else tuple(broken)
        return Trial(variant, blamed, tuple(red), run.record.requests, time.monotonic() - started)
