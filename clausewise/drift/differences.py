"""What other than the target may make two runs differ, each in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausewise.history import started
from clausewise.record import Api, Header, RecordData
from clausewise.report.words import counted, some_of, target_in_words

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, and an API in it."""

    record: RecordData
    api: Api

    @property
    def cut_short(self) -> bool:
        """Whether there may be clauses that the run did not reach."""
        return self.record.footer is None or self.record.footer.interrupted

    @property
    def target(self) -> str:
        """The target in words."""
        return target_in_words(self.api)


def differences(before: Side, after: Side) -> Iterator[str]:
    """What a reader must know before the rest: the most weighty first."""
    old, new = before.record.header, after.record.header
    if started(before.record) > started(after.record):
        yield "The run that is taken for the earlier one started later."
    if not before.api.has_target_of(after.api):
        yield f"The targets differ: {before.target} before, {after.target} now."
    yield from _contract(before.api, after.api)
    yield from _unreached(before, "earlier")
    yield from _unreached(after, "later")
    yield from _variables(before.api.variables, after.api.variables)
    if old.profile != new.profile:
        yield f"The profiles differ: {old.profile} before, {new.profile} now. So other requests were sent."
    if old.seed != new.seed:
        yield f"The seeds differ: {old.seed} before, {new.seed} now. So other random requests were sent."
    if old.budget != new.budget:
        yield f"The budgets differ: {_budget(old)} before, {_budget(new)} now."
    yield from _versions(
        {"clausewise": old.clausewise, "Python": old.python, **old.libraries},
        {"clausewise": new.clausewise, "Python": new.python, **new.libraries},
    )


def _contract(before: Api, after: Api) -> Iterator[str]:
    if before.document.sha256 != after.document.sha256:
        yield f"The document is another: that of {before.document.read} before, that of {after.document.read} now."
    if before.contract == after.contract:
        return
    old = {clause.id: clause for clause in before.clauses}
    new = {clause.id: clause for clause in after.clauses}
    found = {
        "new": new.keys() - old.keys(),
        "gone": old.keys() - new.keys(),
        "of another level": {name for name in old.keys() & new.keys() if old[name].level != new[name].level},
    }
    parts = [f"{counted(len(names), 'clause')} {what}: {_listed(names)}" for what, names in found.items() if names]
    yield f"The contract is another ({'. '.join(parts) or 'with the same clauses'})."


def _unreached(side: Side, which: str) -> Iterator[str]:
    if side.cut_short:
        yield f"The {which} run did not come to its end: a clause that it did not reach is not compared."


def _variables(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    old, new = ({name for name, state in variables.items() if state == "set"} for variables in (before, after))
    if new - old:
        yield f"Set now, and not before: {_listed(new - old)}."
    if old - new:
        yield f"Set before, and not now: {_listed(old - new)}."


def _budget(header: Header) -> str:
    return "none" if header.budget is None else counted(header.budget, "request")


def _versions(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    parts = [
        f"{name} {before.get(name, 'not there')} before, {after.get(name, 'not there')} now"
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]
    if parts:
        yield f"The versions differ: {'; '.join(parts)}."


def _listed(names: Iterable[str]) -> str:
    return some_of(sorted(names), _MOST_NAMED)
