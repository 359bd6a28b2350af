"""Two ways to drive the harness: in process, with every pause written down, and by pytest as a user does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import clausewise
from clausewise import contract as contracts
from clausewise.cases import Case, baseline_case, clause_cases
from clausewise.cases.generated import boundary_cases
from clausewise.cases.robust import robust_cases
from clausewise.cause import failure
from clausewise.checks import Kind, kind_of
from clausewise.contract import Contract, Level
from clausewise.errors import Broken, TargetError, Undecided, Untested
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.terms import Terms
from clausewise.known import KnownFailure
from clausewise.mock import APIS
from clausewise.record import Header, RunRecord, Verdict
from clausewise.run import Run
from clausewise.settings import BINDING
from clausewise.target import resolve
from tests.harness.servers import Server

PROJECT = Path(__file__).parents[2]
SUITE = PROJECT / "tests" / "conformance"
BASELINE = str(SUITE / "test_baseline.py")

NEEDS_CURL = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash and curl")

Line = dict[str, Any]


@cache
def contract_of(api: str) -> Contract:
    """The contract of an API."""
    return contracts.load(api)


def moov() -> Contract:
    """Moov's contract."""
    return contract_of("moov")


@cache
def named(case_id: str) -> Case:
    """A case by its id: the clause, which begins with its API, and the name of the request that it asks to try."""
    contract = contract_of(case_id.partition(".")[0])
    return {case.id: case for _, case in clause_cases(contract)}[case_id]


def good(*, api: str = "moov", **changes: Any) -> Case:
    """The request that must succeed, with changes."""
    return baseline_case(contract_of(api), **changes)


@dataclass
class Drive:
    """A run against one server in this process. It writes down for how long it would sleep."""

    run: Run
    record: RunRecord
    slept: list[float] = field(default_factory=list)

    def test(self, case: Case, *clause_ids: str) -> str | None:
        """One test that sends a case; what it ends with, if not with success."""
        self.run.start_test(case.id, clause_ids)
        said, cause, error = None, None, False
        try:
            self.run.expect(case) if clause_ids else self.run.send(case)
        except Broken as reason:
            said = str(reason)
        except Undecided as reason:
            said, cause = str(reason), reason.cause
        except TargetError as reason:
            said, cause, error = str(reason), failure(str(reason)), True
        self.run.finish_test(cause, error=error)
        return said

    def conclude(self, *clause_ids: str) -> str | None:
        """The tests that look back at all answers; the last message, if any."""
        said = None
        for clause_id in clause_ids:
            self.run.start_test(clause_id, [clause_id])
            cause = None
            try:
                self.run.conclude(clause_id)
            except Broken as reason:
                said = str(reason)
            except Untested as reason:
                said, cause = str(reason), reason.cause
            self.run.finish_test(cause, error=False)
        return said

    def sweep(self) -> None:
        """Every named request for its clause, every boundary value, every odd request, and the look back."""
        contract = self.run.contract
        self.run.require_baseline()
        for clause, case in clause_cases(contract):
            self.test(case, clause.id)
        for case in [*boundary_cases(contract), *robust_cases(contract)]:
            self.test(case)
        self.conclude(*(clause.id for clause in contract.clauses if kind_of(clause) is Kind.ANSWER))

    def verdicts(self, clause_id: str) -> list[Verdict]:
        """All verdicts on a clause."""
        return [verdict for verdict in self.record.verdicts if verdict.clause == clause_id]

    def with_outcome(self, outcome: str) -> set[str]:
        """The clauses with any verdict of that outcome."""
        return {verdict.clause for verdict in self.record.verdicts if verdict.outcome == outcome}

    def observed(self, clause_id: str) -> dict[str, int]:
        """What was observed for a clause, and how often."""
        seen: Counter[str] = Counter()
        for verdict in self.verdicts(clause_id):
            seen.update(verdict.observed or {})
        return dict(seen)

    def unstable(self) -> dict[str, tuple[str, ...]]:
        """What broke and did not break again, by clause."""
        found = (verdict for verdict in self.record.verdicts if verdict.unstable)
        return {verdict.clause: tuple(entry.text for entry in verdict.unstable) for verdict in found}

    def lines(self, kind: str) -> list[Line]:
        """The lines of one kind of the record so far."""
        return [line for line in read_lines(self.record.path) if line["kind"] == kind]


