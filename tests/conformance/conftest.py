"""Which tests the contracts call for, and their order: every API from its baseline to the look back at all answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clausewise.cases import Case, baseline_case, clause_cases
from clausewise.cases.expectation import REST, VALID, clauses_about, matches
from clausewise.cases.robust import robust_cases
from clausewise.cases.selection import most_telling
from clausewise.cases.wire import planned_tags
from clausewise.checks import Kind, kind_of
from clausewise.contract import Clause, Contract, statuses
from clausewise.profiles import Profile
from clausewise.pytest_plugin import profile_of, selected, selection_of
from clausewise.selection import Selection

Row = Any  # what pytest.param returns has no public type

HERE = Path(__file__).parent
FIRST = ["test_baseline", "test_clauses"]
LAST = ["test_robustness", "test_boundaries", "test_generated", "test_answers"]
GENERATED = ["test_boundaries", "test_generated"]
LOOK_BACK = len(FIRST) + len(LAST)

COUNTER = pytest.StashKey[Iterator[int]]()
POSITION = pytest.StashKey[int]()
"""The number of a test in the order in which the tests were made."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The folder of an API that is not chosen is left out, and so is what a profile does without."""
    if collection_path.parent != HERE:
        return None
    is_strange = collection_path.is_dir() and collection_path.name not in {c.api for c in selected(config)}
    is_spared = collection_path.stem in GENERATED and not profile_of(config).generates
    return True if is_strange or is_spared else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each row that the contracts give for the test's arguments."""
    names = set(metafunc.fixturenames)
    if "api" not in names:
        return
    folder = metafunc.definition.path.parent
    chosen = [c for c in selected(metafunc.config) if folder in (HERE, HERE / c.api)]
    for argument, rows in ROWS.items():
        if argument in names:
            found = [row for contract in chosen for row in rows(contract, profile_of(metafunc.config))]
            metafunc.parametrize(f"api,{argument}", found, indirect=["api"], scope="session")
            return
    metafunc.parametrize("api", [contract.api for contract in chosen], indirect=True, scope="session")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Number the tests as they were made, so that their order can be restored."""
    number = item.config.stash.setdefault(COUNTER, count())
    item.stash[POSITION] = next(number)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """One API after the other; in each the most informative tests come first, for runs that may not send all.

    That is the baseline, then a first and a second test about each clause that the target can break, then all others,
    and last the look back at the answers of the whole run. Tests whose clauses are not selected are left out, unless
    their requests are evidence for a selected look back. When this runs, no plugin reorders anything any more.
    """
    config, items = session.config, session.items
    ours = [item for item in items if HERE in item.path.parents]
    chosen, left_out = _split(ours, selected(config), selection_of(config))
    chosen.sort(key=lambda item: (_api(item), _stage(item), item.stash[POSITION]))
    ranks = dict(zip(chosen, _ranks(chosen, selected(config)), strict=True))
    chosen.sort(key=lambda item: (_api(item), _stage(item) == LOOK_BACK, ranks[item]))
    items[:] = [item for item in items if HERE not in item.path.parents] + chosen
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def _split(
    items: Iterable[pytest.Item], contracts: Iterable[Contract], selection: Selection
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests about selected clauses with those that give them evidence, and the others."""
    with_evidence = {
        contract.api
        for contract in contracts
        if any(kind_of(clause) is Kind.ANSWER and selection.includes(clause.id) for clause in contract.clauses)
    }
    parts: tuple[list[pytest.Item], list[pytest.Item]] = ([], [])
    for item in items:
        is_about = any(selection.includes(clause) for clause in _cited(item))
        is_evidence = _stage(item) != LOOK_BACK and _api(item) in with_evidence
        parts[not (is_about or is_evidence)].append(item)
    return parts


def _cited(item: pytest.Item) -> list[str]:
    return [clause for mark in item.iter_markers("clause") for clause in mark.args]


