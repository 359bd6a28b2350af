"""Writes index.html: the whole report as one page that needs no network, and a script only to filter."""

import base64
import hashlib
from collections.abc import Mapping
from http.client import responses
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from clausewise.record import PRECEDENCE, Outcome
from clausewise.report.advice import command, remedy, why_failed
from clausewise.report.body import laid_out
from clausewise.report.creations import creations
from clausewise.report.difference import Lines, against_another, in_its_place
from clausewise.report.evidence import size
from clausewise.report.text import cut
from clausewise.report.view import ClauseView, ReasonView, RunView
from clausewise.report.words import (
    LEVELS,
    counted,
    coverage_in_words,
    line_noun,
    observed_in_words,
    some_of,
    time_in_words,
)

# How many characters a body or a curl line may have to be shown whole, so that the page stays small: what broke is
# shown at length, of the rest a sample, and the more there is of either, the shorter are its parts.
_LONGEST, _FINDINGS = 20_000, 600_000 // 12  # four exchanges with three texts each
_LONGEST_SAMPLE, _SAMPLES = 2_000, 600_000 // 3
_SHORTEST = 500

_TOLD_IN_FULL: tuple[Outcome, ...] = ("broken", "error", "known")


def page(run: RunView) -> str:
    """The page that shows the run."""
    environment = Environment(
        loader=PackageLoader("clausewise.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        counted=counted,
        coverage_in_words=coverage_in_words,
        cut=cut,
        laid_out=laid_out,
        line_noun=line_noun,
        observed_in_words=observed_in_words,
        remedy=remedy,
        size=size,
        some_of=some_of,
        status=_status,
        time=time_in_words,
    )
    findings = [clause for outcome in _TOLD_IN_FULL for clause in run.having(outcome)]
    consequences = {clause.id: run.consequences(clause) for clause in findings}
    dependent = {one.id: cause for cause, ones in consequences.items() for one in ones}
    sheet, filtering = style(), script()
    return environment.get_template("index.html.j2").render(
        run=run,
        style=sheet,
        style_digest=digest(sheet),
        script=filtering,
        script_digest=digest(filtering),
        notices=(*run.notices, *why_failed(run)),
        homes=_homes(run),
        left_behind=list(creations(run)),
        commands={clause.id: command(run.header, clause) for clause in findings},
        differences={clause.id: _difference(clause) for clause in findings},
        consequences=consequences,
        dependent=dependent,
        untested=_untested(run, dependent),
        longest=_share(_LONGEST, _FINDINGS, len(findings)),
        sample=_share(_LONGEST_SAMPLE, _SAMPLES, len(run.clauses)),
        levels=LEVELS,
        outcomes=PRECEDENCE,
    )


def style() -> str:
    """The style sheet of the page."""
    return resources.files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")


def script() -> str:
    """The script of the page: it filters what stands there, and knows nothing of any run."""
    return resources.files(__package__).joinpath("templates", "page.js").read_text(encoding="utf-8")


def digest(content: str) -> str:
    """What a Content-Security-Policy calls a style sheet or a script by: its SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _homes(run: RunView) -> dict[str, str]:
    """For each exchange the clause under which the page shows it; under all others stands a link."""
    homes: dict[str, str] = {}
    for clause in (*run.broken, *run.having("error"), *run.having("known"), *run.clauses):
        for exchange in clause.exchanges:
            homes.setdefault(exchange.id, clause.id)
    return homes


def _share(longest: int, together: int, among: int) -> int:
    return max(_SHORTEST, min(longest, together // max(among, 1)))


def _difference(clause: ClauseView) -> Lines:
    """What was expected against what came, where there is more to it than two lines."""
    if not clause.evidence or not clause.deciding:
        return []
    shown = clause.evidence[0]
    found = against_another(clause.compared, shown) if clause.compared else []
    return found or in_its_place(clause.deciding[0], shown)


def _untested(run: RunView, dependent: Mapping[str, str]) -> list[ReasonView]:
    """Why clauses were not tested, but for those that stand under a broken one."""
    groups = (
        ReasonView(group.reason, tuple(clause for clause in group.clauses if clause.id not in dependent))
        for group in run.reasons("untested")
    )
    return [group for group in groups if group.clauses]


def _status(status: int) -> str:
    return f"{status} {responses.get(status, '')}".rstrip()
