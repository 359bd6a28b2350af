"""Shows drift on a terminal, or as plain text."""

from io import StringIO

from rich.console import Console

from clausewise.drift.data import ApiDrift, Drift
from clausewise.drift.words import (
    ANSWERS,
    HEADINGS,
    answer_in_words,
    change_in_words,
    drift_in_words,
    is_quiet,
    run_in_words,
)
from clausewise.report.terminal import line
from clausewise.report.text import cut, harmless

_COLOURS = {"newly broken": "bold red", "still broken": "red", "fixed": "green", "accepted": "magenta"}
_OTHERWISE = "yellow"
_LONGEST = 500


def render(drift: Drift, console: Console) -> None:
    """Show for each API what may make its runs differ, and what changed."""
    shown = harmless(drift)
    for notice in shown.notices:
        line(console, notice, _OTHERWISE)
    for api in shown.apis:
        _api(console, api)
    line(console, drift_in_words(shown), "bold")


def text(drift: Drift) -> str:
    """The same, without colours."""
    written = StringIO()
    render(drift, Console(file=written))
    return written.getvalue()


def _api(console: Console, api: ApiDrift) -> None:
    line(console, f"{api.title}: {run_in_words(api.after)}, held against {run_in_words(api.before)}", "bold")
    for sentence in api.differences:
        line(console, f"  {sentence}", _OTHERWISE)
    for kind, heading in HEADINGS.items():
        changes = api.having(kind)
        if changes:
            line(console, f"  {heading} ({len(changes)})", _COLOURS.get(kind, _OTHERWISE))
        for change in changes:
            line(console, f"    {change.clause.id} ({change.clause.level}): {change.clause.says}")
            if words := change_in_words(change):
                line(console, f"      {cut(words, _LONGEST)}")
    if api.answers:
        line(console, f"  {ANSWERS} ({len(api.answers)})", _OTHERWISE)
    for answer in api.answers:
        line(console, f"    {cut(answer_in_words(answer), _LONGEST)}")
    if is_quiet(api):
        line(console, "  No drift.")
