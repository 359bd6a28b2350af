"""Checks of what stands in an answer: values that are unique or come back, and the casing of keys."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.checks import Check, make
from clausewise.checks.finding import KEPT, Outcome, broken, kept
from clausewise.contract import Contract
from tests.harness.builders import JSON, PROPERTY, clause, exchange, json_response, request, response, showing


def outcome(judge: Check, value: object, *faults: str, status: int = 200, name: str = "moov-1") -> Outcome | None:
    finding = judge(exchange(showing(value, status), *faults, name=name))
    return finding.outcome if finding else None


# unique-value


def unique(contract: Contract, **arguments: Any) -> Check:
    return make(contract, clause("unique-value", **{"status": [200, 201], "at": "/data/id", **arguments}))


def shown(judge: Check, *values: object) -> list[Outcome | None]:
    """What the check says of these values, one answer after the other."""
    return [outcome(judge, {"data": {"id": value}}, name=f"moov-{n}") for n, value in enumerate(values)]


@PROPERTY
@given(values=st.lists(st.text() | st.integers(), min_size=2, unique_by=str))
def test_values_that_differ_are_unique(contract: Contract, values: list[object]) -> None:
    first, *others = shown(unique(contract), *values)

    assert first is Outcome.UNTESTED  # one alone repeats nothing
    assert others == [Outcome.KEPT] * (len(values) - 1)


def test_a_value_that_came_before_needs_no_second_sending(contract: Contract) -> None:
    judge = unique(contract)
    judge(exchange(showing({"data": {"id": "inq_1"}}), name="moov-1"))
    finding = judge(exchange(showing({"data": {"id": "inq_1"}}, 201), name="moov-2"))

    assert finding is not None
    assert finding.outcome is Outcome.BROKEN
    assert finding.is_certain
    assert "inq_1" in finding.received
    assert "moov-1" in finding.received


def test_a_value_may_stand_in_one_of_two_places(contract: Contract) -> None:
    judge = unique(contract, at=["/member/window", "/window"])
    answers = [
        {"member": {"window": "a"}},
        {"window": "b"},
        {"member": {"window": None}, "window": "a"},
        {"member": {}},
    ]

    assert [outcome(judge, answer, name=f"moov-{n}") for n, answer in enumerate(answers)] == [
        Outcome.UNTESTED,
        Outcome.KEPT,
        Outcome.BROKEN,
        None,
    ]


def test_a_number_is_not_the_text_that_is_written_like_it(contract: Contract) -> None:
    assert shown(unique(contract), 1, "1") == [Outcome.UNTESTED, Outcome.KEPT]


def test_the_order_of_keys_makes_no_other_value(contract: Contract) -> None:
    assert shown(unique(contract), {"a": 1, "b": 2}, {"b": 2, "a": 1}) == [Outcome.UNTESTED, Outcome.BROKEN]


def test_nothing_and_null_are_no_values(contract: Contract) -> None:
    judge = unique(contract)

    assert shown(judge, None, None) == [None, None]
    for value in ("{}", '{"data": []}', "[]", '"id"', "no json"):
        answer = json_response(200, value.encode())
        assert [judge(exchange(answer, name=name)) for name in ("moov-1", "moov-2")] == [None, None]


def test_unique_values_are_asked_of_the_right_answers(contract: Contract) -> None:
    judge = unique(contract, unless=["header/present:Idempotency-Key"])
    again = showing({"data": {"id": "same"}})
    judge(exchange(again, name="moov-1"))

    assert judge(exchange(again, traits=("header/present:Idempotency-Key",), name="moov-2")) is None
    assert outcome(judge, {"data": {"id": "same"}}, status=202, name="moov-3") is None
    assert judge(exchange(None, name="moov-4")) is None
    assert outcome(judge, {"data": {"id": "same"}}, name="moov-5") is Outcome.BROKEN


def test_a_unique_value_is_found_in_any_casing(contract: Contract) -> None:
    judge = unique(contract, at="/session-token", keys="kebab")

    assert outcome(judge, {"sessionToken": "same"}, name="moov-1") is Outcome.UNTESTED
    assert outcome(judge, {"session_token": "same"}, name="moov-2") is Outcome.BROKEN


# constant-value


def test_a_constant_value_is_asked_of_the_right_answers(contract: Contract) -> None:
    sieve: dict[str, Any] = {"when": ["body/absent:/name"], "unless": ["fixture/OTHER"]}
    judge = make(contract, clause("constant-value", status=200, at="/name", **sieve))

    def heard(name: str, *traits: str) -> Outcome | None:
        finding = judge(exchange(showing({"name": name}), traits=traits))
        return finding.outcome if finding else None

    assert heard("given") is None
    assert heard("another", "body/absent:/name", "fixture/OTHER") is None
    assert heard("default", "body/absent:/name") is Outcome.UNTESTED
    assert heard("default", "body/absent:/name") is Outcome.KEPT
    assert heard("given", "body/absent:/name") is Outcome.BROKEN


# echo


def echoed(contract: Contract, body: bytes | None, answer: object, **arguments: Any) -> Outcome | None:
    judge = make(contract, clause("echo", **{"status": 200, "sent": "/member/note", "at": "/data/note", **arguments}))
    finding = judge(exchange(showing(answer), sent=request(body)))
    return finding.outcome if finding else None


@PROPERTY
@given(value=JSON)
def test_what_was_sent_comes_back(contract: Contract, value: object) -> None:
    sent = json.dumps({"member": {"note": value}}).encode()

    assert echoed(contract, sent, {"data": {"note": value}}) is Outcome.KEPT


@PROPERTY
@given(values=st.lists(JSON, min_size=2, max_size=2, unique_by=json.dumps).filter(lambda two: two[0] != two[1]))
def test_another_value_does_not(contract: Contract, values: list[object]) -> None:
    sent = json.dumps({"member": {"note": values[0]}}).encode()

    assert echoed(contract, sent, {"data": {"note": values[1]}}) is Outcome.BROKEN


@pytest.mark.parametrize(("value", "other"), [(True, 1), (0, False), ([1], [True]), ({"a": 0}, {"a": False})])
def test_a_truth_value_is_no_number(contract: Contract, value: object, other: object) -> None:
    sent = json.dumps({"member": {"note": value}}).encode()

    assert echoed(contract, sent, {"data": {"note": other}}) is Outcome.BROKEN


def test_what_came_in_the_place_of_what_was_sent_is_told(contract: Contract) -> None:
    judge = make(contract, clause("echo", status=200, sent="/note", at="/data/note"))
    finding = judge(exchange(showing({"data": {"note": None}}), sent=request(b'{"note": "here"}')))

    assert finding == broken('"here" at /data/note, as it was sent', "null", pointer="/data/note")


@pytest.mark.parametrize("sent", [None, b"", b"no json", b"[]", b"{}", b'{"member": "note"}'])
def test_what_was_not_sent_cannot_come_back(contract: Contract, sent: bytes | None) -> None:
    assert echoed(contract, sent, {"data": {"note": "x"}}) is None


@pytest.mark.parametrize("answer", [{}, {"data": {}}, [], None])
def test_an_answer_without_the_place_is_another_clauses_business(contract: Contract, answer: object) -> None:
    assert echoed(contract, b'{"member": {"note": "x"}}', answer) is None


def test_a_request_with_faults_need_not_come_back(contract: Contract) -> None:
    judge = make(contract, clause("echo", status=200, sent="/a", at="/a"))

    assert judge(exchange(showing({"a": 2}), "header/malformed:Accept", sent=request(b'{"a": 1}'))) is None


def test_an_answer_of_another_status_is_no_echo(contract: Contract) -> None:
    judge = make(contract, clause("echo", status=200, sent="/a", at="/a"))

    assert judge(exchange(showing({"a": 2}, 201), sent=request(b'{"a": 1}'))) is None
    assert judge(exchange(None, sent=request(b'{"a": 1}'))) is None


@pytest.mark.parametrize(("zip_code", "expected"), [(1, Outcome.KEPT), (2, Outcome.BROKEN)])
def test_an_echo_is_read_in_any_casing(contract: Contract, zip_code: int, expected: Outcome) -> None:
    sent = b'{"member": {"home_address": {"zip_code": 1}}}'
    places = {"sent": "/member/home-address", "at": "/data/home-address", "keys": "kebab"}

    assert echoed(contract, sent, {"data": {"homeAddress": {"zipCode": zip_code}}}, **places) is expected


# key-casing

MIXED = {"created_at": 1, "updatedAt": 2}


@pytest.mark.parametrize(
    ("casing", "body", "expected"),
    [
        ("kebab", {"created-at": {"id": [{"zip-code": "zipCode"}]}}, KEPT),
        ("snake", {"created_at": {"id": [{"zip_code": "zipCode"}]}}, KEPT),
        ("camel", {"createdAt": {"id": [{"zipCode": "zip-code"}]}}, KEPT),
        (
            "camel",
            {"createdAt": {"id": [{"zip-code": 1}]}, "up_at": 1},
            broken("every key in camel", "up_at, zip-code"),
        ),
        ("kebab", MIXED, broken("every key in kebab", "created_at, updatedAt")),
        ("snake", [MIXED], broken("every key in snake", "updatedAt")),
    ],
)
def test_keys_in_a_named_casing(contract: Contract, casing: str, body: object, expected: object) -> None:
    assert make(contract, clause("key-casing", status=200, casing=casing))(exchange(showing(body))) == expected


@pytest.mark.parametrize(
    ("body", "casings"),
    [
        ({"created-at": [{"zip-code": 1}]}, "kebab"),
        ({"created_at": [{"zip_code": 1}]}, "snake"),
        ({"createdAt": [{"zipCode": 1}]}, "camel"),
        ({"id": 1}, "camel or kebab or snake"),
    ],
)
def test_keys_in_one_casing_whichever_it_is(contract: Contract, body: object, casings: str) -> None:
    assert make(contract, clause("key-casing", status=200))(exchange(showing(body))) == kept(casings)


@pytest.mark.parametrize("body", [MIXED, {"created-at": {"updatedAt": 1}}, [{"up_at": 1}, {"up-at": 1}], {"Up": 1}])
def test_keys_in_no_casing_or_in_several(contract: Contract, body: object) -> None:
    finding = make(contract, clause("key-casing", status=200))(exchange(showing(body)))

    assert finding is not None
    assert finding.outcome is Outcome.BROKEN
    assert finding.expected == "every key in camel or in kebab or in snake"


def test_a_casing_that_nobody_names_is_the_same_in_all_answers(contract: Contract) -> None:
    judge = make(contract, clause("key-casing", status=200))
    answers = [{"id": 1}, {"created-at": 1}, {"createdAt": 1}, {"id": 2}, {"up-at": 1}]

    assert [judge(exchange(showing(answer))) for answer in answers] == [
        kept("camel or kebab or snake"),
        kept("kebab"),
        broken("every key in kebab", "createdAt"),
        kept("kebab"),
        kept("kebab"),
    ]


def test_the_casing_is_asked_of_json_answers_to_the_right_requests(contract: Contract) -> None:
    judge = make(contract, clause("key-casing", status="2XX", casing="camel", when=["header/value:Inflection=camel"]))
    snake = showing({"created_at": 1})

    assert judge(exchange(snake)) is None
    for answer in (None, showing({"created_at": 1}, 400), response(204), response(200, b"no json")):
        assert judge(exchange(answer, traits=("header/value:Inflection=camel",))) is None
    assert judge(exchange(snake, traits=("header/value:Inflection=camel",))) == broken(
        "every key in camel", "created_at"
    )
