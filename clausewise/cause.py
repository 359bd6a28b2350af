"""Why a clause was not decided: a code for programs, the facts behind it, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clausewise.wording import phrase


class Code(StrEnum):
    """The kinds of causes. The record holds these values."""

    DEPENDS = "depends"  # another clause is broken in the same way
    NO_TEST = "no-test"  # no test of the run cites the clause
    NOT_SELECTED = "not-selected"  # --clause or --exclude leaves it out
    NOT_EXERCISED = "not-exercised"  # what was sent was not about it
    NEVER_SEEN = "never-seen"  # no answer was of the kind that it is about, although the run asked for one
    UNREACHABLE = "unreachable"  # likewise, and no request of the run asks for one
    EXCUSED = "excused"  # the answer may have a reason of its own
    NOT_SET = "not-set"  # an optional variable is not set
    SPENT = "spent"  # a variable has too few values: each was used
    BUDGET = "budget"  # the budget was spent
    FORBIDDEN = "forbidden"  # the document or HTTP forbids the request
    UNCONFIRMED = "unconfirmed"  # broken once, and not sent again
    NOT_COMPARABLE = "not-comparable"  # one answer alone, or no two successes
    UNSTABLE = "unstable"  # broken once, and kept when sent again
    PACE = "pace"  # the target answered nothing but 429
    REFUSED = "refused"  # the baseline request is refused now, too
    RENEW = "renew"  # a credential may have expired
    UNUSABLE = "unusable"  # the target cannot be tested, or not any more
    FAILURE = "failure"  # the target or the harness failed

    @property
    def is_planned(self) -> bool:
        """Whether the run had planned to decide a clause that it left undecided for this cause."""
        return self not in (
            Code.NO_TEST,
            Code.NOT_SELECTED,
            Code.UNREACHABLE,
            Code.NOT_SET,
            Code.SPENT,
            Code.BUDGET,
        )


@dataclass(frozen=True)
class Cause:
    """Why a clause was not decided.

    ``depends_on`` is the id of another clause; ``variables`` are the names of those that would settle it.
    """

    code: Code
    text: str
    depends_on: str | None = None
    variables: tuple[str, ...] = ()


def depends_on(clause: str) -> Cause:
    """Another clause is broken in the same way, and is blamed."""
    return Cause(Code.DEPENDS, phrase("depends", clause=clause), depends_on=clause)


def not_set(variable: str) -> Cause:
    """A request needs a variable that is not set."""
    return Cause(Code.NOT_SET, phrase("not-set", variable=variable), variables=(variable,))


def failure(text: str) -> Cause:
    """The target or the harness failed."""
    return Cause(Code.FAILURE, text)


def unusable(text: str) -> Cause:
    """The target cannot be tested, or not any more."""
    return Cause(Code.UNUSABLE, text)
