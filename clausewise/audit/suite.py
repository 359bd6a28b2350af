"""Which clauses the suite's tests cite: taken from what pytest collects, not from the text of the tests."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clausewise.contract import Contract
from clausewise.errors import UsageError


@dataclass
class Citations:
    """The clauses that each collected test cites, by the test's id. As a pytest plugin it fills itself."""

    by_test: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Takes down what was collected."""
        for item in session.items:
            marks = item.iter_markers("clause")
            self.by_test[item.nodeid] = tuple(clause for mark in marks for clause in mark.args)


def collect(tests: Path, contracts: Path | None) -> Citations:
    """Has pytest collect the suite; ``UsageError`` if it cannot."""
    citations, output = Citations(), io.StringIO()
    arguments = ["--collect-only", "--quiet", str(tests)]
    if contracts is not None:
        arguments += ["--contracts", str(contracts)]
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main(arguments, plugins=[citations])
    if code != pytest.ExitCode.OK:
        raise UsageError(f"pytest cannot collect {tests} (exit code {int(code)}):\n{output.getvalue().strip()}")
    return citations


def suite_complaints(contracts: Iterable[Contract], citations: Citations) -> list[str]:
    """A sentence for each test without a clause, each clause without a test, and each clause that does not exist."""
    return [*_tests(contracts, citations), *_clauses(contracts, citations)]


def _tests(contracts: Iterable[Contract], citations: Citations) -> Iterator[str]:
    known = {clause.id for contract in contracts for clause in contract.clauses}
    for test, cited in citations.by_test.items():
        if not cited:
            yield f"{test}: the test cites no clause"
        for clause_id in cited:
            if clause_id not in known:
                yield f"{test}: the test cites {clause_id}, which is no clause"


def _clauses(contracts: Iterable[Contract], citations: Citations) -> Iterator[str]:
    cited = {clause_id for ids in citations.by_test.values() for clause_id in ids}
    for contract in contracts:
        for clause in contract.clauses:
            if clause.id not in cited and not clause.excluded:
                yield f"{contract.folder / 'clauses.yaml'}, clause {clause.id}: no test cites it"
