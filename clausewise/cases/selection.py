"""Which of many cases are worth a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from clausewise.cases import Case
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract
from clausewise.exchange import Tags


def most_telling(contract: Contract, cases: Iterable[Case], alike: int | None) -> Iterator[tuple[Case, Tags]]:
    """The cases with their tags, in their order; of those with the same tags the first ``alike``, or all.

    Cases with the same tags put the same clauses to the test in the same place.
    """
    seen: Counter[Tags] = Counter()
    for case in cases:
        tags = planned_tags(contract, case)
        seen[tags] += 1
        if alike is None or seen[tags] <= alike:
            yield case, tags
