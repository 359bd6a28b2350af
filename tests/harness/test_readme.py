"""What the README says of the contracts is what the contracts are."""

import re

import pytest

from clausewise.contract import available, load
from tests.harness.driving import PROJECT

ROW = re.compile(r"\| `(\w+)` \| .*?`(\w+) (/\S+)` \| (\d+) \|")


def test_every_api_stands_there_with_its_operation_and_its_clauses() -> None:
    rows = ROW.findall((PROJECT / "README.md").read_text(encoding="utf-8"))
    contracts = [load(api) for api in available()]

    assert rows == [
        (contract.api, operation.method, operation.path, str(len(contract.clauses)))
        for contract in contracts
        for operation in contract.operations.values()
    ]


@pytest.mark.parametrize("name", available())
def test_every_variable_stands_in_the_example_of_an_environment(name: str) -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(rf"^({name.upper()}_\w+)=$", example, re.MULTILINE))

    assert named == {f"{name.upper()}_BASE_URL", *load(name).variables}
