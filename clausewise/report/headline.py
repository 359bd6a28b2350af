"""What a run comes to, in one place: the badge, the page, the summary and the exit code must never disagree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from clausewise.report.view import RunView
from clausewise.report.words import counted


class State(StrEnum):
    """What a run comes to, the worst first."""

    FAILED = "failed"  # a binding clause is broken that the run was to fail on
    UNDECIDED = "undecided"  # red without a broken clause, or not finished
    PARTIAL = "partial"  # green, and there is more to know than that all is kept
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Headline:
    """The state of a run, and a few words on it."""

    state: State
    text: str
    is_severe: bool = False
    """Whether a clause is broken that the document states."""


def headline(run: RunView) -> Headline:
    """Return what the run comes to. Nothing of which there is more to know is passed."""
    if run.broken:
        return _broken(run)
    if errors := run.having("error"):
        return Headline(State.UNDECIDED, f"{counted(len(errors), 'clause')} could not be judged")
    if not any(api.tested for api in run.apis):
        return Headline(State.UNDECIDED, "nothing tested")
    kept = f"{counted(len(run.having('kept')), 'clause')} kept"
    if run.footer is None or run.footer.interrupted:
        return Headline(State.UNDECIDED, f"{kept}, not finished")
    if run.footer.exit:
        return Headline(State.UNDECIDED, f"{kept}, but the run failed")
    parts = [f"{api.api.api} not tested" for api in run.apis if not api.tested]
    if known := run.having("known"):
        parts.append(f"{len(known):,} accepted as broken")
    return Headline(State.PARTIAL, ", ".join((kept, *parts))) if parts else Headline(State.PASSED, kept)


def _broken(run: RunView) -> Headline:
    failing = run.failing
    text = f"{counted(len(run.broken), 'clause')} broken"
    if not failing:
        return Headline(State.PARTIAL, f"{text}, of a level that does not fail the run")
    return Headline(State.FAILED, text, is_severe=any(clause.clause.level == "must" for clause in failing))
