"""The audit of a contract in itself: every kind of complaint, each by a copy that is broken in this one way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausewise.audit import contract_complaints
from clausewise.contract import Contract, load
from tests.harness.builders import OPERATION, edited, entry

PATH = "/accounts/{accountID}/connections"
CLAUSE = "moov.404.status"
Change = Callable[[Any], object]


def complaints(contracts: Path, name: str, change: Change) -> list[str]:
    """What is complained of when this is changed in a file."""
    with edited(contracts / "moov" / name) as content:
        change(content)
    return contract_complaints(load("moov", contracts))


def only_complaint(contracts: Path, name: str, change: Change) -> str:
    """The one complaint after a change, without the file that it must begin with."""
    (complaint,) = complaints(contracts, name, change)
    file = str(contracts / "moov" / name)
    assert complaint.startswith(file)
    assert "\n" not in complaint
    return complaint.removeprefix(file)


def operation(openapi: Any) -> Any:
    return openapi["paths"][PATH]["post"]


def test_the_contract_is_sound(contract: Contract) -> None:
    assert contract_complaints(contract) == []


def test_the_copy_that_the_other_tests_break_is_sound(contracts: Path) -> None:
    for name in ("clauses.yaml", "target.yaml", "openapi.yaml"):
        assert complaints(contracts, name, lambda content: None) == []


# Clauses


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda clause: clause.update(section="nowhere"), "there is no section 'nowhere'"),
        (lambda clause: clause.update(operation="deleteAll"), "there is no operation 'deleteAll'"),
        (lambda clause: clause["try"][0].update(credentials="root"), "there are no credentials 'root'"),
        (lambda clause: clause["with"]["inconclusive"].update({"409": "mood"}), "there is no reason 'mood'"),
        (lambda clause: clause.update(excluded="no"), "it needs either a check or the reason why it is excluded"),
        (lambda clause: clause.update(depends=[CLAUSE]), f"it depends on '{CLAUSE}', which is no other clause"),
        (lambda clause: clause.update(check="staus"), "there is no check called 'staus'"),
        (lambda clause: clause["with"].update(expects=[404]), "`with` does not fit the check status"),
        (lambda clause: clause["with"].pop("expect"), "`with` does not fit the check status"),
        (lambda clause: clause.update(level="silent"), "level silent and check status do not go together"),
        (lambda clause: clause.update(level="may"), "level may and check status do not go together"),
        (lambda clause: clause["try"].append(clause["try"][0]), "2 tries are called 'unknown account'"),
    ],
)
def test_what_is_wrong_with_a_clause_is_told_with_its_id(contracts: Path, change: Change, says: str) -> None:
    told = only_complaint(contracts, "clauses.yaml", lambda content: change(entry(content, CLAUSE)))

    assert told.startswith(f", clause {CLAUSE}: ")
    assert says in told


@pytest.mark.parametrize("level", ["must", "should"])
def test_what_only_observes_must_not_bind(contracts: Path, level: str) -> None:
    told = only_complaint(
        contracts, "clauses.yaml", lambda content: entry(content, "moov.201.body").update(level=level)
    )

    assert told.startswith(f", clause moov.201.body: level {level} and check observe-body do not go together")


def test_a_clause_without_check_or_reason(contracts: Path) -> None:
    told = only_complaint(
        contracts, "clauses.yaml", lambda content: entry(content, "moov.operation.effect").pop("excluded")
    )

    assert told == ", clause moov.operation.effect: it needs either a check or the reason why it is excluded"


def test_a_schema_that_is_not_there(contracts: Path) -> None:
    def misspelt(content: Any) -> None:
        arguments = {"check": "body-schema", "with": {"status": 404, "schema": "no.schema.json"}}
        entry(content, "moov.operation.address").update(arguments)
        entry(content, "moov.operation.address").pop("excluded")

    told = only_complaint(contracts, "clauses.yaml", misspelt)

    assert told.startswith(", clause moov.operation.address: ")
    assert "there is no schema no.schema.json" in told


@pytest.mark.parametrize(
    "name",
    ["mov.404.status", "moov", "moov.", "moov.404.Status", "moov.404.status_code", "moov..status", "moov.404 status"],
)
def test_a_malformed_id(contracts: Path, name: str) -> None:
    told = only_complaint(contracts, "clauses.yaml", lambda content: entry(content, "moov.403.status").update(id=name))

    assert told.startswith(f", clause {name}: the id is malformed")


def test_an_id_that_stands_there_twice(contracts: Path) -> None:
    def again(content: Any) -> None:
        content["clauses"].append(entry(content, CLAUSE))

    assert only_complaint(contracts, "clauses.yaml", again) == f": the id {CLAUSE} stands there 2 times"


# What nobody uses, and what is used but not there


def test_a_variable_that_nobody_uses(contracts: Path) -> None:
    told = only_complaint(
        contracts, "target.yaml", lambda content: content["variables"].update(MOOV_UNUSED={"meaning": "nothing"})
    )

    assert told == ": nobody uses the variable MOOV_UNUSED"


def test_credentials_that_nobody_tries(contracts: Path) -> None:
    told = only_complaint(
        contracts, "target.yaml", lambda content: content["credentials"].update(spare={"header": "X", "value": "y"})
    )

    assert told == ": nobody tries the credentials spare"


def test_a_reason_that_nobody_gives(contracts: Path) -> None:
    told = only_complaint(
        contracts, "clauses.yaml", lambda content: content["reasons"].update(mood={"says": "a bad day"})
    )

    assert told == ": nobody gives the reason mood"


def test_a_schema_that_nobody_uses(contracts: Path) -> None:
    file = contracts / "moov" / "schemas" / "spare.schema.json"
    file.write_text(json.dumps({"$id": "https://clausewise.invalid/moov/spare.schema.json"}), encoding="utf-8")

    assert contract_complaints(load("moov", contracts)) == [f"{file}: nobody uses this schema"]


def test_a_fixture_that_names_no_variable(contracts: Path) -> None:
    told = only_complaint(
        contracts,
        "target.yaml",
        lambda content: content["operations"][OPERATION]["fixtures"].update({"body/other": "MOOV_OTHER"}),
    )

    assert told == ": the fixture body/other names MOOV_OTHER, which is no variable"


def test_a_text_that_names_no_variable(contracts: Path) -> None:
    told = only_complaint(
        contracts,
        "target.yaml",
        lambda content: content["operations"][OPERATION]["baseline"]["headers"].update({"X-Own": "$MOOV_ACCOUNT"}),
    )

    assert told == ": $MOOV_ACCOUNT names MOOV_ACCOUNT, which is no variable"


def test_a_list_of_fixtures_of_which_one_names_no_variable(contracts: Path) -> None:
    several = ["MOOV_ACCOUNT_ID", "MOOV_OTHER"]
    told = only_complaint(
        contracts,
        "target.yaml",
        lambda content: content["operations"][OPERATION]["fixtures"].update({"header/X-Own": several}),
    )

    assert told == ": the fixture header/X-Own names MOOV_OTHER, which is no variable"


def test_a_variable_that_is_a_fixture_alone_is_used(contracts: Path) -> None:
    def more(content: Any) -> None:
        content["variables"]["MOOV_PART"] = {"meaning": "every part", "list": "together"}
        content["operations"][OPERATION]["fixtures"]["body/parts/*/id"] = "MOOV_PART"

    assert complaints(contracts, "target.yaml", more) == []


def test_the_unique_text_is_there_without_a_variable(contracts: Path) -> None:
    def more(content: Any) -> None:
        content["operations"][OPERATION]["fixtures"]["header/X-Key"] = "UNIQUE"
        content["operations"][OPERATION]["baseline"]["headers"]["X-Key"] = "$UNIQUE"

    assert complaints(contracts, "target.yaml", more) == []


def test_an_on_demand_that_names_no_variable(contracts: Path) -> None:
    told = complaints(contracts, "target.yaml", lambda content: content.update(on_demand="MOOV_OTHER"))

    assert any(text.endswith("on_demand names MOOV_OTHER, which is no variable") for text in told)


# The OpenAPI description and the schemas


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda content: content["info"].pop("title"), "at info: "),
        (lambda content: content.update(openapi="2.0"), "at openapi: "),
        (lambda content: operation(content)["responses"]["400"].pop("description"), "responses/400"),
        (lambda content: operation(content)["parameters"].pop(0), "accountID"),
    ],
)
def test_what_is_no_openapi_is_told_with_its_place(contracts: Path, change: Change, place: str) -> None:
    told = only_complaint(contracts, "openapi.yaml", change)

    assert "this is not OpenAPI 3.1 (" in told
    assert place in told


@pytest.mark.parametrize("reference", ["schemas/no.schema.json", "#/components/schemas/No"])
def test_a_reference_of_the_description_that_leads_nowhere(contracts: Path, reference: str) -> None:
    told = only_complaint(
        contracts,
        "openapi.yaml",
        lambda content: operation(content)["responses"]["422"]["content"].update(
            {"application/json": {"schema": {"$ref": reference}}}
        ),
    )

    assert reference.lstrip("#") in told
    assert told.endswith("leads nowhere")


def test_a_reference_between_schemas_that_leads_nowhere(contracts: Path) -> None:
    file = contracts / "moov" / "schemas" / "error.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**schema, "$defs": {"a": {"$ref": "no.schema.json#/x"}}}), encoding="utf-8")

    assert contract_complaints(load("moov", contracts)) == [
        f"{file}: $ref no.schema.json#/x leads to no schema of this contract"
    ]


def test_everything_is_told_at_once(contracts: Path) -> None:
    def several(content: Any) -> None:
        entry(content, CLAUSE).update(section="nowhere", level="may")
        content["reasons"]["mood"] = {"says": "a bad day"}

    assert len(complaints(contracts, "clauses.yaml", several)) == 3
