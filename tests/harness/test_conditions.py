"""Conditions: faults that no part of a request shows alone, named by the tags that make them together."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clausewise.cases import baseline_case
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract
from tests.harness.builders import entry
from tests.harness.driving import named
from tests.harness.servers import Call, Mock, Reply, serving
from tests.harness.variants import driving_by, varied

SOURCE = {"section": "version", "level": "must", "source": [{"lines": 258, "has": ["latest"]}]}
CLAUSE = SOURCE | {
    "id": "moov.latest-empty",
    "says": "The latest version wants scopes.",
    "check": "status",
    "with": {"when": ["condition/latest-empty"], "expect": [422]},
    "try": [{"name": "none", "headers": {"X-Moov-Version": "latest"}, "body": {"principalAccountID": "x"}}],
}
LATEST = {"X-Moov-Version": "latest"}
EMPTY = {"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID", "allowScopes": []}


@pytest.fixture
def conditional(tmp_path: Path) -> Contract:
    """The contract with a condition of two traits, one of a fault and a pattern, and a clause about the first."""

    def more(content: Any) -> None:
        content["conditions"] = {
            "latest-empty": ["header/value:X-Moov-Version=latest", "body/empty:*"],
            "stranger-unread": ["credentials/forbidden", "body/syntax"],
        }
        content["clauses"].append(CLAUSE)

    return varied(tmp_path / "contracts", clauses=more)


def faults(contract: Contract, **changes: Any) -> tuple[str, ...]:
    return planned_tags(contract, baseline_case(contract, **changes)).faults


def test_conditions_are_read(conditional: Contract, contract: Contract) -> None:
    assert conditional.conditions == {
        "latest-empty": ("header/value:X-Moov-Version=latest", "body/empty:*"),
        "stranger-unread": ("credentials/forbidden", "body/syntax"),
    }
    assert contract.conditions == {"latest": ("header/value:X-Moov-Version=latest",)}


def test_a_condition_is_a_fault_of_requests_that_have_every_tag(conditional: Contract) -> None:
    assert faults(conditional, headers=LATEST, body=EMPTY) == ("condition/latest-empty",)
    assert faults(conditional, headers=LATEST) == ()
    assert faults(conditional, body=EMPTY) == ()
    assert faults(conditional) == ()


def test_a_condition_of_faults_stands_after_them(conditional: Contract) -> None:
    assert faults(conditional, credentials="forbidden", text="{") == (
        "credentials/forbidden",
        "body/syntax",
        "condition/stranger-unread",
    )
    assert faults(conditional, credentials="forbidden") == ("credentials/forbidden",)


def test_without_conditions_there_are_none(contract: Contract) -> None:
    assert faults(replace(contract, conditions={}), headers=LATEST, body=EMPTY) == ()


async def wants_scopes_of_the_latest(call: Call, mock: Mock) -> Reply:
    if call.header("x-moov-version") == "latest" and call.json().get("allowScopes") == []:
        return Reply(422).saying({"allowScopes": "none"})
    return await mock(call)


def test_a_clause_about_a_condition_is_kept(conditional: Contract, tmp_path: Path) -> None:
    case = baseline_case(conditional, headers=LATEST, body=EMPTY)
    with serving(wants_scopes_of_the_latest) as server, driving_by(conditional, server, tmp_path) as drive:
        assert drive.test(case, "moov.latest-empty") is None
        assert drive.test(named("moov.scopes.empty/empty list"), "moov.scopes.empty") is None
        assert drive.with_outcome("broken") == set()


def test_a_clause_about_a_condition_is_broken(conditional: Contract, tmp_path: Path) -> None:
    case = baseline_case(conditional, headers=LATEST, body=EMPTY)
    with serving() as server, driving_by(conditional, server, tmp_path) as drive:
        said = drive.test(case, "moov.latest-empty")
        assert said is not None
        assert said.startswith("moov.latest-empty is broken")
        assert drive.with_outcome("broken") == {"moov.latest-empty"}
        assert json.loads(server.calls[0].body)["allowScopes"] == []


def test_a_condition_of_which_no_clause_speaks_is_left_to_the_rest(tmp_path: Path) -> None:
    def silent(content: Any) -> None:
        content["conditions"] = {"latest-empty": ["header/value:X-Moov-Version=latest", "body/empty:*"]}
        assert entry(content, "moov.responses.listed")["with"]["when"] == ["rest"]

    contract = varied(tmp_path / "contracts", clauses=silent)
    case = baseline_case(contract, headers=LATEST, body=EMPTY)
    with serving(wants_scopes_of_the_latest) as server, driving_by(contract, server, tmp_path) as drive:
        assert drive.test(case) is None
        assert drive.with_outcome("kept") == {"moov.responses.listed"}
