"""What the body of a request is: its faults and its traits, with Moov's contract."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import baseline_case, compose
from clausewise.cases.wire import planned_tags, tags
from clausewise.contract import Contract, load
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
        b"principalAccountID=x",
        b'{"principalAccountID": "x"',
        b'{"principalAccountID": "x',
        b'{"principalAccountID": "x", }}'[:-2],
        b'{"principalAccountID"}',
        b'["x",,]',
        b'{"principalAccountID": "\xff"',
        '{"principalAccountID": "x"'.encode("utf-16"),
        b"[" * 32,
    ],
)
def test_body_syntax(wire: Wire, body: bytes) -> None:
    assert wire.body(body).faults == ("body/syntax",)


@pytest.mark.parametrize(
    "written",
    [
        '{"principalAccountID": "$ID",}',
        '{"principalAccountID": "$ID"} {}',
        '{"principalAccountID": "$ID"}}',
        '{"principalAccountID": "$ID"} and more',
        '{"principalAccountID": "$ID" /* the receiver */}',
        '// the receiver\n{"principalAccountID": "$ID"}',
        "{'principalAccountID': '$ID'}",
        '{principalAccountID: "$ID"}',
        '\u00a0{"principalAccountID": "$ID"}',
        '{"principalAccountID": "$ID", "allowScopes": ["ping.rea\\x64"]}',
    ],
)
def test_more_than_json_is_an_extension_and_what_a_lenient_parser_reads(wire: Wire, written: str) -> None:
    assert wire.body(written.replace("$ID", PRINCIPALS[0]).encode()).faults == ("body/extension",)


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        ('{"principalAccountID": NaN}', ("body/null:/principalAccountID",)),
        ('{"principalAccountID": Infinity}', ("body/null:/principalAccountID",)),
        ('{"principalAccountID": -Infinity}', ("body/null:/principalAccountID",)),
        ("NaN", ("body/null:/",)),
        ("{} {}", ("body/missing:/principalAccountID",)),
        ("null and void", ("body/null:/",)),
        ("[], ", ("body/type:/",)),
        ('{"principalAccountID": "x\ny"}', ("body/extreme:control", "body/unknown:/principalAccountID")),
        (
            '{"principalAccountID": "x", "allowScopes": [0x10,]}',
            ("body/type:/allowScopes/0", "body/unknown:/principalAccountID"),
        ),
    ],
)
def test_an_extension_has_the_faults_of_the_value_in_it(wire: Wire, written: str, faults: tuple[str, ...]) -> None:
    assert wire.body(written.encode()).faults == ("body/extension", *faults)


def test_of_a_long_extension_no_value_is_read(wire: Wire) -> None:
    assert wire.body(b'{"note": "' + b"x" * 64 * 1024 + b'",}').faults == ("body/extension",)
    assert "body/missing:/principalAccountID" in wire.body(b'{"note": "' + b"x" * 1024 + b'",}').faults


@pytest.mark.parametrize("depth", [1, 100, 500, 900, 990, 1_000, 3_000, 10_000, 100_000])
@pytest.mark.parametrize("wrapper", [b"%s", b'{"principalAccountID": %s}', b'{"allowScopes": %s}'])
def test_a_body_nested_deeply_is_a_fault_and_no_crash(wire: Wire, depth: int, wrapper: bytes) -> None:
    assert wire.body(wrapper % (b"[" * depth + b"]" * depth)).faults


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        ('{"principalAccountID": "$ID", "principalAccountID": "$ID"}', ()),
        ('{"principalAccountID": "$ID", "principalAccountID": 1}', ()),
        ('{"principalAccountID": 1, "principalAccountID": "$ID"}', ()),
        ('{"principalAccountID": 1, "principalAccountID": 2}', ("body/type:/principalAccountID",)),
        ('{"allowScopes": [], "allowScopes": 1}', ("body/missing:/principalAccountID",)),
        ('{"a": 1, "\\u0061": 1}', ("body/missing:/principalAccountID", "body/disputed:/")),
    ],
)
def test_a_key_that_comes_twice_has_the_faults_of_both_readings(
    wire: Wire, written: str, faults: tuple[str, ...]
) -> None:
    told = wire.body(written.replace("$ID", PRINCIPALS[0]).encode())

    assert told.faults == ("body/duplicate-key", *faults)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, ("body/missing:/principalAccountID",)),
        ({"principalAccountId": "x"}, ("body/missing:/principalAccountID", "body/disputed:/")),
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


def test_what_is_disputed_is_found_beside_what_is_wrong_and_nothing_is_told_twice(wire: Wire) -> None:
    unknown, twice = ["no.such"], ["no.such", "no.such"]

    assert wire.body({"principal": PRINCIPALS[0]}).faults == ("body/missing:/principalAccountID", "body/disputed:/")
    assert wire.body({**GOOD, "allowScopes": unknown, "%": 1}).faults == ("body/enum:/allowScopes/0", "body/disputed:/")
    assert wire.body({**GOOD, "allowScopes": twice}).faults == (
        "body/enum:/allowScopes/0",
        "body/enum:/allowScopes/1",
        "body/disputed:/allowScopes",
    )


def test_a_destination_that_is_missing_in_every_casing_is_told_once() -> None:
    contract = load("persona")
    attributes = "/data/attributes"

    def faults(given: dict[str, str]) -> tuple[str, ...]:
        case = baseline_case(contract, body={"data": {"attributes": given}})
        return planned_tags(contract, case).faults

    assert faults({}) == (f"body/anyOf:{attributes}",)
    assert faults({"destination": "x"}) == (f"body/anyOf:{attributes}", f"body/disputed:{attributes}")


@pytest.mark.parametrize("written", ["0.0", "-3.0", "1e0", "2E3"])
def test_a_whole_number_written_as_a_fraction(wire: Wire, written: str) -> None:
    assert "body/extreme:number" in wire.body(f'{{"principalAccountID": {written}}}'.encode()).faults


@pytest.mark.parametrize("written", ["0", "-3", "0.5", '"1.0"'])
def test_other_numbers(wire: Wire, written: str) -> None:
    assert "body/extreme:number" not in wire.body(f'{{"principalAccountID": {written}}}'.encode()).faults


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


def test_an_optional_text_that_is_there_is_a_trait() -> None:
    contract = load("mx")
    member = json.loads(baseline_case(contract).body or b"")["member"]

    def traits(**more: object) -> frozenset[str]:
        return planned_tags(contract, baseline_case(contract, body={"member": {**member, **more}})).traits

    assert "body/present:/member/name" in traits(name="x")
    assert "body/absent:/member/name" in traits()
    assert not [trait for trait in (*traits(), *traits(name=1)) if trait.startswith("body/present")]


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
