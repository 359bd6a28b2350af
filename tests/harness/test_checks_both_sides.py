"""Every check, whichever a contract may ask for, tells what keeps its clause from what breaks it, and may be silent."""

from collections.abc import Mapping
from typing import Any

import pytest

from clausewise.checks import Kind, known_checks, make, make_pair
from clausewise.checks.finding import Outcome
from clausewise.contract import Contract
from clausewise.exchange import Exchange
from tests.harness.builders import URL, clause, exchange, request, response, showing, with_clauses

KEPT, BROKEN, UNTESTED, OBSERVED = Outcome.KEPT, Outcome.BROKEN, Outcome.UNTESTED, Outcome.OBSERVED

Sides = Mapping[Outcome | None, tuple[Exchange, ...]]
"""Exchanges, one after the other, by what the check says of the last; ``None`` stands for nothing."""


def answered(status: int, *faults: str, traits: tuple[str, ...] = ()) -> tuple[Exchange]:
    """An exchange with an empty answer of that status."""
    return (exchange(response(status), *faults, traits=traits),)


def traced(*ids: str) -> tuple[Exchange, ...]:
    """Exchanges whose answers have these ids in a header."""
    return tuple(exchange(response(201, b"", ("X-Id", value)), name=f"moov-{at}") for at, value in enumerate(ids))


def shown(*bodies: object, status: int = 200) -> tuple[Exchange, ...]:
    """Exchanges whose answers have these JSON bodies."""
    return tuple(exchange(showing(body, status), name=f"moov-{at}") for at, body in enumerate(bodies))


def faulty(fault: str, body: object) -> tuple[Exchange]:
    """An exchange whose request has that fault, answered 400 with that JSON body."""
    return (exchange(showing(body, 400), fault),)


def returned(sent: bytes, body: object) -> tuple[Exchange]:
    """An exchange with these two bodies."""
    return (exchange(showing(body), sent=request(sent)),)


def selected(whole: object, sparse: object) -> tuple[Exchange, ...]:
    """A document, and what came when only its field ``a`` was asked for."""
    return exchange(showing(whole)), exchange(showing(sparse), sent=request(None, url=f"{URL}/1?fields=a"))


def hidden(*answers: tuple[int, str]) -> tuple[Exchange, ...]:
    """Exchanges with these statuses, each with the fault of its request."""
    return tuple(exchange(response(status), fault, name=f"moov-{at}") for at, (status, fault) in enumerate(answers))


SYNTAX = "body/syntax"
FORBIDDEN = "credentials/forbidden"
UNKNOWN = "path/unknown:accountID"
TYPE = "body/type:/a"
MEDIA_TYPES = [(exchange(response(201, b"{}", ("Content-Type", name))),) for name in ("application/json", "text/json")]

