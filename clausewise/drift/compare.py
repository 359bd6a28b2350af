"""Holds the record of a run against that of an earlier one."""

from collections.abc import Iterator, Mapping
from functools import cache

from clausewise.drift.data import ApiDrift, Change, Drift, Kind, Run
from clausewise.drift.differences import Side, differences
from clausewise.drift.shape import Shape, changed, shapes
from clausewise.history import Past
from clausewise.record import FAILING, Outcome, RecordData, RecordError, Settled, read, settle

_TESTED: tuple[Outcome, ...] = ("kept", "broken", "known", "observed")
_UNTESTED: tuple[Outcome, ...] = ("untested", "excluded")


def compare(before: RecordData, after: RecordData) -> Drift:
    """What changed of the APIs that are in both records."""
    old, new = ([api.api for api in record.header.apis] for record in (before, after))
    return Drift(
        apis=tuple(_api_drift(_side(before, name), _side(after, name)) for name in new if name in old),
        notices=(
            *(f"{name} is in the later record alone, so it is not compared." for name in new if name not in old),
            *(f"{name} is in the earlier record alone, so it is not compared." for name in old if name not in new),
            *_complaints(after),
        ),
    )


def drift_since(past: Past, record: RecordData) -> Drift:
    """What changed of each API since the last run that it can be held against."""
    apis: list[ApiDrift] = []
    notices = [*past.notices]
    whole = cache(read)  # one record may be the latest of several APIs
    for name in [api.api for api in record.header.apis]:
        after = _side(record, name)
        kept = past.latest(after.api)
        if kept is None:
            notices.append(f"The history has no earlier run of {name} against this target that tested anything.")
            continue
        try:
            apis.append(_api_drift(_side(whole(kept.path), name), after))
        except RecordError as error:
            notices.append(f"{name} was not compared: {error}")
    return Drift(tuple(apis), (*notices, *_complaints(record)))


def _complaints(record: RecordData) -> Iterator[str]:
    """Why the later run failed beside its broken clauses: a run without drift is not green for that."""
    for complaint in record.footer.complaints if record.footer else ():
        yield f"The later run failed: {complaint.text}"


def _api_drift(before: Side, after: Side) -> ApiDrift:
    return ApiDrift(
        api=after.api.api,
        title=after.api.title,
        before=_run(before),
        after=_run(after),
        differences=tuple(differences(before, after)),
        changes=tuple(_changes(before, after)),
        answers=changed(_shapes(before), _shapes(after)),
    )


def _side(record: RecordData, name: str) -> Side:
    return Side(record, next(api for api in record.header.apis if api.api == name))


def _run(side: Side) -> Run:
    header = side.record.header
    return Run(header.started, side.target, side.api.contract, header.profile, header.seed)


def _shapes(side: Side) -> dict[int, Shape]:
    return shapes(exchange for exchange in side.record.exchanges.values() if exchange.api == side.api.api)


def _changes(before: Side, after: Side) -> Iterator[Change]:
    earlier = {one.clause.id: one for one in _settled(before)}
    later = {one.clause.id: one for one in _settled(after)}
    failing = FAILING[after.record.header.fail_on]
    for now in later.values():
        then = earlier.get(now.clause.id)
        is_hidden = _is_hidden(then, now, earlier)
        for kind in _kinds(then, now, is_hidden=is_hidden):
            yield _change(kind, then, now, now.clause.level in failing)


def _is_hidden(then: Settled | None, now: Settled, earlier: Mapping[str, Settled]) -> bool:
    """Whether a clause that was kept shares a break with one that was broken before, so that nothing else is new."""
    if then is None or then.outcome != "kept" or now.outcome != "untested":
        return False
    causes = {reason.depends_on for reason in now.reasons if reason.depends_on}
    return any(cause in earlier and earlier[cause].outcome in ("broken", "known") for cause in causes)


def _settled(side: Side) -> Iterator[Settled]:
    """The clauses of the contract that the run reached."""
    for one in settle(side.api.clauses, (verdict for verdict in side.record.verdicts if verdict.api == side.api.api)):
        if one.verdicts or not side.cut_short:
            yield one


def _kinds(then: Settled | None, now: Settled, *, is_hidden: bool) -> Iterator[Kind]:
    """What became of a clause: of its outcome, of its steadiness, and of what the target chose."""
    kind = "newly broken" if is_hidden else _kind(then.outcome if then else None, now.outcome)
    if kind is not None:
        yield kind
    if now.unstable and not (then and then.unstable):
        yield "unstable"
    if then and _chosen(then) and _chosen(now) and _chosen(then) != _chosen(now):
        yield "observed"


def _kind(before: Outcome | None, after: Outcome) -> Kind | None:
    if after == before:
        return "still broken" if after == "broken" else None
    if after == "broken":
        return "newly broken"
    if after == "known":
        return "accepted"
    if after == "error":
        return "not judged"
    if after in _UNTESTED:
        return "newly untested" if before in _TESTED else None
    return "fixed" if before in ("broken", "known") else None


def _chosen(settled: Settled) -> set[str]:
    """What the target chose; where it broke the clause, that is told as a break."""
    return set() if settled.outcome in ("broken", "known", "error") else set(settled.observed)


def _change(kind: Kind, then: Settled | None, now: Settled, binding: bool) -> Change:
    deciding = now.deciding[0] if now.outcome in ("broken", "known") else None
    old, new = (_chosen(then), _chosen(now)) if then and kind == "observed" else (set[str](), set[str]())
    return Change(
        kind=kind,
        clause=now.clause,
        before=then.outcome if then else None,
        after=now.outcome,
        binding=binding,
        reason=now.unstable[0].text if kind == "unstable" else "; ".join(one.text for one in now.reasons) or None,
        expected=deciding.expected if deciding else None,
        received=deciding.received if deciding else None,
        appeared=tuple(sorted(new - old)),
        vanished=tuple(sorted(old - new)),
    )
