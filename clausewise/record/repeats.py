"""What no single record can show: that a value which must be new in every answer comes twice over several."""

from collections.abc import Iterable, Iterator, Mapping

from clausewise.record.data import Api, Clause, Exchange, Verdict

Exchanges = Mapping[str, Exchange]

_CONCLUDED = ("broken", "known")


def is_judged(api: Api, verdicts: Iterable[Verdict]) -> bool:
    """Whether the verdicts tell which values the answers of that API showed, where no two may show the same."""
    return any(verdict.values for verdict in verdicts if verdict.api == api.api)


def across(api: Api, exchanges: Exchanges, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """The verdicts that follow when the values of all records are held against each other; of no test.

    What broke within one record is concluded already.
    """
    on: dict[str, list[Verdict]] = {clause.id: [] for clause in api.clauses}
    for verdict in verdicts:
        if verdict.api == api.api:
            on[verdict.clause].append(verdict)
    for clause in api.clauses:
        if not any(verdict.outcome in _CONCLUDED for verdict in on[clause.id]):
            yield from _over_all(api, clause, exchanges, on[clause.id])


def _over_all(api: Api, clause: Clause, exchanges: Exchanges, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    first: dict[str, str] = {}
    kept = False
    for verdict in verdicts:
        kept |= verdict.outcome == "kept"
        for value, exchange in (verdict.values or {}).items():
            earlier = first.setdefault(value, exchange)
            if _differ(exchanges, earlier, exchange):
                yield _repeated(api, clause, value, earlier, exchange)
                return
    if len(first) > 1 and not kept:
        yield Verdict(api.api, clause.id, clause.level, "kept", None, judged=len(first))


def _differ(exchanges: Exchanges, one: str, other: str) -> bool:
    """Whether these are two exchanges, and not one that stands in two records."""
    first, second = exchanges.get(one), exchanges.get(other)
    if one == other or first is None or second is None:
        return False
    return (first.time, first.request, first.response) != (second.time, second.request, second.response)


def _repeated(api: Api, clause: Clause, value: str, earlier: str, exchange: str) -> Verdict:
    return Verdict(
        api=api.api,
        clause=clause.id,
        level=clause.level,
        outcome="broken",
        test=None,
        judged=2,
        broken=1,
        expected="a value that no other answer has",
        received=f"{value}, as in {earlier}",
        exchanges=(exchange, earlier),
    )
