"""Sending what Hypothesis generates, without asking more of a target than a finding is worth."""

from __future__ import annotations

from clausewise.cases import Case
from clausewise.errors import Broken
from clausewise.run.run import Run

REQUESTS_TO_SHRINK = 60
"""How many requests may be spent on making a counterexample smaller."""


class Exploration:
    """What one Hypothesis test calls for each case.

    The same request is not sent twice. A break of a clause that an earlier test has broken already is noted, but not
    worth shrinking: only new breaks raise ``Broken`` at once. After the budget for shrinking is spent nothing more is
    sent; a case that was seen to break still raises, so that Hypothesis finds its counterexample again. At its end
    the test calls ``run.raise_broken()`` for all that was noted.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._seen: set[object] = set()
        self._breaking: dict[object, Broken] = {}
        self._left = REQUESTS_TO_SHRINK

    def __call__(self, case: Case) -> None:
        """Sends the case; raises ``Broken`` for a new break, ``Untested`` and ``Unsendable`` as ``Run.send`` does."""
        content = (case.headers, case.body)
        if content in self._breaking:
            raise self._breaking[content]
        if content in self._seen or self._left == 0:
            return
        self._seen.add(content)
        if self._breaking:
            self._left -= 1
        _, broken = self._run.judge(case)
        if set(broken) - self._run.broken_before:
            try:
                self._run.raise_broken()
            except Broken as error:
                self._breaking[content] = error
                raise
