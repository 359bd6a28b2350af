"""What is made of measured values: spreads, ratios of pairs, curves. Nothing here measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Spread:
    """Several values of one quantity: the least, the one in the middle, and the most."""

    least: float
    median: float
    most: float


def spread(values: Iterable[float]) -> Spread:
    """The spread of these values."""
    known = list(values)
    return Spread(min(known), median(known), max(known))


def ratios(ours: Sequence[float], others: Sequence[float]) -> Spread:
    """How ours compare with the others, pair by pair, so that what slowed a pair down slowed both of it."""
    return spread(one / other for one, other in zip(ours, others, strict=True))


def in_turn(rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """What each side gives in each round; in a round they go one after the other: A B A B ..."""
    results: list[list[T]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, given in zip(sides, results, strict=True):
            given.append(side())
    return results


def found_after(firsts: Iterable[int | None], marks: Sequence[int]) -> list[int]:
    """How many defects were found after so many requests each, of those found by the request of that number."""
    known = [first for first in firsts if first is not None]
    return [sum(first <= mark for first in known) for mark in marks]


def sample(names: Iterable[str], step: int) -> list[str]:
    """Every so-manieth name in alphabetical order, from the first on."""
    return sorted(names)[::step]


def per_step(sizes: Sequence[float], values: Sequence[float]) -> list[float]:
    """How much faster than the sizes the values grow, from each to the next: 1 where they grow alike."""
    return [(values[at] / values[at - 1]) / (sizes[at] / sizes[at - 1]) for at in range(1, len(sizes))]
