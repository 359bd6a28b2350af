"""Where something real must be named: several variables at one place, elements of lists, values that go together."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases.wire import planned_tags
from clausewise.target import resolve
from tests.harness.builders import ACCOUNT, ENVIRONMENT, OPERATION, PRINCIPALS, PROPERTY, URL, Wire
from tests.harness.variants import PARTS, varied, with_parts

UNKNOWN = "00000000-0000-4000-8000-00000000c1a5"
INCOMPLETE = "body/incomplete:/parts/*/id"


@pytest.fixture(scope="module")
def parts_wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """A good request that names every part."""
    contract = with_parts(tmp_path_factory.mktemp("contracts"))
    return Wire(contract, resolve(contract, URL, {**ENVIRONMENT, "MOOV_PART": ",".join(PARTS)}))


@pytest.fixture(scope="module")
def either(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """A good request to an operation that takes an owner, too, for a principal."""

    def owners(content: Any) -> None:
        fixtures = content["operations"][OPERATION]["fixtures"]
        fixtures["body/principalAccountID"] = ["MOOV_PRINCIPAL_ACCOUNT_ID", "MOOV_ACCOUNT_ID"]

    contract = varied(tmp_path_factory.mktemp("contracts"), target=owners)
    return Wire(contract, resolve(contract, URL, ENVIRONMENT))


def with_ids(*ids: object) -> dict[str, object]:
    return {"parts": [{"id": found, "value": "any"} for found in ids]}


# Several variables at one place


@pytest.mark.parametrize(
    ("principal", "traits"),
    [
        (PRINCIPALS[0], {"fixture/MOOV_PRINCIPAL_ACCOUNT_ID"}),
        (PRINCIPALS[-1], {"fixture/MOOV_PRINCIPAL_ACCOUNT_ID", "fixture/reserved"}),
        (ACCOUNT, {"fixture/MOOV_ACCOUNT_ID"}),
    ],
)
def test_which_variable_it_is_shows_where_several_may_stand(either: Wire, principal: str, traits: set[str]) -> None:
    told = either.body({"principalAccountID": principal, "allowScopes": []})

    assert told.faults == ()
    assert {trait for trait in told.traits if trait.startswith("fixture/")} == traits


def test_which_variable_it_is_shows_in_a_faulty_body_too(either: Wire) -> None:
    told = either.body({"principalAccountID": ACCOUNT, "allowScopes": ["no.such"]})

    assert told.faults == ("body/enum:/allowScopes/0",)
    assert "fixture/MOOV_ACCOUNT_ID" in told.traits


@pytest.mark.parametrize("principal", [UNKNOWN, "", ACCOUNT + "0"])
def test_what_is_none_of_them_is_unknown(either: Wire, principal: str) -> None:
    told = either.body({"principalAccountID": principal})

    assert told.faults == ("body/unknown:/principalAccountID",)
    assert not [trait for trait in told.traits if trait.startswith("fixture/")]


def test_which_variable_it_is_does_not_show_where_only_one_may_stand(wire: Wire) -> None:
    told = wire.body({"principalAccountID": PRINCIPALS[0]})

    assert not [trait for trait in told.traits if trait.startswith("fixture/")]


def test_several_variables_in_a_path(wire: Wire) -> None:
    operation = wire.contract.operations[OPERATION]
    fixtures = {**operation.fixtures, "path/accountID": ("MOOV_ACCOUNT_ID", "MOOV_PRINCIPAL_ACCOUNT_ID")}
    contract = replace(wire.contract, operations={OPERATION: replace(operation, fixtures=fixtures)})
    both = Wire(contract, wire.target)

    assert both.account(ACCOUNT).faults == both.account(PRINCIPALS[1]).faults == ()
    assert both.account(UNKNOWN).faults == ("path/unknown:accountID",)
    assert both.account("nobody").faults == ("path/odd:accountID",)


# Elements of lists


def test_each_element_of_a_list_is_looked_at(parts_wire: Wire) -> None:
    assert parts_wire.body(with_ids("part-one", "x", "part-three", "")).faults == (
        "body/unknown:/parts/1/id",
        "body/unknown:/parts/3/id",
    )


@pytest.mark.parametrize("body", [{"parts": {"id": "x"}}, {"parts": "x"}, {"parts": ["x"]}, {"parts": [["x"]]}, [1]])
def test_a_place_that_is_not_there_names_nothing(parts_wire: Wire, body: object) -> None:
    assert not [fault for fault in parts_wire.body(body).faults if "unknown" in fault or "incomplete" in fault]


def test_unique_texts_are_known_whatever_they_are(parts_wire: Wire) -> None:
    body = {"parts": [{"id": part, "value": f"value of {part}"} for part in PARTS]}

    assert parts_wire.body(body).faults == ()
    assert parts_wire.header("X-Key", "any").faults == ()


# Values that go together


@PROPERTY
@given(st.permutations(PARTS))
def test_all_in_any_order_are_complete(parts_wire: Wire, ids: list[str]) -> None:
    assert parts_wire.body(with_ids(*ids)).faults == ()


@PROPERTY
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).filter(lambda ids: sorted(ids) != sorted(PARTS)))
def test_one_that_lacks_or_stands_there_twice_makes_them_incomplete(parts_wire: Wire, ids: list[str]) -> None:
    assert INCOMPLETE in parts_wire.body(with_ids(*ids)).faults


@PROPERTY
@given(st.lists(st.sampled_from([*PARTS, "x", ""]), max_size=5).filter(lambda ids: not {*ids} <= {*PARTS}))
def test_what_is_unknown_is_not_called_incomplete_as_well(parts_wire: Wire, ids: list[str]) -> None:
    unknown = tuple(f"body/unknown:/parts/{index}/id" for index, found in enumerate(ids) if found not in PARTS)

    assert parts_wire.body(with_ids(*ids)).faults == unknown


def test_completeness_is_told_of_faulty_bodies_too(parts_wire: Wire) -> None:
    one = {"parts": [{"id": "part-one"}]}

    assert parts_wire.body(one).faults == ("body/missing:/parts/0/value", INCOMPLETE)


def test_values_that_take_turns_are_never_incomplete(wire: Wire) -> None:
    assert wire.body({"principalAccountID": PRINCIPALS[1]}).faults == ()


def test_none_of_them_is_kept_back(parts_wire: Wire) -> None:
    assert "fixture/reserved" not in parts_wire.body(with_ids(*PARTS)).traits


def test_a_plan_is_complete(parts_wire: Wire) -> None:
    assert planned_tags(parts_wire.contract, parts_wire.case).faults == ()
    assert json.loads(parts_wire.case.body or b"")["parts"][0]["id"] == "$MOOV_PART"