EXAMPLES: dict[str, tuple[dict[str, Any], Sides]] = {
    "status": (
        {"when": [SYNTAX], "expect": [400]},
        {KEPT: answered(400, SYNTAX), BROKEN: answered(422, SYNTAX), None: answered(422, TYPE)},
    ),
    "credentials-accepted": (
        {"when": ["credentials/bearer"]},
        {
            KEPT: answered(404, traits=("credentials/bearer",)),
            BROKEN: answered(401, traits=("credentials/bearer",)),
            None: answered(401),
        },
    ),
    "observe-status": ({"when": [SYNTAX]}, {OBSERVED: answered(500, SYNTAX), None: answered(500)}),
    "body-mentions": (
        {"when": [TYPE], "value": 4011},
        {KEPT: faulty(TYPE, {"code": 4011}), BROKEN: faulty(TYPE, {"code": 40110}), None: faulty(SYNTAX, {})},
    ),
    "header-present": (
        {"status": 201, "header": "x-id"},
        {KEPT: traced("1"), BROKEN: traced(" "), None: answered(200)},
    ),
    "header-unique": (
        {"header": "x-id"},
        {KEPT: traced("1", "2"), BROKEN: traced("1", "2", "1"), UNTESTED: traced("1"), None: answered(201)},
    ),
    "media-type": (
        {"status": 201, "expect": "application/json"},
        {KEPT: MEDIA_TYPES[0], BROKEN: MEDIA_TYPES[1], None: answered(200)},
    ),
    "body-schema": (
        {"status": 200, "schema": "error.schema.json"},
        {KEPT: shown({"error": "a"}), BROKEN: shown({"error": 1}), None: shown({}, status=400)},
    ),
    "unique-value": (
        {"status": 200, "at": "/id"},
        {
            KEPT: shown({"id": 1}, {"id": 2}),
            BROKEN: shown({"id": 1}, {"id": 1}),
            UNTESTED: shown({"id": 1}),
            None: shown({"id": None}),
        },
    ),
    "constant-value": (
        {"status": 200, "at": "/id"},
        {
            KEPT: shown({"id": 1}, {"id": 1}),
            BROKEN: shown({"id": 1}, {"id": 1}, {"id": 2}),
            UNTESTED: shown({"id": 1}),
            None: shown({"id": None}),
        },
    ),
    "known-value": (
        {"status": 200, "at": "/id", "value": "a"},
        {KEPT: shown({"id": "a"}), BROKEN: shown({"id": "b"}), None: shown({"id": 1})},
    ),
    "distinct-values": (
        {"status": 200, "at": "/a", "other": "/b"},
        {KEPT: shown({"a": 1, "b": 2}), BROKEN: shown({"a": 1, "b": 1}), None: shown({"a": None, "b": None})},
    ),
    "consistent-hiding": (
        {"forbidden": [FORBIDDEN], "unknown": [UNKNOWN]},
        {
            KEPT: hidden((403, FORBIDDEN), (404, UNKNOWN)),
            BROKEN: hidden((404, FORBIDDEN), (403, UNKNOWN)),
            UNTESTED: hidden((403, FORBIDDEN)),
            None: hidden((403, TYPE)),
        },
    ),
    "observe-success-status": (
        {},
        {OBSERVED: answered(202), None: answered(400)},
    ),
    "echo": (
        {"status": 200, "sent": "/a", "at": "/b"},
        {KEPT: returned(b'{"a": 1}', {"b": 1}), BROKEN: returned(b'{"a": 1}', {"b": 2}), None: returned(b"{}", {})},
    ),
    "key-casing": (
        {"status": 200},
        {KEPT: shown({"a_b": 1}), BROKEN: shown({"a_b": {"a-b": 1}}), None: answered(200)},
    ),
    "names-fault": (
        {"status": 400, "when": ["body/type:*"], "depth": 1},
        {KEPT: faulty(TYPE, {"a": "is wrong"}), BROKEN: faulty(TYPE, {"b": "is wrong"}), None: faulty(SYNTAX, {})},
    ),
    "observe-body": ({"status": 200}, {OBSERVED: answered(200), None: answered(201)}),
    "observe-header": ({"status": 200, "header": "x-id"}, {OBSERVED: answered(200), None: answered(201)}),
    "same-answer": (
        {},
        {
            KEPT: shown({"a": 1}, {"a": 2}),
            BROKEN: shown({"a": 1}, {"a": "1"}),
            UNTESTED: (*shown({}), exchange(None)),
        },
    ),
    "same-document": (
        {},
        {KEPT: shown({"a": 1}, {"a": 1}), BROKEN: shown({"a": 1}, {"a": 2}), UNTESTED: shown({"a": 1}, 1, status=400)},
    ),
    "same-value": (
        {"at": "/a"},
        {KEPT: shown({"a": 1, "b": 1}, {"a": 1}), BROKEN: shown({"a": 1}, {"a": 2}), UNTESTED: shown({"a": 1}, {})},
    ),
    "different-value": (
        {"at": "/a"},
        {KEPT: shown({"a": 1}, {"a": 2}), BROKEN: shown({"a": 1, "b": 1}, {"a": 1}), UNTESTED: shown({"a": 1}, {})},
    ),
    "sparse-fieldset": (
        {"parameter": "fields", "at": ""},
        {
            KEPT: selected({"a": 1, "b": 2}, {"a": 1}),
            BROKEN: selected({"a": 1, "b": 2}, {"a": 1, "b": 2}),
            UNTESTED: selected([], {}),
        },
    ),
}


def test_every_check_has_examples() -> None:
    assert set(EXAMPLES) == set(known_checks())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_check_has_an_example_for_each_side_and_for_silence(name: str) -> None:
    sides, silence = set(EXAMPLES[name][1]), UNTESTED if known_checks()[name] is Kind.PAIR else None

    assert {OBSERVED} <= sides or {KEPT, BROKEN} <= sides
    assert silence in sides


@pytest.mark.parametrize(
    ("name", "side"), [(name, side) for name, (_, sides) in EXAMPLES.items() for side in sides], ids=str
)
def test_what_a_check_says(contract: Contract, name: str, side: Outcome | None) -> None:
    arguments, sides = EXAMPLES[name]
    judged = clause(name, **arguments)
    success = clause("status", "moov.success", when=["valid"], expect=["2XX"])  # it settles that good requests succeed
    small = with_clauses(contract, judged, success)

    if known_checks()[name] is Kind.PAIR:
        first, second = sides[side]
        assert make_pair(small, judged)(first, second).outcome is side
    else:
        judge = make(small, judged)
        finding = [judge(one) for one in sides[side]][-1]
        assert (finding.outcome if finding else None) is side
