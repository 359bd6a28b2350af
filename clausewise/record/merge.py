"""Puts several records together: the shards of a run, runs against several APIs, runs on several machines."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from clausewise.record.data import Api, Creation, Exchange, Footer, Header, RecordData, Unstable, Verdict
from clausewise.record.lines import RecordError
from clausewise.record.notices import notices
from clausewise.record.repeats import across, is_judged
from clausewise.record.settle import count, settle
from clausewise.wording import phrase

Records = Mapping[str, RecordData]

_SETTINGS = ("clausewise", "python", "platform", "libraries", "profile", "seed", "fail_on", "budget")


def merge(records: Records) -> RecordData:
    """One record out of several, each with a name (its file, say), and notices that say what overlaps.

    Where several are about the same API, their verdicts stand side by side, and settling them gives each clause one
    outcome. `RecordError` if they were made by different contracts of it. A record alone is given back as it is.
    """
    if len(records) == 1:
        return next(iter(records.values()))
    parts, repeated = _distinct(records)
    by_api = _by_api(parts)
    apis = tuple(_joined(api, of) for api, of in by_api.items())
    exchanges, verdicts, creations = _together(parts.values())
    overlaps = [api for api in apis if _is_comparable(by_api[api.api]) and is_judged(api, verdicts)]
    found = tuple(verdict for api in overlaps for verdict in across(api, exchanges, verdicts))
    header = _header(parts.values(), apis)
    return RecordData(
        header=header,
        exchanges=exchanges,
        waits=tuple(wait for record in parts.values() for wait in record.waits),
        verdicts=verdicts + found,
        footer=_footer(parts.values(), header, verdicts, found),
        creations=creations,
        notices=(
            f"This is put together from {len(parts)} records: {_listed(parts)}.",
            *(f"{name} is the same record as {first}, and counts once." for name, first in repeated.items()),
            *_overlaps(by_api, {api.api for api in overlaps}),
            *_differences(parts),
            *(f"{name}: {notice}" for name, record in parts.items() for notice in notices(record)),
        ),
    )


def part(record: RecordData, api: str) -> RecordData:
    """What a record says of one API."""
    return replace(
        record,
        header=replace(record.header, apis=tuple(one for one in record.header.apis if one.api == api)),
        exchanges={name: exchange for name, exchange in record.exchanges.items() if exchange.api == api},
        waits=tuple(wait for wait in record.waits if wait.api == api),
        verdicts=tuple(verdict for verdict in record.verdicts if verdict.api == api),
        creations=tuple(creation for creation in record.creations if creation.api == api),
    )


def _distinct(records: Records) -> tuple[Records, Mapping[str, str]]:
    """The records that differ, and for the name of each further copy the name of the first."""
    parts: dict[str, RecordData] = {}
    repeated: dict[str, str] = {}
    for name, record in records.items():
        first = next((known for known, one in parts.items() if one == record), None)
        if first is None:
            parts[name] = record
        else:
            repeated[name] = first
    return parts, repeated


def _by_api(parts: Records) -> dict[str, dict[str, Api]]:
    """For each API what the records say of it."""
    found: dict[str, dict[str, Api]] = {}
    for name, record in parts.items():
        for api in record.header.apis:
            found.setdefault(api.api, {})[name] = api
    return found


def _joined(api: str, of: Mapping[str, Api]) -> Api:
    first, *others = of.values()
    if any(other.contract != first.contract for other in others):
        raise RecordError(
            f"{_listed(of)} were made by different contracts of {api}, so their verdicts are not on the same clauses: "
            "render them one by one"
        )
    return replace(
        first,
        base_url=", ".join(_targets(of)),
        embedded=all(one.embedded for one in of.values()),
        variables={
            name: "set" if any(one.variables.get(name) == "set" for one in of.values()) else "not set"
            for name in first.variables
        },
    )


def _targets(of: Mapping[str, Api]) -> tuple[str, ...]:
    """The addresses; the embedded mock is one target, whatever its port."""
    if all(one.embedded for one in of.values()):
        return (next(iter(of.values())).base_url,)
    return tuple(dict.fromkeys(one.base_url for one in of.values()))


def _together(
    parts: Iterable[RecordData],
) -> tuple[Mapping[str, Exchange], tuple[Verdict, ...], tuple[Creation, ...]]:
    """All exchanges, verdicts and creations; the exchanges of a later record get other ids where theirs are taken."""
    exchanges: dict[str, Exchange] = {}
    verdicts: list[Verdict] = []
    creations: list[Creation] = []
    for number, record in enumerate(parts, start=1):
        taken = not exchanges.keys().isdisjoint(record.exchanges)
        ids = {old: f"{old}/{number}" if taken else old for old in record.exchanges}
        exchanges |= {ids[old]: replace(exchange, id=ids[old]) for old, exchange in record.exchanges.items()}
        verdicts += [
            replace(
                verdict,
                exchanges=tuple(ids.get(old, old) for old in verdict.exchanges),
                unstable=tuple(_unstable(entry, ids) for entry in verdict.unstable),
                compared_with=_renamed(verdict.compared_with, ids),
                first=_renamed(verdict.first, ids),
                last=_renamed(verdict.last, ids),
                values=verdict.values and {value: ids.get(old, old) for value, old in verdict.values.items()},
            )
            for verdict in record.verdicts
        ]
        creations += [replace(made, exchange=ids.get(made.exchange, made.exchange)) for made in record.creations]
    return exchanges, tuple(verdicts), tuple(creations)


def _unstable(entry: Unstable, ids: Mapping[str, str]) -> Unstable:
    """The entry with the new id of its exchange, in its sentence too; a record of an earlier version names none."""
    renamed = _renamed(entry.exchange, ids)
    if renamed is None or renamed == entry.exchange:
        return entry
    facts = {"exchange": renamed, "case": entry.case or ""}
    facts |= {"expected": entry.expected or "", "received": entry.received or ""}
    return Unstable(text=phrase("unstable-entry", **facts), **facts)


def _renamed(exchange: str | None, ids: Mapping[str, str]) -> str | None:
    return None if exchange is None else ids.get(exchange, exchange)


def _header(parts: Iterable[RecordData], apis: tuple[Api, ...]) -> Header:
    headers = [record.header for record in parts]
    return replace(headers[0], started=min(header.started for header in headers), apis=apis)


def _footer(
    parts: Iterable[RecordData], header: Header, verdicts: tuple[Verdict, ...], found: tuple[Verdict, ...]
) -> Footer | None:
    """The end of all, with what was found over all of them; none if any of them has none."""
    footers = [record.footer for record in parts]
    ends = [footer for footer in footers if footer is not None]
    if len(ends) < len(footers):
        return None
    return Footer(
        finished=max(end.finished for end in ends),
        exit=max(*(end.exit for end in ends), int(any(_fails(verdict, header) for verdict in found))),
        interrupted=any(end.interrupted for end in ends),
        requests=sum(end.requests for end in ends),
        seconds=round(sum(end.seconds for end in ends), 2),
        outcomes={
            api.api: count(settle(api.clauses, (one for one in verdicts + found if one.api == api.api)))
            for api in header.apis
        },
    )


def _fails(verdict: Verdict, header: Header) -> bool:
    return verdict.outcome == "broken" and verdict.level in ("must", header.fail_on)


def _is_comparable(of: Mapping[str, Api]) -> bool:
    """Whether several records are about one target: that another one repeats a value means nothing."""
    first, *others = of.values()
    return bool(others) and all(other.has_target_of(first) for other in others)


def _overlaps(by_api: Mapping[str, Mapping[str, Api]], compared: Collection[str]) -> Iterator[str]:
    for api, of in by_api.items():
        if len(of) == 1:
            continue
        yield f"{api} is in {_listed(of)}: the verdicts of all of them settle each clause. " + (
            "That no value comes twice was judged over all of them; what must stay the same, within each alone."
            if api in compared
            else "What must hold across a whole run, such as that no id comes twice, was judged within each alone."
        )
        if len(targets := _targets(of)) > 1:
            yield f"{api} was run against {len(targets)} targets: {_listed(targets)}."


def _differences(parts: Records) -> Iterator[str]:
    first, *others = (record.header for record in parts.values())
    differing = [name for name in _SETTINGS if any(getattr(other, name) != getattr(first, name) for other in others)]
    if differing:
        yield f"The records differ in {_listed(differing)}; what is shown is that of {next(iter(parts))}."


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
