"""What a reader must know of a record before the rest."""

from collections.abc import Iterator

from clausewise.record.data import RecordData
from clausewise.record.settle import count, settle

_UNREACHED = "A clause that it did not reach counts as not tested."


def notices(record: RecordData) -> tuple[str, ...]:
    """That the record has no end, that the run was interrupted, that lines are missing; one sentence or two each."""
    return record.notices or tuple(_notices(record))


def _notices(record: RecordData) -> Iterator[str]:
    if record.footer is None:
        yield f"This record has no end: the run was stopped, or is still going on. {_UNREACHED}"
        return
    yield from (complaint.text for complaint in record.footer.complaints)
    if record.footer.interrupted:
        yield f"The run was interrupted. {_UNREACHED}"
    for api in record.header.apis:
        recorded = record.footer.outcomes.get(api.api, {})
        counts = count(settle(api.clauses, (verdict for verdict in record.verdicts if verdict.api == api.api)))
        if any(counts.get(outcome, number) != number for outcome, number in recorded.items()):
            yield (
                f"The verdicts on {api.api} do not add up to the counts in the record's last line: "
                "lines may be missing."
            )
