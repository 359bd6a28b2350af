"""The shape of a target's answers: which headers and fields those of a status have, always or ever."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausewise.drift.data import AnswerChange, PartKind
from clausewise.record import Exchange, Response

Part = tuple[PartKind, str]
"""What it is, and its name."""

# A part that one answer has and another lacks may hang on their requests: a single answer shows nothing.
_LONE = 1
_DEEPEST = 20
_JSON_BODY: Part = ("body", "")


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of the answers of one status."""

    answers: int
    always: frozenset[Part]
    ever: frozenset[Part]

    def with_one_more(self, parts: frozenset[Part]) -> Shape:
        """The shape with these parts of a further answer."""
        return Shape(self.answers + 1, self.always & parts, self.ever | parts)


def shapes(exchanges: Iterable[Exchange]) -> dict[int, Shape]:
    """The shape of the answers of each status; answers of which only the start was kept say nothing."""
    found: dict[int, Shape] = {}
    for exchange in exchanges:
        response = exchange.response
        if response is not None and not response.cut:
            parts = frozenset(_parts(response))
            known = found.get(response.status, Shape(0, parts, parts))
            found[response.status] = known.with_one_more(parts)
    return found


def changed(before: Mapping[int, Shape], after: Mapping[int, Shape]) -> tuple[AnswerChange, ...]:
    """What all answers of a status have in one run, and none of the same status in the other."""
    statuses = sorted(
        status for status in before.keys() & after.keys() if min(before[status].answers, after[status].answers) > _LONE
    )
    return (
        *_appeared({status: (before[status], after[status]) for status in statuses}, appeared=True),
        *_appeared({status: (after[status], before[status]) for status in statuses}, appeared=False),
    )


def _appeared(pairs: Mapping[int, tuple[Shape, Shape]], *, appeared: bool) -> Iterator[AnswerChange]:
    """What only the second shape of each pair has, each part once; the other way round, that is what went away."""
    found: dict[Part, list[int]] = {}
    for status, (lacking, having) in pairs.items():
        parts = having.always - lacking.ever
        for part in parts:
            if not _within_another(part, parts):
                found.setdefault(part, []).append(status)
    for (kind, name), statuses in sorted(found.items()):
        yield AnswerChange(tuple(statuses), kind, name, appeared)


def _within_another(part: Part, parts: frozenset[Part]) -> bool:
    """Whether the field goes with an object or a body that is among the parts itself."""
    kind, name = part
    parent = name.rpartition("/")[0]
    around: Part = ("field", parent) if parent else _JSON_BODY
    return kind == "field" and around in parts


def _parts(response: Response) -> Iterator[Part]:
    for name, _ in response.headers:
        yield "header", name.lower()
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        return
    yield _JSON_BODY
    for path in _paths(body):
        yield "field", path


def _paths(body: Any) -> Iterator[str]:
    """The paths of all fields: names after slashes, and `*` for the items of an array."""
    left = [("", body, 0)]
    while left:
        path, value, depth = left.pop()
        if path:
            yield path
        if depth == _DEEPEST:
            continue
        if isinstance(value, dict):
            left += [(f"{path}/{name}", part, depth + 1) for name, part in value.items()]
        elif isinstance(value, list):
            left += [(f"{path}/*", part, depth + 1) for part in value]
