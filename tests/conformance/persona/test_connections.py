"""Persona, "Create a Connection": whose connections they are (line 77), and what a repetition gets (line 127)."""

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.errors import Untested
from clausewise.run import Run


@pytest.mark.clause("persona.create.source")
def test_all_connections_come_from_one_organization(api: Run) -> None:
    one, other = (api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID") for _ in range(2))
    if one == other:
        raise Untested("PERSONA_DESTINATION_ORGANIZATION_ID names too few destinations to tell the source from them")
    api.compare("persona.create.source", _connection(api, one), _connection(api, other))


@pytest.mark.clause("persona.409.repetition")
def test_the_same_destination_again(api: Run) -> None:
    destination = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    api.send(_connection(api, destination))
    api.expect(_connection(api, destination, tag="repetition/again"))


def _connection(api: Run, destination: str, tag: str | None = None) -> Case:
    body = {"data": {"attributes": {"destination-organization-id": destination}}}
    return baseline_case(api.contract, "the destination again" if tag else "a destination", body=body, tag=tag)
