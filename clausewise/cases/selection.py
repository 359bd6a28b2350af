"""Which of many cases are worth a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.cases import Case
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract


def most_telling(contract: Contract, cases: Iterable[Case], sent: Iterable[Case] = ()) -> Iterator[Case]:
    """The cases of which none before them, and none of those ``sent``, is wrong in the same way; in their order.

    Cases with the same faults and traits put the same clauses to the test in the same place. Where nothing is wrong
    with a case, its values count.
    """
    seen = {planned_tags(contract, case) for case in sent}
    for case in cases:
        tags = planned_tags(contract, case)
        if not tags.faults or tags not in seen:
            yield case
        seen.add(tags)
