"""What the body of a request is: its faults and its traits, with Moov's contract."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import baseline_case, compose
from clausewise.cases.wire import tags
from clausewise.contract import Contract
from clausewise.target import Target
from tests.harness.builders import ACCOUNT, JSON, OPERATION, PRINCIPALS, PROPERTY, Wire

UNKNOWN = "00000000-0000-4000-8000-00000000c1a5"
GOOD = {"principalAccountID": PRINCIPALS[0], "allowScopes": ["accounts.read", "ping.read"]}


def test_body_absent(wire: Wire) -> None:
    assert wire.told(body=None).faults == ("body/absent",)
    assert wire.told(body=b"").faults == ("body/absent",)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b" ",
        b"{'principalAccountID': 'x'}",
        b'{"principalAccountID": "x",}',
        b'{"principalAccountID": "x"} {}',
        b'{"principalAccountID": NaN}',
        b'{"principalAccountID": Infinity}',
        b'{"principalAccountID": -Infinity}',
        b'{"principalAccountID": "\xff"',
        '{"principalAccountID": "x"'.encode("utf-16"),
        b"[" * 32,
    ],
)
def test_body_syntax(wire: Wire, body: bytes) -> None:
    assert wire.body(body).faults == ("body/syntax",)


@pytest.mark.parametrize("depth", [1, 100, 500, 900, 990, 1_000, 3_000, 10_000, 100_000])
@pytest.mark.parametrize("wrapper", [b"%s", b'{"principalAccountID": %s}', b'{"allowScopes": %s}'])
def test_a_body_nested_deeply_is_a_fault_and_no_crash(wire: Wire, depth: int, wrapper: bytes) -> None:
    assert wire.body(wrapper % (b"[" * depth + b"]" * depth)).faults


@pytest.mark.parametrize(
    "body",
    [
        b'{"principalAccountID": "x", "principalAccountID": "x"}',
        b'{"principalAccountID": "x", "allowScopes": [{"a": 1, "a": 2}]}',
        b'{"a": 1, "\\u0061": 1}',
    ],
)
def test_body_duplicate_key(wire: Wire, body: bytes) -> None:
    assert wire.body(body).faults == ("body/duplicate-key",)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, ("body/missing:/principalAccountID",)),
        ({"principalAccountId": "x"}, ("body/missing:/principalAccountID",)),
        ({"principalAccountID": None}, ("body/null:/principalAccountID",)),
        ({"principalAccountID": 42}, ("body/type:/principalAccountID",)),
        ([], ("body/type:/",)),
        ("text", ("body/type:/",)),
        (0, ("body/type:/",)),
        (None, ("body/null:/",)),
        ({**GOOD, "allowScopes": "accounts.read"}, ("body/type:/allowScopes",)),
        ({**GOOD, "allowScopes": None}, ("body/null:/allowScopes",)),
        ({**GOOD, "allowScopes": ["unicorns.read"]}, ("body/enum:/allowScopes/0",)),
        ({**GOOD, "allowScopes": ["ping.read", "Ping.read"]}, ("body/enum:/allowScopes/1",)),
        ({**GOOD, "allowScopes": ["ping.read", ""]}, ("body/enum:/allowScopes/1",)),
        ({**GOOD, "allowScopes": [1]}, ("body/type:/allowScopes/0",)),
        ({**GOOD, "allowScopes": [None]}, ("body/null:/allowScopes/0",)),
    ],
)
def test_body_against_the_documented_schema(wire: Wire, body: object, faults: tuple[str, ...]) -> None:
    assert wire.body(body).faults == faults


def test_every_fault_of_a_body_is_told(wire: Wire) -> None:
    told = wire.body({"principalAccountID": 1, "allowScopes": ["ping.read", "no.such", 3]})

    assert sorted(told.faults) == [
        "body/enum:/allowScopes/1",
        "body/type:/allowScopes/2",
        "body/type:/principalAccountID",
    ]


@pytest.mark.parametrize("principal", [UNKNOWN, "", "nobody", ACCOUNT])
def test_body_unknown(wire: Wire, principal: str) -> None:
    assert wire.body({**GOOD, "principalAccountID": principal}).faults == ("body/unknown:/principalAccountID",)


def test_body_disputed(wire: Wire) -> None:
    assert wire.body({**GOOD, "allowScopes": ["ping.read", "ping.read"]}).faults == ("body/disputed:/allowScopes",)
    assert wire.body({**GOOD, "colour": "blue"}).faults == ("body/disputed:/",)


# Traits


@pytest.mark.parametrize(
    ("change", "trait"),
    [
        ({"credentials": "basic"}, "credentials/basic"),
        ({"headers": {"X-Moov-Version": None}}, "header/absent:X-Moov-Version"),
        ({"headers": {"X-Moov-Version": "v2024.01.00"}}, "header/value:X-Moov-Version=v2024.01.00"),
        ({"body": {"principalAccountID": PRINCIPALS[0]}}, "body/absent:/allowScopes"),
        ({"body": {**GOOD, "allowScopes": []}}, "body/empty:/allowScopes"),
        ({"body": {**GOOD, "allowScopes": ["ping.read"]}}, "body/only:/allowScopes=ping.read"),
        ({"body": {**GOOD, "principalAccountID": PRINCIPALS[-1]}}, "fixture/reserved"),
        ({"tag": "sample/sdk"}, "sample/sdk"),
    ],
)
def test_a_trait_is_no_fault(contract: Contract, target: Target, change: dict[str, Any], trait: str) -> None:
    case = baseline_case(contract, **change)
    told = tags(contract, case, compose(contract, case, target), target)

    assert told.faults == ()
    assert trait in told.traits


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_is_told_with_its_value(wire: Wire, flag: bool) -> None:
    """Moov has none, so that its schema is replaced."""
    schema = {"properties": {"dry": {"type": "boolean"}, "deep": {"properties": {"er": {"type": "boolean"}}}}}
    operation = replace(wire.contract.operations[OPERATION], schema=schema, undisputed_schema=None)
    flagged = Wire(replace(wire.contract, operations={OPERATION: operation}), wire.target)

    written = json.dumps(flag)
    assert flagged.body({"dry": flag, "deep": {"er": not flag}}).traits >= {
        f"body/value:/dry={written}",
        f"body/value:/deep/er={json.dumps(not flag)}",
    }
    assert not [trait for trait in flagged.body({"dry": written}).traits if trait.startswith("body/value")]


def test_a_good_body_has_no_trait_of_an_empty_one(wire: Wire) -> None:
    assert not [trait for trait in wire.body(GOOD).traits if trait.startswith(("body/", "fixture/"))]


@pytest.mark.parametrize("body", [{}, {"allowScopes": []}, [PRINCIPALS[-1]], PRINCIPALS[-1], None])
def test_a_body_without_the_fixture_does_not_hold_the_reserved_one(wire: Wire, body: object) -> None:
    assert "fixture/reserved" not in wire.body(body).traits


def test_a_faulty_body_has_no_trait_but_the_reserved_fixture(wire: Wire) -> None:
    told = wire.body({"principalAccountID": PRINCIPALS[-1], "allowScopes": ["no.such"]})

    assert told.faults == ("body/enum:/allowScopes/0",)
    assert [trait for trait in told.traits if trait.startswith(("body/", "fixture/"))] == ["fixture/reserved"]


@PROPERTY
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_crashes_and_each_is_told_the_same_way_again(wire: Wire, body: bytes) -> None:
    told = wire.told(body=body)

    assert told == wire.told(body=body)
    assert all(fault.startswith("body/") for fault in told.faults)
