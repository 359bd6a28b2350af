"""What the figures should come to, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """One goal; ``reached`` is what the figures came to."""

    says: str
    reached: str
    met: bool


def reached(parts: dict[str, Any]) -> list[Goal]:
    """The goals about the parts that were measured."""
    about: dict[str, Callable[[dict[str, Any]], Iterator[Goal]]] = {
        "defects": _defects,
        "runs": _runs,
        "overhead": _overhead,
        "growth": _growth,
        "startup": _startup,
    }
    return [goal for part, tell in about.items() if part in parts for goal in tell(parts[part]["figures"])]


def _defects(figures: dict[str, Any]) -> Iterator[Goal]:
    full, quick, other = (figures["tools"][name] for name in ("clausewise full", "clausewise quick", "schemathesis"))
    share = full["requests"] / other["requests"]
    yield Goal(
        "the profile full finds every defect of the sample",
        f"{full['found']} of {full['tried']}; Schemathesis {other['found']}",
        full["found"] == full["tried"],
    )
    yield Goal("with at most 80 % of the requests of Schemathesis", f"{100 * share:.0f} %", share <= 0.8)
    share = quick["requests"] / other["requests"]
    yield Goal(
        "the profile quick finds at least 90 % of the defects",
        f"{quick['found']} of {quick['tried']}",
        quick["found"] >= 0.9 * quick["tried"],
    )
    yield Goal("with at most a third of the requests of Schemathesis", f"{100 * share:.0f} %", share <= 1 / 3)


def _runs(figures: dict[str, Any]) -> Iterator[Goal]:
    shares = {api: one["full"]["seconds_ratio"]["median"] for api, one in figures["apis"].items()}
    generation = {api: one["generation"]["seconds_ratio"]["median"] for api, one in figures["apis"].items()}
    yield Goal(
        "a run of the profile full takes at most half of the wall time of Schemathesis",
        ", ".join(
            f"{api} {100 * share:.0f} % (generation alone {100 * generation[api]:.0f} %)"
            for api, share in shares.items()
        ),
        max(shares.values()) <= 0.5,
    )


def _overhead(figures: dict[str, Any]) -> Iterator[Goal]:
    added = figures["suite_to_httpx"]["median"] - 1
    yield Goal(
        "the suite adds to a bare httpx loop at most as much as the loop itself takes",
        f"{added:.2f} x",
        added <= 1,
    )


def _growth(figures: dict[str, Any]) -> Iterator[Goal]:
    for kind, says in (("page", "the page of {:,} exchanges is made"), ("rendered", "all reports of {:,} are made")):
        last = figures[kind][-1]
        yield Goal(
            f"{says.format(last['exchanges'])} in less than 10 s", f"{last['seconds']:.1f} s", last["seconds"] < 10
        )


def _startup(figures: dict[str, Any]) -> Iterator[Goal]:
    seconds = figures["seconds"]["clausewise --help"]["median"]
    yield Goal("`clausewise --help` answers in less than 0.3 s", f"{seconds:.2f} s", seconds < 0.3)
