"""What parsers may rightly refuse is told as extreme, on which only the clause about the rest speaks.

RFC 8259 leaves to the parser: a byte order mark (section 8.1), unpaired surrogates (8.2), integers beyond 2**53 and
numbers beyond a double (section 6), and how deep it follows (section 9).
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases.expectation import expectation
from clausewise.contract import Contract
from clausewise.exchange import Tags
from clausewise.target import resolve
from tests.harness.builders import ENVIRONMENT, OPERATION, PRINCIPALS, PROPERTY, URL, Wire
from tests.harness.variants import PATH, varied

GOOD = {"principalAccountID": PRINCIPALS[0], "allowScopes": ["accounts.read", "ping.read"]}
MARK = b"\xef\xbb\xbf"

ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
FOREIGN = st.tuples(ASCII, st.characters(min_codepoint=0xA0, exclude_categories=["Cs"]), ASCII).map("".join)


@pytest.fixture(scope="module")
def open_wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """A good request to an operation that takes any further properties without dispute."""

    def undisputed(content: Any) -> None:
        del content["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]["x-undisputed-schema"]

    contract = varied(tmp_path_factory.mktemp("contracts"), openapi=undisputed)
    return Wire(contract, resolve(contract, URL, ENVIRONMENT))


def with_note(written: str) -> bytes:
    """A good body with one more property, its value as it is written."""
    return json.dumps(GOOD)[:-1].encode() + f', "note": {written}}}'.encode()


def extreme(*kinds: str) -> tuple[str, ...]:
    return tuple(f"body/extreme:{kind}" for kind in kinds)


# Numbers


@PROPERTY
@given(st.integers(-(2**53) - 5, 5 - 2**53) | st.integers(2**53 - 5, 2**53 + 5) | st.integers())
def test_integers_beyond_two_to_the_53(open_wire: Wire, number: int) -> None:
    faults = extreme("number") if abs(number) > 2**53 else ()

    assert open_wire.body(with_note(str(number))).faults == faults
    assert open_wire.body(with_note(f'[{{"a": [{number}]}}]')).faults == faults


@pytest.mark.parametrize("written", ["1e400", "-1e400", "1.5e300", "9" * 399, "9" * 5000, "-" + "9" * 100_000])
def test_numbers_that_no_parser_need_hold(open_wire: Wire, written: str) -> None:
    assert open_wire.body(with_note(written)).faults == extreme("number")


@pytest.mark.parametrize("written", ["0", "-0", "1.5", "-1.5e-300", "0." + "3" * 999, "true", '"9e999"'])
def test_numbers_that_are_none_of_these(open_wire: Wire, written: str) -> None:
    assert open_wire.body(with_note(written)).faults == ()


# Depth


@PROPERTY
@given(depth=st.integers(1, 80), objects=st.booleans())
def test_more_than_32_levels(open_wire: Wire, depth: int, objects: bool) -> None:
    """The body is the first level."""
    opening, closing = ('{"a": ', "}") if objects else ("[", "]")
    note = opening * (depth - 1) + "1" + closing * (depth - 1)

    assert open_wire.body(with_note(note)).faults == (extreme("nesting") if depth > 32 else ())


@pytest.mark.parametrize("depth", [10_000, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_too_deep_to_be_read(wire: Wire, depth: int, closed: bool) -> None:
    assert "body/extreme:nesting" in wire.body(b"[" * depth + b"]" * depth * closed).faults


def test_breadth_is_no_depth(open_wire: Wire) -> None:
    assert open_wire.body(with_note(json.dumps([[]] * 1000))).faults == ()


# Texts


@pytest.mark.parametrize("written", ['"\\ud800"', '"a\\udfffz"', '"\\udc00\\ud800"', '{"\\ud800": 1}', '[["\\uDBFF"]]'])
def test_surrogates_without_their_other_half(open_wire: Wire, written: str) -> None:
    assert "body/extreme:surrogate" in open_wire.body(with_note(written)).faults


def test_a_pair_of_surrogates_is_a_character_beyond_ascii(open_wire: Wire) -> None:
    assert open_wire.body(with_note('"\\ud83d\\ude00"')).faults == extreme("characters")


@pytest.mark.parametrize(
    "body",
    [
        b'{"principalAccountID": "\xed\xa0\x80"}',  # a surrogate as bytes
        b'{"principalAccountID": "\xff"}',
        '{"principalAccountID": "x"}'.encode("utf-16"),
        '{"principalAccountID": "x"}'.encode("utf-32"),
    ],
)
def test_json_in_another_encoding(wire: Wire, body: bytes) -> None:
    assert wire.body(body).faults == extreme("encoding")


@PROPERTY
@given(length=st.integers(250, 262), letter=st.characters(min_codepoint=0x20, max_codepoint=0x7E))
def test_texts_of_more_than_256_characters(open_wire: Wire, length: int, letter: str) -> None:
    faults = extreme("length") if length > 256 else ()

    assert open_wire.body({**GOOD, "note": letter * length}).faults == faults
    assert open_wire.body({**GOOD, "note": [{letter * length: 1}]}).faults == faults


@PROPERTY
@given(text=FOREIGN, escaped=st.booleans())
def test_characters_beyond_ascii(open_wire: Wire, text: str, escaped: bool) -> None:
    for note in (text, [text], {text: 1}):
        body = json.dumps({**GOOD, "note": note}, ensure_ascii=escaped).encode()
        assert open_wire.body(body).faults == extreme("characters")


@PROPERTY
@given(ASCII)
def test_printable_ascii_is_no_extreme(open_wire: Wire, text: str) -> None:
    assert open_wire.body({**GOOD, "note": text, text: "note"} | GOOD).faults == ()


def test_length_counts_characters_and_not_bytes(open_wire: Wire) -> None:
    assert open_wire.body({**GOOD, "note": "ü" * 256}).faults == extreme("characters")
    assert open_wire.body({**GOOD, "note": "ü" * 257}).faults == extreme("length", "characters")


# The byte order mark


def test_a_byte_order_mark_is_told_beside_what_follows_it(wire: Wire) -> None:
    assert wire.body(MARK + json.dumps(GOOD).encode()).faults == extreme("byte-order-mark")
    assert wire.body(MARK + b"{}").faults == (*extreme("byte-order-mark"), "body/missing:/principalAccountID")
    for broken in (b"", b"{"):
        assert wire.body(MARK + broken).faults == (*extreme("byte-order-mark"), "body/syntax")


def test_a_mark_elsewhere_is_none(wire: Wire) -> None:
    assert wire.body(b" " + MARK + b"{}").faults == ("body/extension", "body/missing:/principalAccountID")
    assert wire.body({"principalAccountID": "\ufeff"}).faults == ("body/unknown:/principalAccountID",)


# Beside other faults


@pytest.mark.parametrize(("kind", "note"), [("number", 2**60), ("surrogate", "\ud800"), ("nesting", [[[[[]]]]])])
def test_what_is_hard_to_parse_is_told_first_beside_other_faults(wire: Wire, kind: str, note: Any) -> None:
    for _ in range(30 if kind == "nesting" else 0):
        note = [note]

    assert wire.body({**GOOD, "note": note}).faults == (*extreme(kind), "body/disputed:/")
    assert wire.body({"note": note}).faults == (*extreme(kind), "body/missing:/principalAccountID", "body/disputed:/")


@pytest.mark.parametrize(("text", "told"), [("ü", ()), ("x" * 257, extreme("length")), ("ü" * 257, extreme("length"))])
def test_beside_other_faults_length_is_told_and_characters_are_not(
    wire: Wire, text: str, told: tuple[str, ...]
) -> None:
    assert wire.body({**GOOD, "note": text}).faults == ("body/disputed:/", *told)
    assert wire.body({"principalAccountID": text}).faults == ("body/unknown:/principalAccountID", *told)
    assert wire.body({"note": text}).faults == ("body/missing:/principalAccountID", "body/disputed:/", *told)
    assert wire.body({**GOOD, "allowScopes": [text]}).faults == ("body/enum:/allowScopes/0", *told)


def test_each_kind_is_told_once(open_wire: Wire) -> None:
    note = {"a": [2**60, 2**61, "\ud800", "\ud801"], "b": ["x" * 300, "ü", "y" * 300, "ö"]}

    assert sorted(open_wire.body({**GOOD, "note": note}).faults) == sorted(extreme("number", "surrogate", "length"))


def test_an_extreme_body_has_no_traits(open_wire: Wire) -> None:
    told = open_wire.body({"principalAccountID": PRINCIPALS[0], "note": "ü"})

    assert not [trait for trait in told.traits if trait.startswith("body/")]


KINDS = ["byte-order-mark", "encoding", "nesting", "number", "surrogate", "control", "length", "characters"]
LIMITED = ("nesting", "number", "length")


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_clause_about_the_rest_speaks_of_it(contract: Contract, kind: str) -> None:
    expected = expectation(contract, OPERATION, Tags(extreme(kind), frozenset()))

    assert [clause.id for clause in expected.clauses] == ["moov.responses.listed"]
    assert (500 in expected.inconclusive) is (kind in LIMITED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("other", "named", "status"),
    [
        ("body/missing:/principalAccountID", "moov.422.missing", 422),
        ("body/enum:/allowScopes/0", "moov.422.scope", 422),
        ("credentials/missing", "moov.401.missing", 401),
    ],
)
def test_it_excuses_refusals_beside_another_fault_and_no_success(
    contract: Contract, kind: str, other: str, named: str, status: int
) -> None:
    expected = expectation(contract, OPERATION, Tags((*extreme(kind), other), frozenset()))

    assert [clause.id for clause in expected.clauses] == [named]
    assert {status, 400, 413} <= expected.statuses
    assert 201 not in expected.statuses | expected.inconclusive.keys()


@pytest.mark.parametrize("written", ['"\\u0000"', '"a\\nb"', '["\\u009f"]', '{"\\u001b": 1}'])
def test_control_characters(open_wire: Wire, wire: Wire, written: str) -> None:
    assert "body/extreme:control" in open_wire.body(with_note(written)).faults
    assert "body/extreme:control" in wire.body(f'{{"note": {written}}}'.encode()).faults
