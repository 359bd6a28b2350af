"""Persona, "Create a Connection": who may not create one (line 125), and what a repetition gets (line 127)."""

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.run import Run

VERSION = "2020-05-18"


@pytest.mark.clause("persona.key.forbidden")
def test_a_version_gives_no_permission(api: Run) -> None:
    headers = {"Persona-Version": VERSION}
    api.expect(baseline_case(api.contract, "forbidden key and a version", credentials="forbidden", headers=headers))


@pytest.mark.clause("persona.409.repetition")
def test_the_same_destination_again(api: Run) -> None:
    destination = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    api.send(_connection(api, destination))
    api.expect(_connection(api, destination, tag="repetition/again"))


def _connection(api: Run, destination: str, tag: str | None = None) -> Case:
    body = {"data": {"attributes": {"destination-organization-id": destination}}}
    return baseline_case(api.contract, "the destination again" if tag else "a destination", body=body, tag=tag)
