"""The contract of Moov, a target for it, a copy of the contract that a test may break, mocks, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clausewise.contract import Contract, load
from clausewise.mock import serve
from clausewise.target import Target, resolve
from tests.harness import builders
from tests.harness.mock_caller import Caller, calling

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.harness.browser import Reader


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract of Moov as it is."""
    return load("moov")


@pytest.fixture(scope="session")
def target(contract: Contract) -> Target:
    """A target of Moov below a path prefix, with every variable set and three principals."""
    return resolve(contract, builders.URL, builders.ENVIRONMENT)


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A folder with a copy of Moov's contract."""
    builders.copied_contract(tmp_path / "contracts")
    return tmp_path / "contracts"


@pytest.fixture(scope="session")
def wire(contract: Contract, target: Target) -> builders.Wire:
    """A good request to the target, to be changed."""
    return builders.Wire(contract, target)


@pytest.fixture(scope="module")
def moov() -> Iterator[Caller]:
    """One mock of Moov, shared among the tests that leave no connection behind."""
    with serve("moov") as mock, calling(mock) as http:
        yield Caller(mock, http)


@pytest.fixture
def fresh() -> Iterator[Caller]:
    """A mock of Moov that knows no connection yet."""
    with serve("moov") as mock, calling(mock) as http:
        yield Caller(mock, http)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file. It has an event loop, which others need not meet: with the file it ends."""
    from tests.harness.browser import launched

    with launched() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Somebody who opens pages in the browser."""
    from tests.harness.browser import Reader

    reader = Reader(browser, tmp_path)
    yield reader
    reader.close()
