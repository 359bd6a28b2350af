"""A body that meets its schema or does not, as a whole or at one place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.checks import Check, make
from clausewise.checks.finding import KEPT, Outcome, broken
from clausewise.contract import Contract, load
from tests.harness.builders import (
    JSON,
    PROPERTY,
    clause,
    copied_contract,
    exchange,
    json_response,
    response,
    showing,
)


def error_check(contract: Contract) -> Check:
    """The check of a clause by which bodies of answers 400 have a text under ``error``."""
    return make(contract, clause("body-schema", status=400, schema="error.schema.json"))


def outcome(judge: Check, body: bytes, *faults: str) -> Outcome | None:
    finding = judge(exchange(json_response(400, body), *faults))
    return finding.outcome if finding else None


# The whole body


@PROPERTY
@given(error=st.text(), more=st.dictionaries(st.text(max_size=9), JSON, max_size=4))
def test_a_body_that_meets_its_schema(contract: Contract, error: str, more: dict[str, object]) -> None:
    judge = error_check(contract)

    assert outcome(judge, json.dumps({**more, "error": error}).encode()) is Outcome.KEPT


@PROPERTY
@given(body=JSON.filter(lambda body: not (isinstance(body, dict) and isinstance(body.get("error"), str))))
def test_json_of_another_shape(contract: Contract, body: object) -> None:
    judge = error_check(contract)

    assert outcome(judge, json.dumps(body).encode()) is Outcome.BROKEN


@pytest.mark.parametrize(
    ("body", "received"),
    [
        (b"", "an empty body"),
        (b"plain words", "plain words"),
        (b'{"error": "x"', '{"error": "x"'),
        (b'{"error": "x", "n": NaN}', '{"error": "x", "n": NaN}'),
        (b'{"error": "\xff"}', '{"error": "�"}'),
        (b"x" * 200, "x" * 200),
        (b"x" * 201, "x" * 200 + " … (201 characters)"),
        (
            '{"error": "x"}'.encode("utf-16-le"),
            '{\x00"\x00e\x00r\x00r\x00o\x00r\x00"\x00:\x00 \x00"\x00x\x00"\x00}\x00',
        ),
    ],
)
def test_a_body_that_is_no_json_is_shown(contract: Contract, body: bytes, received: str) -> None:
    finding = error_check(contract)(exchange(json_response(400, body)))

    assert finding == broken("JSON that meets error.schema.json", received, kind="no JSON")


def test_the_place_of_the_violation_is_told(contract: Contract) -> None:
    finding = error_check(contract)(exchange(json_response(400, b'{"error": 7}')))

    assert finding is not None
    assert finding.expected == "JSON that meets error.schema.json#/properties/error/type"
    assert finding.received == "7 is not of type 'string' at /error"


def test_a_long_value_in_the_wrong_place_is_told_in_part(contract: Contract) -> None:
    finding = error_check(contract)(exchange(showing({"error": ["x" * 100_000]}, 400)))

    assert finding is not None
    assert finding.received.startswith("['xxxx")
    assert finding.received.endswith(" at /error")
    assert len(finding.received) < 300


@pytest.mark.parametrize("depth", [100, 900, 990, 1_000, 5_000, 100_000])
def test_a_body_nested_deeply_is_judged_and_does_not_crash(contract: Contract, depth: int) -> None:
    judge = error_check(contract)

    assert outcome(judge, b"[" * depth + b"]" * depth) is Outcome.BROKEN
    assert outcome(judge, b'{"error": ' + b"[" * depth + b"]" * depth + b"}") is Outcome.BROKEN


def test_a_body_that_was_cut_breaks_it(contract: Contract) -> None:
    whole = json.dumps({"error": "x"}).encode()
    finding = error_check(contract)(exchange(response(400, whole, cut=True)))

    assert finding == broken(
        "JSON that meets error.schema.json", "a body longer than the harness reads", kind="no JSON"
    )


# One place of it

INQUIRY = {
    "$id": "https://clausewise.invalid/moov/inquiry.schema.json",
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "type": "object",
            "required": ["id", "created-at"],
            "properties": {
                "id": {"type": "string"},
                "id-number": {"type": "integer"},
                "created-at": {"type": "object", "required": ["day"], "properties": {"day": {"type": "integer"}}},
                "note": {"type": ["string", "null"]},
                "a/b": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
        }
    },
}


@pytest.fixture(scope="module")
def inquiries(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """Moov's contract with the schema of an inquiry."""
    folder: Path = tmp_path_factory.mktemp("contracts")
    schema = copied_contract(folder) / "schemas" / "inquiry.schema.json"
    schema.write_text(json.dumps(INQUIRY), encoding="utf-8")
    return load("moov", folder)


def inquiry_check(inquiries: Contract, **arguments: Any) -> Check:
    return make(inquiries, clause("body-schema", status=200, schema="inquiry.schema.json", **arguments))


def judged(judge: Check, value: object) -> Outcome | None:
    finding = judge(exchange(showing(value)))
    return finding.outcome if finding else None


