"""Boundary cases are the same everywhere, and what is generated is put on the ground of the contract's fixtures."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from clausewise.cases import Case, baseline_case, clause_cases
from clausewise.cases.generated import boundary_cases, random_cases
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract, load
from tests.harness.builders import OPERATION
from tests.harness.variants import with_parts

FEW = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
LISTED = """
from clausewise.cases.generated import boundary_cases
from clausewise.contract import load
for case in boundary_cases(load("moov")):
    print([case.id, case.headers, case.body])
"""


@pytest.fixture(scope="module")
def boundary(contract: Contract) -> list[Case]:
    return boundary_cases(contract)


def content(case: Case) -> tuple[object, ...]:
    """What tells two requests apart."""
    return case.credentials, tuple(case.path.items()), case.headers, tuple(case.query.items()), case.body, case.prefer


def documented(contract: Contract) -> Draft202012Validator:
    """A validator of the documented request body, made from the schema files without the harness."""
    folder = contract.folder / "schemas"
    schema: dict[str, Any] = json.loads((folder / "share-scopes.schema.json").read_text(encoding="utf-8"))
    scope = json.loads((folder / "application-scope.schema.json").read_text(encoding="utf-8"))
    schema["properties"]["allowScopes"]["items"] = scope
    return Draft202012Validator(schema)


def test_boundary_cases_are_the_same_in_every_process(boundary: list[Case]) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "42"}
    other = subprocess.run([sys.executable, "-c", LISTED], env=environment, capture_output=True, text=True, check=True)  # noqa: S603  this Python

    assert other.stdout.splitlines() == [str([case.id, case.headers, case.body]) for case in boundary]


def test_boundary_cases_are_the_same_again(contract: Contract, boundary: list[Case]) -> None:
    assert list(map(vars, boundary_cases(contract))) == list(map(vars, boundary))


def test_there_are_boundary_cases_of_every_constraint(boundary: list[Case]) -> None:
    ids = " ".join(case.id for case in boundary)

    for constraint in (
        "principalAccountID-type",
        "allowScopes-type",
        "items-type",
        "items-enum",
        "required",
        "pattern",
    ):
        assert constraint in ids


def test_ids_are_unique_and_fit_for_a_test_id(boundary: list[Case]) -> None:
    assert len({case.id for case in boundary}) == len(boundary)
    assert all(case.id.startswith(f"{OPERATION}/") for case in boundary)
    assert all(set("[]\n ") & set(case.id) == set() for case in boundary)


def test_no_boundary_case_is_sent_twice_or_named_by_a_clause_already(contract: Contract, boundary: list[Case]) -> None:
    named = {content(case) for _, case in clause_cases(contract)}

    assert len({content(case) for case in boundary}) == len(boundary)
    assert not [case.id for case in boundary if content(case) in named]


def test_fixtures_are_in_their_places(contract: Contract, boundary: list[Case]) -> None:
    baseline = baseline_case(contract)
    for case in boundary:
        assert case.path == baseline.path
        body = json.loads(case.body) if case.body else None
        if isinstance(body, dict) and isinstance(body.get("principalAccountID"), str):
            assert body["principalAccountID"] == "$MOOV_PRINCIPAL_ACCOUNT_ID"


def test_credentials_are_none_of_schemathesis_business(contract: Contract, boundary: list[Case]) -> None:
    assert {case.credentials for case in boundary} == {baseline_case(contract).credentials}
    assert {name.lower() for case in boundary for name, _ in case.headers} <= {"content-type", "x-moov-version"}


def test_a_case_about_the_body_has_the_headers_of_the_baseline(contract: Contract, boundary: list[Case]) -> None:
    about_bodies = [case for case in boundary if "properties-" in case.id]

    assert about_bodies
    assert {case.headers for case in about_bodies} == {baseline_case(contract).headers}


@FEW
@given(data=st.data())
def test_a_random_positive_case_is_good_in_every_reading(contract: Contract, data: st.DataObject) -> None:
    case = data.draw(random_cases(contract, OPERATION, "positive"))

    body = json.loads(case.body or b"")
    assert list(documented(contract).iter_errors(body)) == []
    assert set(body) <= {"principalAccountID", "allowScopes"}
    assert len(set(body.get("allowScopes", []))) == len(body.get("allowScopes", []))
    assert body["principalAccountID"] == "$MOOV_PRINCIPAL_ACCOUNT_ID"
    assert (case.path, case.headers) == (baseline_case(contract).path, baseline_case(contract).headers)
    assert planned_tags(contract, case).faults == ()


@FEW
@given(data=st.data())
def test_a_random_negative_case_can_be_told(contract: Contract, data: st.DataObject) -> None:
    case = data.draw(random_cases(contract, OPERATION, "negative"))

    assert case.credentials == baseline_case(contract).credentials
    assert case.path == baseline_case(contract).path
    assert {name.lower() for name, _ in case.headers} <= {"content-type", "x-moov-version"}
    assert planned_tags(contract, case) == planned_tags(contract, case)


# What Moov has no use for: elements of lists, values that go together, headers, and what is left out


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return with_parts(tmp_path_factory.mktemp("contracts"))


def assert_grounded(case: Case) -> None:
    """Expect variables wherever a text stands in their place, one element for all of them, and nothing left out."""
    for name, value in case.headers:
        assert name.lower() != "x-key" or value in ("$UNIQUE", "")  # an empty one is the fault that the case is about
    try:
        body = json.loads(case.body or b"")
    except ValueError:  # random bytes
        return
    if not isinstance(body, dict):
        return
    assert "name" not in body
    found = body.get("parts")
    elements = found if isinstance(found, list) else []
    assert len(elements) <= 1
    for part in elements:
        if isinstance(part, dict):
            assert "note" not in part
            assert not isinstance(part.get("id"), str) or part["id"] == "$MOOV_PART"
            assert not isinstance(part.get("value"), str) or part["value"] == "$UNIQUE"


def test_boundary_cases_have_variables_in_lists_and_headers(parts: Contract) -> None:
    cases = boundary_cases(parts)
    for case in cases:
        assert_grounded(case)

    bodies = [json.loads(case.body) for case in cases if case.body]
    assert {"parts": [{"id": "$MOOV_PART", "value": "$UNIQUE"}]} in bodies
    assert {"parts": [{"value": "$UNIQUE"}]} in bodies  # an element that lacks its id
    assert any("$UNIQUE" in dict(case.headers).values() for case in cases)


@FEW
@given(data=st.data())
def test_random_good_cases_have_variables_in_lists_and_headers(parts: Contract, data: st.DataObject) -> None:
    case = data.draw(random_cases(parts, OPERATION, "positive"))

    assert_grounded(case)
    assert planned_tags(parts, case).faults == ()


@FEW
@given(data=st.data())
def test_random_bad_cases_have_them_too(parts: Contract, data: st.DataObject) -> None:
    assert_grounded(data.draw(random_cases(parts, OPERATION, "negative")))


def test_what_only_clauses_name_is_left_out_of_generated_cases_alone(parts: Contract) -> None:
    named = baseline_case(parts, body={"name": "a name", "parts": []})

    assert json.loads(named.body or b"") == {"name": "a name", "parts": []}


def test_a_copy_of_the_contract_elsewhere_gives_the_same_cases(contracts: Path, boundary: list[Case]) -> None:
    assert list(map(vars, boundary_cases(load("moov", contracts)))) == list(map(vars, boundary))
