"""Which exchanges a report shows of a clause: a sample of what was kept, and the smallest of what broke."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, zip_longest

from clausewise.record import Exchange, Outcome, Request, Settled, Verdict

Exchanges = Mapping[str, Exchange]

# How many exchanges a report shows for a clause: enough to see what broke, and a sample of what did not.
_MOST: Mapping[Outcome, int] = {
    "broken": 3,
    "error": 1,
    "known": 1,
    "kept": 1,
    "observed": 1,
    "untested": 1,
    "excluded": 0,
}


def deciding(settled: Settled, exchanges: Exchanges) -> tuple[Verdict, ...]:
    """The verdicts that have the clause's outcome; where it broke, the one with the smallest request is in front."""
    found = settled.deciding
    if settled.outcome in ("broken", "known"):
        return tuple(sorted(found, key=lambda verdict: _size_of_first(verdict, exchanges)))
    return found


def evidence(outcome: Outcome, verdicts: Iterable[Verdict], exchanges: Exchanges) -> tuple[Exchange, ...]:
    """A few exchanges of the deciding verdicts: the first of each, then the second of each, and so on."""
    ids = islice(_in_turn(verdicts, exchanges), _MOST[outcome])
    return tuple(exchanges[name] for name in ids)


def compared(verdict: Verdict, shown: Exchange, exchanges: Exchanges) -> Exchange | None:
    """The exchange that the shown one was compared with, if there is one."""
    other = exchanges.get(verdict.compared_with or "")
    return None if other is shown else other


def size(request: Request) -> int:
    """How much there is to read of a request."""
    return len(request.url) + sum(len(name) + len(value) for name, value in request.headers) + len(request.body or "")


def _size_of_first(verdict: Verdict, exchanges: Exchanges) -> float:
    sizes = (size(exchanges[name].request) for name in verdict.exchanges if name in exchanges)
    return next(sizes, float("inf"))


def _in_turn(verdicts: Iterable[Verdict], exchanges: Exchanges) -> Iterator[str]:
    seen = set[str]()
    for turn in zip_longest(*(verdict.exchanges for verdict in verdicts), fillvalue=""):
        for name in turn:
            if name in exchanges and name not in seen:
                seen.add(name)
                yield name