def _ranks(items: Iterable[pytest.Item], contracts: Iterable[Contract]) -> Iterable[int]:
    """For each test 1 or 2, if it is the first or the second about a clause that the target can break, else 3.

    What is derived from a contract counts for one less than what is written down for a clause.
    """
    binding = {clause.id for contract in contracts for clause in contract.clauses if clause.level.binding}
    before: Counter[str] = Counter()
    for item in items:
        cited = set(_cited(item)) & binding
        before.update(cited)
        yield min(min((before[clause] for clause in cited), default=3) + (_stage(item) > len(FIRST)), 3)


def _api(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return str(callspec.params["api"]) if callspec else ""


def _stage(item: pytest.Item) -> int:
    name = item.path.stem
    if name in FIRST:
        return FIRST.index(name)
    return len(FIRST) + (1 + LAST.index(name) if name in LAST else 0)


def _named_cases(contract: Contract, _: Profile) -> Iterable[Row]:
    for clause, case in clause_cases(contract):
        yield _row(contract, case, case.id, clause.id)


def _robust_cases(contract: Contract, profile: Profile) -> Iterable[Row]:
    yield from _about(contract, _worth_sending(contract, profile, robust_cases(contract)))


def _boundary_cases(contract: Contract, profile: Profile) -> Iterable[Row]:
    from clausewise.cases.generated import boundary_cases  # Schemathesis is slow to import: only where needed

    cases, before = boundary_cases(contract), robust_cases(contract)
    yield from _about(contract, _worth_sending(contract, profile, cases, before))


def _worth_sending(
    contract: Contract, profile: Profile, cases: Iterable[Case], before: Iterable[Case] = ()
) -> Iterable[Case]:
    """The cases that may show what no named one shows, and none before them."""
    named = (case for _, case in clause_cases(contract))
    return most_telling(contract, cases, [*named, *before]) if profile.spares else cases


def _about(contract: Contract, cases: Iterable[Case]) -> Iterable[Row]:
    """A row for each case, about the clauses that its tags call for."""
    for case in cases:
        about = clauses_about(contract, case.operation, planned_tags(contract, case))
        yield _row(contract, case, case.id, *(clause.id for clause in about))


def _answer_clauses(contract: Contract, _: Profile) -> Iterable[Row]:
    for clause in contract.clauses:
        if kind_of(clause) is Kind.ANSWER:
            yield _row(contract, clause.id, clause.id, clause.id)


def _random_requests(contract: Contract, _: Profile) -> Iterable[Row]:
    """Positive requests are about the valid ones, negative ones about faults of the body and those left open."""
    judged = [clause for clause in contract.clauses if clause.check == "status"]
    valid = [clause.id for clause in judged if VALID in clause.when]
    faulty = [clause.id for clause in judged if REST in clause.when or _refuses_bodies(clause)]
    for operation in contract.operations:
        for mode, clauses in (("positive", valid), ("negative", faulty)):
            yield _row(contract, (operation, mode), f"{operation}-{mode}", *clauses)


def _refuses_bodies(clause: Clause) -> bool:
    return matches(["body/*"], clause.when) and min(statuses(clause.arguments["expect"])) >= 400


def _operations(contract: Contract, _: Profile) -> Iterable[Row]:
    for operation in contract.operations:
        case = baseline_case(contract, operation=operation)
        about = clauses_about(contract, operation, planned_tags(contract, case))
        yield _row(contract, operation, operation, *(clause.id for clause in about))


def _row(contract: Contract, value: object, name: str, *clauses: str) -> Row:
    marks = [pytest.mark.clause(*clauses)] if clauses else []
    return pytest.param(contract.api, value, id=f"{contract.api}-{name}".replace(" ", "-"), marks=marks)


ROWS: dict[str, Callable[[Contract, Profile], Iterable[Row]]] = {
    "named_case": _named_cases,
    "boundary_case": _boundary_cases,
    "robust_case": _robust_cases,
    "answer_clause": _answer_clauses,
    "operation": _operations,
    "random_requests": _random_requests,
}
