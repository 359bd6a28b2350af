"""Persona, "Create a Connection", section Headers: Key-Inflection (lines 95 to 97)."""

from collections.abc import Callable
from functools import cache

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.exchange import Exchange
from clausewise.run import Run


@pytest.fixture(scope="session")
def plain(api: Run) -> Callable[[], Exchange]:
    """The answer to a request that names no casing; it is sent once."""
    return cache(lambda: api.judge(_inflected(api, None))[0])


@pytest.mark.clause("persona.inflection.same")
@pytest.mark.parametrize(
    "casing",
    [
        pytest.param(name, marks=pytest.mark.clause(f"persona.inflection.{name}"))
        for name in ("kebab", "camel", "snake")
    ],
)
def test_every_casing_shows_the_same_document(api: Run, plain: Callable[[], Exchange], casing: str) -> None:
    api.compare("persona.inflection.same", _inflected(api, None), _inflected(api, casing), seen=plain())


def _inflected(api: Run, casing: str | None) -> Case:
    name = f"{casing} keys" if casing else "no casing named"
    return baseline_case(api.contract, name, headers={"Key-Inflection": casing})
