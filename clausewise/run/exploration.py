"""Sending what Hypothesis generates, without asking more of a target than a finding is worth."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from clausewise.cases import Case
from clausewise.errors import Broken, BudgetSpent, TargetError
from clausewise.run.run import Run

REQUESTS_TO_SHRINK = 60
"""How many requests may be spent on making a counterexample smaller."""


class _Enough(BaseException):
    """No failure, which Hypothesis would take for a counterexample and make smaller, too."""


class Exploration:
    """What one Hypothesis test calls for each case.

    The same request is not sent twice. A break of a clause that an earlier test has broken already is noted, but not
    worth shrinking: only new breaks raise ``Broken`` at once. When the budget for shrinking is spent, the exploration
    ends there, with the smallest request that was seen to break.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen: set[object] = set()
        self._breaking: dict[object, Broken] = {}
        self._left = REQUESTS_TO_SHRINK
        self._over: TargetError | BudgetSpent | None = None

    def through(self, test: Callable[[], None]) -> None:
        """Runs the Hypothesis test to its end, or to that of the budget; raises ``Broken`` for all that was noted.

        A ``TargetError`` and ``BudgetSpent`` end it, too: to make the request smaller at which a target gave up, or for
        which there was no room, would tell nothing.
        """
        with suppress(_Enough):
            test()
        if self._over:
            raise self._over
        self._run.raise_broken()

    def __call__(self, case: Case) -> None:
        """Sends the case; raises ``Broken`` for a new break, ``Untested`` and ``Unsendable`` as ``Run.send`` does."""
        content = (case.headers, case.body)
        if content in self._breaking:
            raise self._breaking[content]
        if content in self._seen:
            return
        if self._left == 0:
            raise _Enough
        self._seen.add(content)
        if self._breaking:
            self._left -= 1
        try:
            _, broken = self._run.judge(case)
        except (TargetError, BudgetSpent) as error:
            self._over = error
            raise _Enough from error
        if set(broken) - self._run.broken_before:
            try:
                self._run.raise_broken()
            except Broken as error:
                self._breaking[content] = error
                raise
