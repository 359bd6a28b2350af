"""Persona, "Create a Connection": whose connections they are (line 77), and what a repetition gets (line 127)."""

import pytest

from clausewise.cases import baseline_case
from clausewise.run import Run


@pytest.mark.clause("persona.create.source")
def test_all_connections_come_from_one_organization(api: Run) -> None:
    api.compare(
        "persona.create.source",
        baseline_case(api.contract, "a connection"),
        baseline_case(api.contract, "another connection"),
    )


@pytest.mark.clause("persona.409.repetition")
def test_the_same_destination_again(api: Run) -> None:
    destination = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    body = {"data": {"attributes": {"destination-organization-id": destination}}}
    api.send(baseline_case(api.contract, "a destination", body=body))
    api.expect(baseline_case(api.contract, "the same destination again", body=body, tag="repetition/again"))