@contextmanager
def driving(  # noqa: PLR0913  each is a thing that some test wants otherwise
    server: Server,
    directory: Path,
    *,
    base_url: str | None = None,
    environment: Mapping[str, str] | None = None,
    failing: Collection[Level] = BINDING,
    spares: bool = True,
    known: Iterable[KnownFailure] = (),
    terms: Terms | None = None,
) -> Iterator[Drive]:
    """Drive a run against a server, by the contract of its API, while the context is open."""
    contract = contract_of(server.api)
    target = resolve(contract, base_url or server.base_url, environment or server.environment)
    header = Header(1, "2026-11-21T00:00:00+00:00", "0", "3", "any", {}, "quick", 0, "should", ())
    slept: list[float] = []
    with RunRecord(directory, header) as record:
        conversation = Conversation(contract, target, record, terms, sleep=slept.append)
        accepted = {entry.clause: entry for entry in known}
        try:
            yield Drive(Run(conversation, record, failing, accepted, spares=spares), record, slept)
        finally:
            conversation.close()


@dataclass(frozen=True)
class Finished:
    """What a run of pytest left behind."""

    code: int
    output: str
    directory: Path

    @property
    def reports(self) -> Path:
        """The report directory."""
        return self.directory / "out"

    def lines(self, kind: str) -> list[Line]:
        """The lines of one kind of the run record."""
        return [line for line in read_lines(self.reports / "run.jsonl") if line["kind"] == kind]

    def verdicts(self) -> set[tuple[str | None, str, str]]:
        """Test, clause and outcome of every verdict."""
        return {(line["test"], line["clause"], line["outcome"]) for line in self.lines("verdict")}

    def with_outcome(self, outcome: str) -> set[str]:
        """The clauses with any verdict of that outcome."""
        return {clause for _, clause, found in self.verdicts() if found == outcome}

    def reasons(self, clause: str) -> set[str]:
        """Why tests of a clause came to nothing."""
        return {line["reason"] for line in self.lines("verdict") if line["clause"] == clause and line["reason"]}


def suite(
    directory: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    reports: bool = True,
    apis: Sequence[str] = ("moov",),
) -> Finished:
    """Run pytest in that directory as a user does, with these variables and no others of any API.

    Arguments come after ``--api`` for each of the APIs and ``--report-dir out``, unless ``reports`` is false.
    """
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={directory / 'cache'}"]
    command += [*(part for api in apis for part in ("--api", api)), "--report-dir", "out"] if reports else []
    done = subprocess.run(  # noqa: S603 the command is ours
        [*command, *arguments],
        cwd=directory,
        env=clean_environment() | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=180,
        check=False,
    )
    return Finished(done.returncode, done.stdout, directory)


def by_hand(script: str, environment: Mapping[str, str]) -> bytes:
    """What bash prints for curl lines, with the variables that a user would have set."""
    bash = shutil.which("bash")
    assert bash
    variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment}
    done = subprocess.run([bash], input=script.encode(), env=variables, capture_output=True, check=True)  # noqa: S603 our own
    return done.stdout


def read_lines(path: Path) -> list[Line]:
    """The lines of a run record as they stand there; Unicode's own line separators are part of a text."""
    return [json.loads(text) for text in path.read_text(encoding="utf-8").rstrip("\n").split("\n")]


def clean_environment() -> dict[str, str]:
    """The environment without what would change a run; the package is found where this process found it."""
    dropped = ("PYTEST_", "CLAUSEWISE_", *(f"{api.upper()}_" for api in APIS))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONPATH": str(Path(clausewise.__file__).parents[1])}
