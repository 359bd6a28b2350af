"""Two successes show the same document, the same or another value, or only the fields that were asked for."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clausewise.checks import make_pair
from clausewise.checks.finding import KEPT, Finding, Outcome, broken
from clausewise.contract import Contract
from clausewise.exchange import Response
from tests.harness.builders import JSON, PROPERTY, URL, clause, exchange, json_response, request, response, showing

NO_SUCCESS = [
    None,
    *(showing({"id": 1}, status) for status in (199, 300, 302, 400)),
    response(204),
    json_response(200, b"no json"),
]
"""Answers that show no document."""
NO_NUMBERS = [(True, 1), (0, False), ([1], [True]), ({"a": 0}, {"a": False})]
"""Truth values and the numbers that Python holds to be the same."""


def compared(contract: Contract, check: str, one: Response | None, other: Response | None, **arguments: Any) -> Finding:
    """What the check says of an exchange moov-1 and an exchange moov-2."""
    compare = make_pair(contract, clause(check, **arguments))
    return compare(exchange(one, name="moov-1"), exchange(other, name="moov-2"))


def outcome(contract: Contract, check: str, one: object, other: object, **arguments: Any) -> Outcome:
    """How two documents compare; it does not matter which is the first."""
    there = compared(contract, check, showing(one), showing(other, 201), **arguments).outcome
    back = compared(contract, check, showing(other, 201), showing(one), **arguments).outcome
    assert there is back
    return there


@pytest.mark.parametrize(
    ("check", "arguments"),
    [
        ("same-document", {}),
        ("same-value", {"at": "/id"}),
        ("different-value", {"at": "/id"}),
        ("sparse-fieldset", {"parameter": "fields", "at": ""}),
    ],
)
@pytest.mark.parametrize("answer", NO_SUCCESS)
def test_without_two_successes_nothing_is_compared(
    contract: Contract, check: str, arguments: dict[str, Any], answer: Response | None
) -> None:
    for pair in ((answer, showing({"id": 1})), (showing({"id": 1}), answer)):
        finding = compared(contract, check, *pair, **arguments)

        assert finding.outcome is Outcome.UNTESTED
        assert finding.cause is not None


@pytest.mark.parametrize("status", [200, 299])
def test_every_status_from_200_to_299_is_a_success(contract: Contract, status: int) -> None:
    assert compared(contract, "same-document", showing({"id": 1}), showing({"id": 1}, status)) == KEPT


# same-document


@PROPERTY
@given(value=JSON)
def test_a_document_is_the_same_as_itself(contract: Contract, value: object) -> None:
    assert outcome(contract, "same-document", value, value) is Outcome.KEPT


@PROPERTY
@given(one=JSON, other=JSON)
def test_documents_that_differ_are_not_the_same(contract: Contract, one: object, other: object) -> None:
    assume(one != other)

    assert outcome(contract, "same-document", one, other) is Outcome.BROKEN


@pytest.mark.parametrize(
    ("one", "other"), [({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "a": 1}), (1, 1.0)]
)
def test_the_order_of_keys_and_the_writing_of_numbers_do_not_matter(
    contract: Contract, one: object, other: object
) -> None:
    assert outcome(contract, "same-document", one, other) is Outcome.KEPT


@pytest.mark.parametrize(("one", "other"), NO_NUMBERS)
def test_truth_values_are_no_numbers_in_a_document(contract: Contract, one: object, other: object) -> None:
    assert outcome(contract, "same-document", {"a": one}, {"a": other}) is Outcome.BROKEN


@pytest.mark.parametrize(
    ("one", "other", "at", "was", "now"),
    [
        ({"data": {"note": {"text": "a"}}}, {"data": {"note": {"text": "b"}}}, "/data/note/text", '"a"', '"b"'),
        ({"data": {"note": 1}}, {"data": {}}, "/data/note", "1", "nothing"),
        ({"data": {}}, {"data": {"note": None}}, "/data/note", "nothing", "null"),
        ({"tags": [1, 2]}, {"tags": [2, 1]}, "/tags", "[1, 2]", "[2, 1]"),
        ({"tags": [1, 2]}, {"tags": [1]}, "/tags", "[1, 2]", "[1]"),
        ({"a": {}}, {"a": []}, "/a", "{}", "[]"),
        ([], {}, "/", "[]", "{}"),
    ],
)
def test_the_first_difference_is_told_with_its_place(
    contract: Contract, one: object, other: object, at: str, was: str, now: str
) -> None:
    finding = compared(contract, "same-document", showing(one), showing(other))

    assert finding == broken(
        f"at {at} the same as in moov-1: {was}", now, pointer=at.removesuffix("/"), compared_with="moov-1"
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"type": "a", "at": "8:00"}, {"type": "a", "at": "9:00"}, Outcome.KEPT),
        ({"type": "a", "at": 8}, {"type": "a", "at": 9.5}, Outcome.KEPT),
        ({"type": "a", "tags": ["x"]}, {"type": "a", "tags": []}, Outcome.KEPT),  # both are lists
        ({"type": "a"}, {"type": "b"}, Outcome.BROKEN),
        ({"type": "a", "at": 8}, {"type": "a", "at": "9:00"}, Outcome.BROKEN),
        ({"type": "a", "at": None}, {"type": "a", "at": "9:00"}, Outcome.BROKEN),
        ({"type": "a", "at": "8:00"}, {"type": "a"}, Outcome.BROKEN),
        ({"type": "a", "more": {"id": 1}}, {"type": "a", "more": {"id": 2}}, Outcome.KEPT),
        ({"type": "a", "more": {"id": 1}}, {"type": "a", "more": {"id": 2, "n": 3}}, Outcome.BROKEN),
        ({"type": "a", "more": {}}, {"type": "a", "more": []}, Outcome.BROKEN),
        ({"in/side": 1}, {"in/side": 2}, Outcome.BROKEN),
    ],
)
def test_of_all_but_some_values_only_keys_and_types_count(
    contract: Contract, one: object, other: object, expected: Outcome
) -> None:
    documents = {"data": one}, {"data": other}

    assert outcome(contract, "same-document", *documents, values=["/data/type", "/data/in~1side"]) is expected


@pytest.mark.parametrize("key", ["created-at", "created_at", "createdAt"])
def test_documents_are_read_in_one_casing(contract: Contract, key: str) -> None:
    one, same, other = {"a": [{"created-at": 1}]}, {"a": [{key: 1}]}, {"a": [{key: 2}]}

    assert outcome(contract, "same-document", one, same, keys="kebab") is Outcome.KEPT
    assert outcome(contract, "same-document", one, other, keys="kebab") is Outcome.BROKEN
    assert (outcome(contract, "same-document", one, same) is Outcome.KEPT) is (key == "created-at")


def test_keys_whose_words_cannot_be_told_apart_are_the_same_if_their_letters_are(contract: Contract) -> None:
    pair = {"a": {"positionXY": 1}}, {"a": {"position_x_y": 1}}

    assert outcome(contract, "same-document", *pair, keys="kebab") is Outcome.KEPT


def test_keys_are_read_alike_in_lists_too(contract: Contract) -> None:
    pair = {"a": [{"positionXY": 1}]}, {"a": [{"position_x_y": 1}]}

    assert outcome(contract, "same-document", *pair, keys="kebab") is Outcome.KEPT
    assert outcome(contract, "same-document", *pair) is Outcome.BROKEN
    assert outcome(contract, "same-document", pair[0], {"a": [{"position_x_y": 2}]}, keys="kebab") is Outcome.BROKEN
    assert outcome(contract, "same-document", *pair) is Outcome.BROKEN


def test_values_are_named_in_that_casing(contract: Contract) -> None:
    arguments = {"keys": "kebab", "values": ["/created-at"]}

    assert outcome(contract, "same-document", {"createdAt": 1}, {"created_at": 1}, **arguments) is Outcome.KEPT
    assert outcome(contract, "same-document", {"createdAt": 1}, {"created_at": 2}, **arguments) is Outcome.BROKEN


# same-value and different-value


@PROPERTY
@given(one=JSON, other=JSON)
def test_a_value_is_the_same_or_another(contract: Contract, one: object, other: object) -> None:
    assume(one is not None and other is not None)
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assume(same or one != other)  # 0, 0.0 and false have tests of their own
    pair = {"data": {"id": one}, "rest": 1}, {"data": {"id": other}}

    assert outcome(contract, "same-value", *pair, at="/data/id") is (Outcome.KEPT if same else Outcome.BROKEN)
    assert outcome(contract, "different-value", *pair, at="/data/id") is (Outcome.BROKEN if same else Outcome.KEPT)


@pytest.mark.parametrize("other", [None, 1])
@pytest.mark.parametrize("check", ["same-value", "different-value"])
def test_null_is_no_value(contract: Contract, check: str, other: object) -> None:
    assert outcome(contract, check, {"id": None}, {"id": other}, at="/id") is Outcome.UNTESTED


@pytest.mark.parametrize(("one", "other"), NO_NUMBERS)
def test_a_truth_value_is_another_value_than_a_number(contract: Contract, one: object, other: object) -> None:
    assert outcome(contract, "same-value", one, other, at="") is Outcome.BROKEN
    assert outcome(contract, "different-value", one, other, at="") is Outcome.KEPT


def test_both_values_are_told(contract: Contract) -> None:
    pair = showing({"id": "é"}), showing({"id": [None]})

    assert compared(contract, "same-value", *pair, at="/id") == broken(
        'at /id the same as in moov-1: "é"', "[null]", pointer="/id", compared_with="moov-1"
    )
    assert compared(contract, "different-value", pair[0], pair[0], at="/id") == broken(
        "at /id another value than in moov-1", '"é"', pointer="/id", compared_with="moov-1"
    )


@pytest.mark.parametrize("check", ["same-value", "different-value"])
@pytest.mark.parametrize("without", [{}, {"data": {}}, {"data": [1]}, [], None, "id"])
def test_a_value_that_is_not_there_is_not_compared(contract: Contract, check: str, without: object) -> None:
    assert outcome(contract, check, without, {"data": {"id": 1}}, at="/data/id") is Outcome.UNTESTED
    assert outcome(contract, check, without, without, at="/data/id") is Outcome.UNTESTED


def test_values_are_found_in_any_casing(contract: Contract) -> None:
    pair, place = ({"session_token": 1}, {"sessionToken": 1}), {"at": "/session-token", "keys": "kebab"}

    assert outcome(contract, "same-value", *pair, **place) is Outcome.KEPT
    assert outcome(contract, "different-value", *pair, **place) is Outcome.BROKEN


# sparse-fieldset

FIELDS = {"status": "created", "created-at": "8:00", "note": None, "name": {"first-name": "A"}}
PLACE = "/data/attributes"


def inquiry(*names: str, **others: object) -> dict[str, object]:
    """An inquiry that has of all fields these."""
    return {"data": {"id": "inq_1", "attributes": {name: FIELDS[name] for name in names}}, "included": [], **others}


def sparse(contract: Contract, asked: str, answer: object, whole: object = None, **arguments: Any) -> Finding:
    """What the check says of an inquiry with all fields and the answer to a request that asked for some."""
    compare = make_pair(contract, clause("sparse-fieldset", parameter="fields[inquiry]", at=PLACE, **arguments))
    query = f"?page=1&{quote('fields[inquiry]')}={quote(asked)}"
    return compare(
        exchange(showing(inquiry(*FIELDS) if whole is None else whole), name="moov-1"),
        exchange(showing(answer), name="moov-2", sent=request(None, url=f"{URL}/inquiries/1{query}")),
    )


@PROPERTY
@given(
    names=st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=1), unknown=st.lists(st.just("unheard-of"))
)
def test_the_fields_that_were_asked_for_and_no_others(contract: Contract, names: list[str], unknown: list[str]) -> None:
    assert sparse(contract, ",".join([*names, *unknown]), inquiry(*names)) == KEPT


@PROPERTY
@given(
    asked=st.sets(st.sampled_from(sorted(FIELDS)), min_size=1), got=st.sets(st.sampled_from(sorted(FIELDS)), min_size=1)
)
def test_fewer_or_more_fields_than_asked_for(contract: Contract, asked: set[str], got: set[str]) -> None:
    expected = Outcome.KEPT if asked == got else Outcome.BROKEN

    assert sparse(contract, ",".join(sorted(asked)), inquiry(*got)).outcome is expected


def test_unknown_names_alone_leave_no_field(contract: Contract) -> None:
    assert sparse(contract, "unheard-of", inquiry()) == KEPT
    assert sparse(contract, "unheard-of", inquiry(*FIELDS)).outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    "answer",
    [
        inquiry("status", more=1),
        {"data": {"id": "inq_1", "attributes": {"status": ""}}},  # without `included`
        {"data": {"id": 1, "attributes": {"status": ""}}, "included": []},
        {"data": {"id": "inq_1", "attributes": {"status": 1}}, "included": []},
        {"data": {"id": "inq_1"}, "included": []},
        {"status": "created"},
        [],
    ],
)
def test_other_keys_and_types_stay_as_they_were(contract: Contract, answer: object) -> None:
    assert sparse(contract, "status", answer).outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (inquiry("status", "note"), "too many fields"),
        (inquiry(), "too few fields"),
        (inquiry("note"), "other fields"),
        (inquiry("status", more=1), "the right fields, and something else"),
        ({"data": {"id": "inq_1", "attributes": ["status"]}}, "no fields"),
        ({"data": {"id": "inq_1"}}, "no fields"),
    ],
)
def test_breaks_of_one_kind_are_alike(contract: Contract, answer: object, way: str) -> None:
    assert sparse(contract, "status", answer).signature == way


def test_other_values_may_change(contract: Contract) -> None:
    answer = {"included": [], "data": {"attributes": {"status": "pending"}, "id": "inq_2"}}

    assert sparse(contract, "status", answer) == KEPT


def test_fields_too_many_are_told(contract: Contract) -> None:
    finding = sparse(contract, "status,note", {"data": {"attributes": FIELDS}}, {"data": {"attributes": FIELDS}})

    assert finding == broken(
        "of moov-1 only status, note at /data/attributes: {data: {attributes: {note: null, status: string}}}",
        "{data: {attributes: {created-at: string, name: {first-name: string}, note: null, status: string}}}",
        kind="too many fields",
        pointer="/data/attributes",
        compared_with="moov-1",
    )


@pytest.mark.parametrize("asked", ["created-at,status", "createdAt,status", "created_at,status"])
@pytest.mark.parametrize("key", ["created-at", "createdAt", "created_at"])
def test_names_and_keys_are_read_in_one_casing(contract: Contract, asked: str, key: str) -> None:
    fields = {"status": "created", key: "8:00"}
    answer = {"data": {"id": "inq_1", "attributes": fields}, "included": []}

    assert sparse(contract, asked, answer, keys="kebab") == KEPT
    assert sparse(contract, "status", answer, keys="kebab").outcome is Outcome.BROKEN


@pytest.mark.parametrize("whole", [{}, {"data": {}}, {"data": {"attributes": []}}, []])
def test_without_the_object_nothing_is_compared(contract: Contract, whole: object) -> None:
    assert sparse(contract, "status", inquiry("status"), whole).outcome is Outcome.UNTESTED
