"""What the pages print stands in the OpenAPI descriptions, and meets the schemas that were derived from it."""

from collections.abc import Iterator
from typing import Any

import pytest

from clausewise.contract import available
from tests.harness.driving import contract_of

DISPUTED = {("mx", "curl")}
"""Samples that contradict the text of their page: MX prints a request without a member."""


def printed(of: str) -> Iterator[tuple[str, Any, Any]]:
    """Each example of a description: its name, its schema and its value."""
    for methods in contract_of(of).openapi["paths"].values():
        for operation in methods.values():
            holders = [operation["requestBody"], *operation["responses"].values()]
            for content in (one for holder in holders for one in holder.get("content", {}).values()):
                for name, example in content.get("examples", {}).items():
                    yield name, content["schema"], example["value"]


@pytest.mark.parametrize("of", available())
def test_every_printed_sample_meets_its_schema(of: str) -> None:
    contract = contract_of(of)
    found = [
        (name, contract.schemas.violations(contract.schemas.resolved(schema), value))
        for name, schema, value in printed(of)
    ]

    assert len(found) >= 2
    assert [name for name, violations in found if violations] == [name for api, name in DISPUTED if api == of]
