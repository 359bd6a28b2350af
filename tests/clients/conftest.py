"""The mocks that the clients talk to."""

from collections.abc import Iterator

import pytest

from clausewise.mock import RunningMock, serve


@pytest.fixture(scope="session")
def moov() -> Iterator[RunningMock]:
    """A mock of Moov, shared among tests that each take principals of their own."""
    with serve("moov") as mock:
        yield mock


@pytest.fixture(scope="session")
def persona() -> Iterator[RunningMock]:
    """A mock of Persona, shared among tests that each take Idempotency-Keys of their own."""
    with serve("persona") as mock:
        yield mock
