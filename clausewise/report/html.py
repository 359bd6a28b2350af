"""Writes index.html: the whole report as one page that needs no network and no script."""

import base64
import hashlib
from http.client import responses
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from clausewise.record import PRECEDENCE
from clausewise.report.body import laid_out
from clausewise.report.text import cut
from clausewise.report.view import RunView
from clausewise.report.words import LEVELS, counted, line_noun, observed_in_words


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
        cut=cut,
        laid_out=laid_out,
        line_noun=line_noun,
        observed_in_words=observed_in_words,
        status=_status,
        time=_time,
    )
    sheet = style()
    return environment.get_template("index.html.j2").render(
        run=run,
        style=sheet,
        style_digest=digest(sheet),
        homes=_homes(run),
        levels=LEVELS,
        outcomes=PRECEDENCE,
    )


def style() -> str:
    """The style sheet of the page."""
    return resources.files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")


def digest(content: str) -> str:
    """What a Content-Security-Policy calls a style sheet by: its SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _homes(run: RunView) -> dict[str, str]:
    """For each exchange the clause under which the page shows it; under all others stands a link."""
    homes: dict[str, str] = {}
    for clause in (*run.broken, *run.having("error"), *run.having("known"), *run.clauses):
        for exchange in clause.evidence:
            homes.setdefault(exchange.id, clause.id)
    return homes


def _status(status: int) -> str:
    return f"{status} {responses.get(status, '')}".rstrip()


def _time(time: str) -> str:
    return time.replace("T", " ").replace("+00:00", " UTC")
