"""Two answers are the same if a client could treat them alike: status and shape, whatever the words are."""

import json

import pytest
from hypothesis import given

from clausewise.checks import PairCheck, make_pair
from clausewise.checks.finding import KEPT, Outcome, broken
from clausewise.contract import Contract
from clausewise.exchange import Response
from tests.harness.builders import JSON, PROPERTY, clause, exchange, json_response, response

PLAIN = ("Content-Type", "text/plain")


@pytest.fixture
def compare(contract: Contract) -> PairCheck:
    return make_pair(contract, clause("same-answer"))


def outcome(compare: PairCheck, one: Response, other: Response) -> Outcome:
    return compare(exchange(one, name="moov-1"), exchange(other, name="moov-2")).outcome


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (response(201), response(201)),
        (response(201, b"", ("x-request-id", "1")), response(201, b"", ("x-request-id", "2"))),
        (json_response(400, b'{"error": "a"}'), json_response(400, b'{"error": "b"}')),
        (json_response(400, b'{"a": 1, "b": [1, 2]}'), json_response(400, b'{"b": [3.5], "a": 0}')),
        (json_response(400, b'{"error": "a"}'), response(400, b'{"error": "a"}')),
        (
            response(500, b"words", ("Content-Type", "text/plain")),
            response(500, b"other", ("Content-Type", "text/plain")),
        ),
    ],
)
def test_the_same_answer(compare: PairCheck, one: Response, other: Response) -> None:
    assert outcome(compare, one, other) is Outcome.KEPT
    assert outcome(compare, other, one) is Outcome.KEPT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (response(201), response(200)),
        (response(201), json_response(201, b"{}")),
        (json_response(400, b'{"error": "a"}'), json_response(400, b'{"message": "a"}')),
        (json_response(400, b'{"error": "a"}'), json_response(400, b'{"error": ["a"]}')),
        (json_response(400, b'{"error": "a"}'), json_response(400, b'{"error": null}')),
        (json_response(400, b'{"error": "a"}'), json_response(400, b'{"error": "a", "code": 1}')),
        (json_response(400, b'{"a": {"b": 1}}'), json_response(400, b'{"a": {"b": "1"}}')),
        (json_response(400, b"{}"), response(400, b"words", PLAIN)),
        (response(400, b"words", PLAIN), response(400, b"<p>", ("Content-Type", "text/html"))),
    ],
)
def test_another_answer(compare: PairCheck, one: Response, other: Response) -> None:
    assert outcome(compare, one, other) is Outcome.BROKEN
    assert outcome(compare, other, one) is Outcome.BROKEN


def test_the_difference_is_told(compare: PairCheck) -> None:
    finding = compare(
        exchange(json_response(400, b'{"error": "a"}'), name="moov-1"), exchange(response(201), name="moov-2")
    )

    assert finding == broken(
        "the same answer as moov-1: 400 with a body like {error: string}",
        "201 with an empty body",
        compared_with="moov-1",
    )


@pytest.mark.parametrize("missing", [0, 1])
def test_without_an_answer_nothing_is_compared(compare: PairCheck, missing: int) -> None:
    pair = [exchange(response(201)), exchange(response(201))]
    pair[missing] = exchange(None)

    assert compare(*pair).outcome is Outcome.UNTESTED
    assert compare(*pair).cause is not None


@PROPERTY
@given(body=JSON)
def test_an_answer_is_the_same_as_itself(contract: Contract, body: object) -> None:
    answer = exchange(json_response(400, json.dumps(body).encode()))

    assert make_pair(contract, clause("same-answer"))(answer, answer) == KEPT


@pytest.mark.parametrize("depth", [100, 900, 1_000, 100_000])
def test_bodies_nested_deeply_do_not_crash(compare: PairCheck, depth: int) -> None:
    deep = json_response(400, b"[" * depth + b"]" * depth)

    assert outcome(compare, deep, deep) is Outcome.KEPT
    assert outcome(compare, deep, json_response(400, b"{}")) is Outcome.BROKEN
