"""The parts of which the work on one exchange is made, each by itself, by pytest-benchmark.

pytest runs this file (`pytest benchmarks/pieces.py`); it is no test, and nothing in it can fail for being slow.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.growth import EXCHANGE
from benchmarks.overhead import HEADER
from clausewise.cases import Case, baseline_case, compose, curl
from clausewise.cases.expectation import clauses_about
from clausewise.cases.wire import tags
from clausewise.contract import Contract, load
from clausewise.exchange import Request
from clausewise.record import RunRecord
from clausewise.redact import Redactor
from clausewise.target import Target, planned, secrets

Benchmark = Callable[..., Any]


@pytest.fixture(scope="module")
def contract() -> Contract:
    """Moov's."""
    return load("moov")


@pytest.fixture(scope="module")
def target(contract: Contract) -> Target:
    """Where each variable stands for itself."""
    return planned(contract)


@pytest.fixture(scope="module")
def case(contract: Contract) -> Case:
    """The known-good request."""
    return baseline_case(contract)


@pytest.fixture(scope="module")
def request_sent(contract: Contract, case: Case, target: Target) -> Request:
    """The known-good request as it is sent."""
    return compose(contract, case, target)


def test_compose(benchmark: Benchmark, contract: Contract, case: Case, target: Target) -> None:
    """A case becomes a request."""
    benchmark(compose, contract, case, target)


def test_tags(benchmark: Benchmark, contract: Contract, case: Case, request_sent: Request, target: Target) -> None:
    """A request is read off the wire."""
    benchmark(tags, contract, case, request_sent, target)


def test_expectation(
    benchmark: Benchmark, contract: Contract, case: Case, request_sent: Request, target: Target
) -> None:
    """The clauses are found that a request is about."""
    benchmark(clauses_about, contract, case.operation, tags(contract, case, request_sent, target))


def test_validation(benchmark: Benchmark, contract: Contract) -> None:
    """A body is held against its schema."""
    benchmark(contract.schemas.violations, contract.schemas.named("share-scopes.schema.json"), {"allowScopes": [1]})


def test_redaction(benchmark: Benchmark, contract: Contract, target: Target) -> None:
    """Secrets are taken out of a body, one too long to be remembered."""
    assert EXCHANGE.request.body
    benchmark(Redactor(secrets(contract, target)).data, 3 * EXCHANGE.request.body)


def test_curl(benchmark: Benchmark, contract: Contract, case: Case, request_sent: Request) -> None:
    """A curl line is written."""
    benchmark(curl, contract, case, request_sent)


def test_record(benchmark: Benchmark, tmp_path: Path) -> None:
    """An exchange is written down."""
    with RunRecord(tmp_path, HEADER) as record:
        benchmark(record.exchange, EXCHANGE)
