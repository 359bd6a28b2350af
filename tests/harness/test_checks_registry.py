"""Checks are found by the names that contracts use, and a clause that sets one up wrongly is told."""

from pathlib import Path
from typing import Any

import pytest

from clausewise.checks import Kind, assure, kind_of, known_checks, make, make_pair
from clausewise.contract import Contract
from clausewise.errors import ContractError
from tests.harness.builders import clause, with_clauses


def test_every_check_has_its_kind() -> None:
    assert known_checks() == {
        "status": Kind.REQUEST,
        "credentials-accepted": Kind.REQUEST,
        "observe-status": Kind.REQUEST,
        "body-mentions": Kind.REQUEST,
        "header-present": Kind.ANSWER,
        "header-unique": Kind.ANSWER,
        "media-type": Kind.ANSWER,
        "body-schema": Kind.ANSWER,
        "unique-value": Kind.ANSWER,
        "constant-value": Kind.ANSWER,
        "known-value": Kind.ANSWER,
        "distinct-values": Kind.ANSWER,
        "consistent-hiding": Kind.ANSWER,
        "observe-success-status": Kind.ANSWER,
        "echo": Kind.ANSWER,
        "key-casing": Kind.ANSWER,
        "names-fault": Kind.ANSWER,
        "observe-body": Kind.ANSWER,
        "observe-header": Kind.ANSWER,
        "same-answer": Kind.PAIR,
        "same-document": Kind.PAIR,
        "same-value": Kind.PAIR,
        "different-value": Kind.PAIR,
        "sparse-fieldset": Kind.PAIR,
    }


def test_an_excluded_clause_has_no_check() -> None:
    assert kind_of(clause(None)) is None
    assert kind_of(clause("same-answer")) is Kind.PAIR


def test_an_unknown_check_is_told_with_the_clause_and_those_that_are_known(contract: Contract) -> None:
    with pytest.raises(ContractError) as caught:
        make(contract, clause("staus", "moov.some.clause"))

    assert "clause moov.some.clause: there is no check called 'staus'" in str(caught.value)
    assert [name for name in known_checks() if name not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("check", "arguments", "says"),
    [
        ("header-present", {"status": 400}, "header"),
        ("header-present", {"header": "x-request-id"}, "status"),
        ("media-type", {"status": 400, "expect": "text/plain", "expcet": 1}, "expcet"),
        ("observe-body", {}, "status"),
        ("status", {"when": ["valid"]}, "expect"),
        ("credentials-accepted", {"when": ["valid"], "expect": [201]}, "expect"),
        ("status", {"when": ["valid"], "expect": [201, "teapot"]}, "teapot"),
        ("observe-body", {"status": "created"}, "created"),
        ("body-mentions", {"when": ["valid"]}, "value"),
        ("echo", {"status": 200, "at": "/a"}, "sent"),
        ("key-casing", {"status": 200, "casing": "title"}, "title"),
        ("unique-value", {"status": 200, "at": "/a", "keys": "title"}, "title"),
        ("same-value", {}, "at"),
        ("same-document", {"keys": "title"}, "title"),
        ("sparse-fieldset", {"at": "/a"}, "parameter"),
    ],
)
def test_arguments_that_do_not_fit_are_told_with_file_and_clause(
    contract: Contract, check: str, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(ContractError) as caught:
        make(contract, clause(check, "moov.some.clause", **arguments))

    place = Path(contract.folder, "clauses.yaml")
    assert str(caught.value).startswith(f"{place}, clause moov.some.clause: `with` does not fit the check {check} (")
    assert f"'{says}'" in str(caught.value).lower()


def test_same_answer_takes_no_arguments(contract: Contract) -> None:
    with pytest.raises(ContractError, match="does not fit the check same-answer"):
        make_pair(contract, clause("same-answer", status=400))


def test_a_schema_that_is_not_there_is_told_with_those_that_are(contract: Contract) -> None:
    with pytest.raises(ContractError, match=r"there is no schema no\.schema\.json; .*error\.schema\.json"):
        make(contract, clause("body-schema", status=400, schema="no.schema.json"))


def test_the_first_clause_whose_check_cannot_be_made_is_told(contract: Contract) -> None:
    good, bad = clause(None, "moov.good"), clause("staus", "moov.bad")
    assure(with_clauses(contract, good, clause("same-answer")))

    with pytest.raises(ContractError, match=r"clause moov\.bad: there is no check called 'staus'"):
        assure(with_clauses(contract, good, bad))


def test_every_clause_of_the_contract_can_be_made(contract: Contract) -> None:
    assure(contract)
    for one in contract.clauses:
        match kind_of(one):
            case Kind.PAIR:
                make_pair(contract, one)
            case Kind():
                make(contract, one)
            case None:
                assert one.excluded
