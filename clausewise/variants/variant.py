"""Named variants of a mock: defects, which break clauses, and differences, which a rightful server may show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from clausewise.mock.wire import HTTP_1_1, Wire
from clausewise.variants.change import Change

BASELINE = "baseline"
"""In place of a clause: the known-good request fails, at once or from some request on, and nothing more is judged."""
WRITTEN, DERIVED, PERMITTED = "written", "derived", "permitted"
"""The kinds of variants."""


@dataclass(frozen=True)
class Variant:
    """A mock with one thing changed.

    A defect that is ``WRITTEN`` by hand ``breaks`` all of these clauses, one that is ``DERIVED`` at least one of them,
    and a ``PERMITTED`` difference none. ``wire`` is how it speaks HTTP.
    """

    name: str
    says: str
    change: Change
    breaks: tuple[str, ...] = ()
    kind: str = PERMITTED
    wire: Wire = HTTP_1_1


class Variants:
    """A collection that fills itself by decorators: the name and the description are those of the function."""

    def __init__(self) -> None:
        self._all: list[Variant] = []

    def __iter__(self) -> Iterator[Variant]:
        return iter(self._all)

    def breaking(self, *clauses: str) -> Callable[[Change], Change]:
        """The decorated change is a defect that breaks these clauses."""

        def collect(change: Change) -> Change:
            return self.add(change.__name__, change.__doc__ or "", change, *clauses)

        return collect

    def permitted(self, change: Change) -> Change:
        """The decorated change is one that the document permits."""
        return self.add(change.__name__, change.__doc__ or "", change)

    def add(self, name: str, says: str, change: Change, *clauses: str, wire: Wire = HTTP_1_1) -> Change:
        """Take in a change that was made by a call; without clauses it is a permitted difference."""
        sentence = says.strip().partition("\n")[0]
        kind = WRITTEN if clauses else PERMITTED
        self._all.append(Variant(name.strip("_").replace("_", "-"), sentence, change, clauses, kind, wire))
        return change
