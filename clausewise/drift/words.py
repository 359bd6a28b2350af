"""How drift is put into words."""

from collections.abc import Mapping

from clausewise.drift.data import AnswerChange, ApiDrift, Change, Drift, Kind, Run
from clausewise.report.words import counted, some_of, time_in_words

HEADINGS: Mapping[Kind, str] = {
    "newly broken": "Newly broken",
    "still broken": "Still broken",
    "fixed": "Fixed",
    "accepted": "Broken, and accepted as known",
    "not judged": "Could no longer be judged",
    "newly untested": "No longer tested",
    "unstable": "Newly unstable",
    "observed": "The target chooses otherwise",
}
"""The kinds of change, what matters most first, with their headings."""

_KINDS: Mapping[Kind, str] = {"observed": "observed otherwise"}

ANSWERS = "Answers look otherwise"

_MOST_CHOICES = 5


def change_in_words(change: Change) -> str:
    """What became of a clause, in one line."""
    if change.kind == "observed":
        return _choices(change)
    if change.kind == "unstable":
        return change.reason or "broke once, and not when the request was sent again"
    before = f"{change.before} before" if change.before else "not judged before"
    if change.kind == "fixed":
        return f"{before}, {change.after} now"
    parts = [before] if change.kind != "still broken" else []
    if change.expected:
        parts.append(f"expected {change.expected}, received {change.received or 'no answer'}")
    elif change.reason:
        parts.append(change.reason)
    return "; ".join(parts)


def answer_in_words(change: AnswerChange) -> str:
    """How the answers of some statuses changed, in one line."""
    what = {"header": f"the header {change.name}", "field": f"the field {change.name}", "body": "a JSON body"}
    part = what[change.part]
    statuses = ", ".join(str(status) for status in change.statuses)
    if change.appeared:
        return f"{statuses}: every answer has {part} now, and none had it before"
    return f"{statuses}: no answer has {part} now, and every one had it before"


def run_in_words(run: Run) -> str:
    """When a run was, and against which target."""
    return f"{time_in_words(run.started)} against {run.target}"


def drift_in_words(drift: Drift) -> str:
    """All that changed, counted, in one sentence."""
    parts = [
        f"{counted(number, 'clause')} {_KINDS.get(kind, kind)}"
        for kind in HEADINGS
        if (number := sum(len(api.having(kind)) for api in drift.apis))
    ]
    if answers := sum(len(api.answers) for api in drift.apis):
        parts.append(f"{counted(answers, 'part')} of answers")
    if not drift.apis:
        return "Nothing was compared."
    return f"{', '.join(parts)}." if parts else "No drift."


def is_quiet(api: ApiDrift) -> bool:
    """Whether there is nothing to tell of an API."""
    return not api.changes and not api.answers


def _choices(change: Change) -> str:
    parts = {"now seen": change.appeared, "no longer seen": change.vanished}
    return "; ".join(f"{words}: {some_of(chosen, _MOST_CHOICES)}" for words, chosen in parts.items() if chosen)
