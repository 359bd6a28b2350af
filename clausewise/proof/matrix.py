"""What the trials add up to: which defects the suite caught, and which rightful servers it left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Any

from clausewise.variants import BASELINE, DERIVED, PERMITTED, WRITTEN

MOST_BLAMED = 3
"""Clauses; a defect that reddens more of a report is hard to find in it."""


class Verdict(StrEnum):
    """What the suite made of a variant."""

    CAUGHT = "caught"  # the defect's own clauses are among those blamed
    MISPLACED = "misplaced"  # only other clauses are
    MISSED = "missed"
    ALONE = "left alone"  # a permitted difference, and nobody is blamed
    ACCUSED = "accused"


@dataclass(frozen=True)
class Trial:
    """A run of the suite against one variant of a mock.

    ``breaks`` are the clauses that the variant breaks, ``blamed`` those that the run called broken or could not judge
    (``BASELINE`` for a run that could not be made, or not to its end), and ``red`` the tests that failed.
    """

    api: str
    variant: str
    kind: str
    says: str
    breaks: tuple[str, ...]
    blamed: tuple[str, ...]
    red: tuple[str, ...]
    requests: int
    seconds: float

    @property
    def blamed_clauses(self) -> int:
        """How many clauses were blamed."""
        return len([clause for clause in self.blamed if clause != BASELINE])

    @property
    def verdict(self) -> Verdict:
        """What the suite made of the variant; of a derived defect it need not blame every clause."""
        if self.kind == PERMITTED:
            return Verdict.ACCUSED if self.blamed or self.red else Verdict.ALONE
        if not self.blamed:
            return Verdict.MISSED
        found = set(self.breaks) & set(self.blamed)
        is_caught = found if self.kind == DERIVED else found == set(self.breaks)
        return Verdict.CAUGHT if is_caught else Verdict.MISPLACED


@dataclass(frozen=True)
class Figures:
    """Trials in numbers; ``good`` are those caught or left alone, ``blamed`` clauses, ``requests`` those of a run."""

    total: int
    good: int
    blamed_median: float
    blamed_most: int
    requests_median: float
    requests_most: int


@dataclass(frozen=True)
class Proof:
    """All trials, with the clauses that a server can break and the seconds that all of it took."""

    clausewise: str
    profile: str
    seconds: float
    breakable: Mapping[str, tuple[str, ...]]
    trials: tuple[Trial, ...]

    def of(self, api: str, *kinds: str) -> list[Trial]:
        """The trials of one API with variants of these kinds."""
        return [trial for trial in self.trials if trial.api == api and trial.kind in kinds]

    def figures(self, api: str, *kinds: str) -> Figures:
        """The trials of one API and of these kinds in numbers."""
        trials = self.of(api, *kinds)
        blamed = [trial.blamed_clauses for trial in trials]
        requests = [trial.requests for trial in trials]
        return Figures(
            total=len(trials),
            good=sum(trial.verdict in (Verdict.CAUGHT, Verdict.ALONE) for trial in trials),
            blamed_median=median(blamed or [0]),
            blamed_most=max(blamed, default=0),
            requests_median=median(requests or [0]),
            requests_most=max(requests, default=0),
        )

    def breaking(self, clause: str, kind: str) -> list[Trial]:
        """The trials with defects of one kind that break a clause."""
        return [trial for trial in self.trials if clause in trial.breaks and trial.kind == kind]

    def complaints(self) -> list[str]:
        """A sentence for each thing that keeps this from being a proof."""
        return [*self._about_trials(), *self._about_clauses()]

    def _about_trials(self) -> list[str]:
        said = []
        for trial in self.trials:
            blamed, own = ", ".join(trial.blamed), ", ".join(trial.breaks)
            match trial.verdict:
                case Verdict.MISSED:
                    said.append(f"{trial.api}: the defect {trial.variant} is missed; it breaks {own}")
                case Verdict.MISPLACED:
                    said.append(f"{trial.api}: the defect {trial.variant} breaks {own}, but {blamed} are blamed")
                case Verdict.ACCUSED:
                    told = f"{blamed} are blamed" if blamed else f"{trial.red[0]} fails"
                    said.append(f"{trial.api}: the difference {trial.variant} is permitted, but {told}")
                case Verdict.CAUGHT if trial.blamed_clauses > MOST_BLAMED:
                    said.append(f"{trial.api}: {trial.blamed_clauses} clauses tell of the one defect {trial.variant}")
        return said

    def _about_clauses(self) -> list[str]:
        written = {clause for trial in self.trials if trial.kind == WRITTEN for clause in trial.breaks}
        return [
            f"{api}: no defect is written that breaks {clause}"
            for api, clauses in self.breakable.items()
            for clause in clauses
            if clause not in written
        ]


def to_json(proof: Proof) -> str:
    """The proof as a JSON document, with the verdict of each trial for those who read it elsewhere."""
    content = asdict(proof) | {"trials": [asdict(trial) | {"verdict": trial.verdict} for trial in proof.trials]}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def read(file: Path) -> Proof:
    """The proof in a file that ``to_json`` filled."""
    content = json.loads(file.read_text(encoding="utf-8"))
    return Proof(
        clausewise=content["clausewise"],
        profile=content["profile"],
        seconds=content["seconds"],
        breakable={api: tuple(clauses) for api, clauses in content["breakable"].items()},
        trials=tuple(_trial(trial) for trial in content["trials"]),
    )


def _trial(content: dict[str, Any]) -> Trial:
    lists = {name: tuple(content[name]) for name in ("breaks", "blamed", "red")}
    return Trial(**{name: value for name, value in content.items() if name != "verdict"} | lists)
