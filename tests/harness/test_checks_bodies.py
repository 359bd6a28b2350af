"""JSON bodies however they are written, and what is almost JSON; and the fault that a body names at any depth."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clausewise.checks import make
from clausewise.checks.documents import MISSING, document, same
from clausewise.checks.finding import Outcome
from clausewise.contract import Contract
from tests.harness.builders import JSON, PROPERTY, clause, exchange, json_response, response

FEWER = settings(PROPERTY, max_examples=50)
WRITINGS = st.fixed_dictionaries(
    {
        "ensure_ascii": st.booleans(),
        "indent": st.sampled_from([None, 0, 3, "\t"]),
        "separators": st.sampled_from([(",", ":"), (" , ", "\n:\r ")]),
    }
)


@FEWER
@given(value=JSON, writing=WRITINGS, around=st.sampled_from(["", " ", "\n", "\t\r\n "]))
def test_a_body_is_the_same_document_however_it_is_written(value: object, writing: dict[str, Any], around: str) -> None:
    text = around + json.dumps(value, **writing) + around

    assert same(document(response(200, text.encode())), value)


@FEWER
@given(value=JSON, ending=st.sampled_from(["}", "]", ",", '"', " x", "\x00", "\u00a0", "\ufeff", "//", "{}", "null"]))
def test_a_document_with_more_behind_it_is_none(value: object, ending: str) -> None:
    assert document(response(200, (json.dumps(value) + ending).encode())) is MISSING


@FEWER
@given(value=st.dictionaries(st.text(max_size=5), JSON, max_size=3) | st.lists(JSON, max_size=3), data=st.data())
def test_a_document_that_ends_too_early_is_none(value: object, data: st.DataObject) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()

    assert document(response(200, body[: data.draw(st.integers(0, len(body) - 1))])) is MISSING


@FEWER
@given(body=st.binary(max_size=20))
@example(b'\xef\xbb\xbf{"error": "a byte order mark"}')
@example(b"{'error': 'quotes of another language'}")
@example(b'{"error": "a",}')
@example(b'{"error": "a" /* why */}')
def test_bytes_at_random_break_the_promise_of_a_schema(contract: Contract, body: bytes) -> None:
    finding = make(contract, clause("body-schema", status=400, schema="error.schema.json"))(
        exchange(json_response(400, body))
    )

    assert finding is not None
    assert finding.outcome is Outcome.BROKEN


# names-fault

STEPS = st.lists(st.sampled_from(["accountID", "allowScopes", "0", "12", "é"]), min_size=1, max_size=4)


def naming(contract: Contract, steps: list[str], depth: int, body: object) -> Outcome | None:
    """What the check says of a body, where the fault lies at these steps."""
    judge = make(contract, clause("names-fault", status=400, when=["body/type:*"], depth=depth))
    finding = judge(exchange(json_response(400, json.dumps(body).encode()), f"body/type:/{'/'.join(steps)}"))
    return finding.outcome if finding else None


def nested(steps: list[str], inside: object) -> object:
    for step in reversed(steps):
        inside = {"more": [1], step: inside}
    return inside


@FEWER
@given(steps=STEPS, depth=st.integers(1, 5), inside=JSON)
def test_a_fault_is_named_by_its_keys_as_deep_as_asked(
    contract: Contract, steps: list[str], depth: int, inside: object
) -> None:
    assert naming(contract, steps, depth, nested(steps[:depth], inside)) is Outcome.KEPT


@FEWER
@given(steps=STEPS, depth=st.integers(1, 5), at=st.integers(0, 3), wrong=st.sampled_from(["", "more", "of {}", "{}s"]))
def test_another_key_at_any_step_does_not_name_it(
    contract: Contract, steps: list[str], depth: int, at: int, wrong: str
) -> None:
    asked = steps[:depth]
    at = at % len(asked)
    other = [*asked[:at], wrong.format(asked[at]), *asked[at + 1 :]]

    assert naming(contract, steps, depth, nested(other, "is wrong")) is Outcome.BROKEN


@FEWER
@given(steps=STEPS, inside=JSON.filter(lambda value: not isinstance(value, dict)))
def test_a_value_that_has_no_keys_names_no_deeper_step(contract: Contract, steps: list[str], inside: object) -> None:
    assert naming(contract, [*steps, "last"], len(steps) + 1, nested(steps, inside)) is Outcome.BROKEN
