"""The proof for people: a page in Markdown, one in HTML, and the table of figures that both begin with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from clausewise.proof.matrix import Figures, Proof, Trial, Verdict, to_json
from clausewise.report import html
from clausewise.report.words import counted
from clausewise.variants import DERIVED, PERMITTED, WRITTEN

_HEADINGS = {
    WRITTEN: "Defects written by hand",
    DERIVED: "Defects derived from the contract",
    PERMITTED: "Permitted differences",
}


@dataclass(frozen=True)
class Mark:
    """Where a clause and a defect meet in the matrix."""

    row: int
    column: int
    clause: str
    trial: Trial

    @property
    def kind(self) -> str:
        """How the mark looks: ``own``, ``beside`` or ``missed``."""
        if self.clause not in self.trial.blamed:
            return "missed"
        return "own" if self.clause in self.trial.breaks else "beside"

    @property
    def says(self) -> str:
        """The mark in words."""
        return "was blamed" if self.clause in self.trial.blamed else "was not blamed"


class _Api:
    """What the pages show of one API."""

    def __init__(self, proof: Proof, api: str) -> None:
        self.api = api
        self.written = proof.figures(api, WRITTEN)
        self.derived = proof.figures(api, DERIVED)
        self.defects = proof.figures(api, WRITTEN, DERIVED)
        self.permitted = proof.figures(api, PERMITTED)
        self.clauses = [(clause, proof.breaking(clause, WRITTEN)) for clause in proof.breakable.get(api, ())]
        self.columns = sorted(proof.of(api, WRITTEN, DERIVED), key=self._first_row)
        self.blamed = Counter(clause for trial in proof.of(api, DERIVED) for clause in trial.blamed)

    @property
    def is_good(self) -> bool:
        """Whether every defect was caught and nobody accused."""
        figures: tuple[Figures, ...] = (self.defects, self.permitted)
        return all(one.good == one.total for one in figures)

    @property
    def marks(self) -> Iterator[Mark]:
        """The matrix: only where there is something to see. A defect that was caught need not break all its clauses."""
        for row, (clause, _) in enumerate(self.clauses):
            for column, trial in enumerate(self.columns):
                is_due = clause in trial.breaks and trial.verdict is not Verdict.CAUGHT
                if is_due or clause in trial.blamed:
                    yield Mark(row, column, clause, trial)

    def _first_row(self, trial: Trial) -> int:
        return min((row for row, (clause, _) in enumerate(self.clauses) if clause in trial.blamed), default=-1)


def write(proof: Proof, directory: Path) -> None:
    """Write ``proof.json``, ``proof.md`` and ``index.html`` into the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in (("proof.json", to_json(proof)), ("proof.md", markdown(proof)), ("index.html", page(proof))):
        (directory / name).write_text(content, encoding="utf-8")


def figures(proof: Proof) -> str:
    """The table of figures, in Markdown, as the README quotes it."""
    return _rendered("figures.md.j2", proof)


def markdown(proof: Proof) -> str:
    """The page in Markdown."""
    return _rendered("proof.md.j2", proof, figures=figures(proof))


def page(proof: Proof) -> str:
    """The page in HTML, which needs no network and no script."""
    own = resources.files(__package__).joinpath("templates", "proof.css").read_text(encoding="utf-8")
    style = html.style() + own
    return _rendered("proof.html.j2", proof, style=style, style_digest=html.digest(style))


def _rendered(template: str, proof: Proof, **further: str) -> str:
    environment = Environment(
        loader=PackageLoader("clausewise.proof"),
        autoescape=template.endswith("html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"counted": counted, "number": lambda number: f"{number:g}"}
    return environment.get_template(template).render(
        proof=proof,
        apis=[_Api(proof, api) for api in dict.fromkeys(trial.api for trial in proof.trials)],
        complaints=proof.complaints(),
        headings=_HEADINGS,
        **further,
    )
