"""Persona, "Create a Connection", section Headers: Key-Inflection (lines 95 to 97)."""

from itertools import combinations

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.run import Run

# None: the header is left out
INFLECTIONS = [None, "kebab", "camel", "snake"]


@pytest.mark.clause("persona.inflection.same")
@pytest.mark.parametrize(("one", "other"), list(combinations(INFLECTIONS, 2)))
def test_two_casings_show_the_same_document(api: Run, one: str | None, other: str | None) -> None:
    api.compare("persona.inflection.same", _inflected(api, one), _inflected(api, other))


def _inflected(api: Run, casing: str | None) -> Case:
    name = f"{casing} keys" if casing else "no casing named"
    return baseline_case(api.contract, name, headers={"Key-Inflection": casing})