@pytest.mark.parametrize(
    ("at", "data", "expected"),
    [
        ("/data/id", {"id": "inq_1"}, Outcome.KEPT),
        ("/data/id", {"id": "inq_1", "created-at": 7, "id-number": "seven", "note": 7}, Outcome.KEPT),
        ("/data/id", {"id": 7}, Outcome.BROKEN),
        ("/data/id", {}, Outcome.BROKEN),  # it must be there
        ("/data/id", {"created-at": {"day": 1}, "identifier": "inq_1"}, Outcome.BROKEN),
        ("/data/note", {}, None),  # it may be absent, and then shows nothing
        ("/data/note", {"note": None}, Outcome.KEPT),
        ("/data/note", {"note": 7}, Outcome.BROKEN),
        ("/data/created-at", {"created-at": {}}, Outcome.BROKEN),  # what is in the place counts, too
        ("/data/created-at", {"created-at": {"day": "today"}}, Outcome.BROKEN),
        ("/data/created-at", {"created-at": {"day": 1}, "id": 7}, Outcome.KEPT),
        ("/data/created-at/day", {"created-at": {}}, Outcome.BROKEN),
        ("/data/tags", {"tags": ["a", 7]}, Outcome.BROKEN),
        ("/data/tags/0", {"tags": ["a", 7]}, Outcome.KEPT),
        ("/data/tags/1", {"tags": ["a", 7]}, Outcome.BROKEN),
        ("/data/a~1b", {"a/b": "text"}, Outcome.KEPT),
        ("/data/a~1b", {"a/b": 7}, Outcome.BROKEN),
    ],
)
def test_only_what_stands_at_the_place_counts(
    inquiries: Contract, at: str, data: object, expected: Outcome | None
) -> None:
    assert judged(inquiry_check(inquiries, at=at), {"data": data}) is expected


def test_the_place_is_told(inquiries: Contract) -> None:
    judge = inquiry_check(inquiries, at="/data/id")

    assert judge(exchange(showing({"data": {"id": 7}}))) == broken(
        "JSON that meets inquiry.schema.json#/properties/data/properties/id/type",
        "7 is not of type 'string' at /data/id",
        kind="type at /data/id",
        pointer="/data/id",
    )
    assert judge(exchange(showing({"data": {}}))) == broken(
        "JSON that meets inquiry.schema.json#/properties/data/required",
        "'id' is a required property at /data",
        kind="required at /data",
        pointer="/data",
    )


def test_of_several_violations_the_first_in_the_schema_is_told(inquiries: Contract) -> None:
    finding = inquiry_check(inquiries)(exchange(showing({"data": {"created-at": 7, "note": 7, "id": 7}})))

    assert finding is not None
    assert finding.received == "7 is not of type 'string' at /data/id"


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"null", b"{}", b'{"data": []}', b'{"data": "id"}'])
def test_a_body_in_which_the_place_cannot_be_is_another_clauses_business(inquiries: Contract, body: bytes) -> None:
    answer = exchange(json_response(200, body))
    whole = inquiry_check(inquiries)(answer)

    assert inquiry_check(inquiries, at="/data/id")(answer) is None
    assert whole is not None
    assert whole.outcome is Outcome.BROKEN


@pytest.mark.parametrize(("body", "expected"), [({}, Outcome.BROKEN), ({"data": 7}, Outcome.BROKEN), ([], None)])
def test_a_place_at_the_top_can_be_in_any_object(inquiries: Contract, body: object, expected: Outcome | None) -> None:
    assert judged(inquiry_check(inquiries, at="/data"), body) is expected


# Which requests, and which casing


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ((), None),
        (("body/value:/a=true",), Outcome.BROKEN),
        (("body/value:/b=true",), None),
        (("body/value:/a=true", "header/present:B"), None),
        (("header/present:B",), None),
    ],
)
def test_requests_are_chosen_by_when_and_unless(
    inquiries: Contract, traits: tuple[str, ...], expected: Outcome | None
) -> None:
    judge = inquiry_check(inquiries, when=["body/value:/a=*"], unless=["header/present:B"])
    finding = judge(exchange(showing({}), traits=traits))

    assert (finding.outcome if finding else None) is expected


def test_faults_choose_requests_too_and_without_when_every_request_is_meant(inquiries: Contract) -> None:
    judge = inquiry_check(inquiries, unless=["body/syntax"])

    assert judge(exchange(showing({}), "body/syntax")) is None
    for finding in (judge(exchange(showing({}), "credentials/missing")), judge(exchange(showing({})))):
        assert finding is not None
        assert finding.outcome is Outcome.BROKEN


@pytest.mark.parametrize("key", ["created-at", "created_at", "createdAt"])
def test_keys_are_read_in_any_casing(inquiries: Contract, key: str) -> None:
    good, bad = {"data": {"id": "x", key: {"day": 1}}}, {"data": {"id": "x", key: {"day": "today"}}}

    for judge in (
        inquiry_check(inquiries, keys="kebab"),
        inquiry_check(inquiries, keys="kebab", at="/data/created-at"),
    ):
        assert judge(exchange(showing(good))) == KEPT
        assert judged(judge, bad) is Outcome.BROKEN
    expected = Outcome.KEPT if key == "created-at" else Outcome.BROKEN
    assert judged(inquiry_check(inquiries), good) is expected
