"""Runs the suite against all variants, in as many processes as one likes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from clausewise import __version__
from clausewise.contract import load
from clausewise.proof.matrix import Proof, Trial
from clausewise.proof.suite import trials
from clausewise.variants.catalogue import variant, variants

_SHARE = 20
"""How many variants a process tries at a time: enough to be worth collecting the tests."""


@dataclass(frozen=True)
class _Share:
    """The variants of one API that one process tries, one after the other. Their names travel; they cannot."""

    api: str
    names: Sequence[str]
    tests: Path
    profile: str

    def tried(self) -> list[Trial]:
        return trials(self.api, [variant(self.api, name) for name in self.names], self.tests, self.profile)


def prove(
    apis: Sequence[str],
    *,
    only: Collection[str],
    tests: Path,
    profile: str,
    jobs: int,
    tell: Callable[[Trial], object],
) -> Proof:
    """Run the suite against all variants of these APIs, or against those named, and tell of each when it is done.

    Raises ``UsageError`` for a name that is none, and where the tests cannot be collected.
    """
    known = {one.name for api in apis for one in variants(api)}
    for name in only:
        if name not in known:
            variant(apis[0], name)  # says which name may have been meant
    started = time.monotonic()
    shares = [share for api in apis for share in _shares(api, only, tests, profile)]
    done: list[Trial] = []
    for share in _spread(shares, jobs):
        for trial in share:
            tell(trial)
        done += share
    breakable = {} if only else {api: _breakable(api) for api in apis}
    return Proof(__version__, profile, round(time.monotonic() - started, 1), breakable, tuple(done))


def _shares(api: str, only: Collection[str], tests: Path, profile: str) -> Iterator[_Share]:
    names = [one.name for one in variants(api) if not only or one.name in only]
    for start in range(0, len(names), _SHARE):
        yield _Share(api, names[start : start + _SHARE], tests, profile)


def _spread(shares: Sequence[_Share], jobs: int) -> Iterator[list[Trial]]:
    if jobs == 1:
        yield from map(_Share.tried, shares)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_Share.tried, shares)


def _breakable(api: str) -> tuple[str, ...]:
    """The clauses that bind and that a check judges."""
    return tuple(clause.id for clause in load(api).clauses if clause.level.binding and clause.check)
