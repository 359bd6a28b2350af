"""Shows the end of a run on a terminal."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from clausewise.record import RecordData
from clausewise.report.creations import creations
from clausewise.report.view import ClauseView, ReasonView, RunView, view
from clausewise.report.words import UNSETTLED, counted, coverage_in_words, target_in_words, unstable_in_words

_COLOURS = {
    "kept": "green",
    "broken": "red",
    "untested": "yellow",
    "excluded": "",
    "observed": "blue",
    "known": "magenta",
    "error": "red",
    "unstable": "yellow",
}
_NAMED = 6  # clauses of one reason
_SHOWN_IF_ANY = frozenset({"known", "error", "unstable"})


def render(record: RecordData, console: Console) -> None:
    """Show a table of outcomes, every broken clause with its message, and why others were not judged."""
    run = view(record)
    for notice in run.notices:
        line(console, notice, "yellow")
    console.print(_table(run))
    for api in run.apis:
        line(
            console,
            f"{api.api.api}: {target_in_words(api.api)}: {api.verdict} Decided: {coverage_in_words(api.coverage)}.",
        )
    for clause in run.broken:
        _broken(console, clause)
    for outcome, heading in UNSETTLED.items():
        for reason in run.reasons(outcome):
            line(console, f"{heading}: {reason.reason.text}: {_listed(reason)}", _COLOURS[outcome])
    for clause in run.unstable:
        line(console, f"Unstable: {clause.id}: {unstable_in_words(clause.unstable)}", _COLOURS["unstable"])
    for made in creations(run):
        line(console, f"Left behind: {made.api.api}: {made.says} The page lists them.")


def _listed(reason: ReasonView) -> str:
    """The first clauses of a reason; the page lists all of them."""
    named = ", ".join(clause.id for clause in reason.clauses[:_NAMED])
    left = len(reason.clauses) - _NAMED
    return f"{named} and {left} more" if left > 0 else named


def _table(run: RunView) -> Table:
    outcomes = [name for name in _COLOURS if name not in _SHOWN_IF_ANY or any(api.counts[name] for api in run.apis)]
    table = Table("API", box=box.SIMPLE_HEAD)
    for name in outcomes:
        table.add_column(name, justify="right")
    for api in run.apis:
        numbers = (Text(f"{api.counts[name]}", _COLOURS[name] if api.counts[name] else "dim") for name in outcomes)
        table.add_row(Text(api.api.api), *numbers)
    return table


def _broken(console: Console, clause: ClauseView) -> None:
    first, *others = clause.deciding
    heading, _, rest = clause.message(first).partition("\n")
    line(console, heading, f"bold {_COLOURS['broken']}")
    if rest:
        line(console, rest)
    if others:
        line(console, f"{counted(len(others), 'other test')} found it broken too")
    line(console, "")


def line(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is: a record may hold anything."""
    # A Text is never read as markup, and soft wrapping leaves long lines whole for copying.
    console.print(Text(text, style), soft_wrap=True)
