"""The errors that end in one sentence for the person at the terminal, never in a traceback."""

from __future__ import annotations

from clausewise.cause import Cause


class ClausewiseError(Exception):
    """Base of all errors that this package raises on purpose; the text is one clear sentence."""


class UsageError(ClausewiseError):
    """An option, a variable or a file that the user gave cannot be worked with (exit code 4)."""


class ContractError(UsageError):
    """A file of a contract is broken; the text names the file and the place in it."""


class TargetError(ClausewiseError):
    """The target did not give a whole answer: unreachable, silent, or breaking off."""


class Undecided(ClausewiseError):
    """Something stays untested; ``cause`` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.text)
        self.cause = cause


class Unsendable(Undecided):
    """A case cannot be sent (an optional variable is not set, say); what it would show stays untested."""


class BudgetSpent(Unsendable):
    """A case cannot be sent because the run has sent as many requests as it may."""


class Untested(Undecided):
    """What was sent says nothing about the clause."""


class Unusable(Undecided):
    """The target cannot be tested at all; the text says why and how to fix it."""


class RecordLost(ClausewiseError):
    """The run record cannot be written any more, so whatever the run would still find could not be told."""


class HarnessFailure(ClausewiseError):
    """The harness itself failed; the text is the traceback, without values and without secrets."""


class Broken(AssertionError):
    """A clause is broken; the text is the message for the person who reads it."""
