"""Persona, "Create a Connection", section Query parameters: fields (lines 105 to 106)."""

from collections.abc import Callable
from functools import cache

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.exchange import Exchange
from clausewise.run import Run

Whole = Callable[[str | None], Exchange]

ATTRIBUTES = ["status", "destination-organization-id", "source-organization-id", "created-at", "updated-at"]
FIELDS = "fields[connect/connection]"
PAIRS = [(one, ATTRIBUTES[(at + far) % 5]) for far in (1, 2) for at, one in enumerate(ATTRIBUTES)]
"""All pairs; each attribute stands before two others and behind two others."""
HALVES = [ATTRIBUTES[::2], ATTRIBUTES[1::2]]
CASINGS = ["camel", "kebab", "snake"]


@pytest.fixture(scope="session")
def whole(api: Run) -> Whole:
    """The answer to a request for all attributes, by the casing of its keys; each is asked for once."""
    return cache(lambda casing: api.judge(_asking(api, casing=casing))[0])


@pytest.mark.clause("persona.fields.one")
@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_one_attribute(api: Run, whole: Whole, attribute: str) -> None:
    api.compare("persona.fields.one", _asking(api), _asking(api, attribute), seen=whole(None))


@pytest.mark.clause("persona.fields.one")
@pytest.mark.parametrize(
    "headers", [{"Idempotency-Key": "$UNIQUE"}, {"Persona-Version": "2021-02-21"}], ids=["with-a-key", "with-a-version"]
)
def test_one_attribute_beside_another_option(api: Run, headers: dict[str, str]) -> None:
    everything = baseline_case(api.contract, "all attributes and an option", headers=headers)
    one = baseline_case(api.contract, "status and an option", headers=headers, query={FIELDS: "status"})
    api.compare("persona.fields.one", everything, one)


@pytest.mark.clause("persona.fields.several")
@pytest.mark.parametrize("attributes", [*PAIRS, tuple(reversed(ATTRIBUTES))], ids="+".join)
def test_several_attributes(api: Run, whole: Whole, attributes: tuple[str, ...]) -> None:
    api.compare("persona.fields.several", _asking(api), _asking(api, *attributes), seen=whole(None))


@pytest.mark.clause("persona.fields.in-casings")
@pytest.mark.parametrize("casing", CASINGS)
@pytest.mark.parametrize("attributes", HALVES, ids="+".join)
def test_some_attributes_in_a_casing(api: Run, whole: Whole, attributes: list[str], casing: str) -> None:
    everything, some = _asking(api, casing=casing), _asking(api, *attributes, casing=casing)
    api.compare("persona.fields.in-casings", everything, some, seen=whole(casing))


def _asking(api: Run, *attributes: str, casing: str | None = None) -> Case:
    """A request for these attributes alone; for all of them, if none is named."""
    return baseline_case(
        api.contract,
        f"{' and '.join(attributes) or 'all attributes'}{f' in {casing}' if casing else ''}",
        query={FIELDS: ",".join(attributes)} if attributes else {},
        headers={"Key-Inflection": casing},
    )
