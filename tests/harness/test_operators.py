"""Defects that follow from a contract: which there are, and that each changes the one thing that it names."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from clausewise.contract import Contract
from clausewise.variants import BASELINE, DERIVED, Call, Reply, Variant, edits
from clausewise.variants.edits import Edit
from clausewise.variants.operators import derived

REPLY = Reply(
    400, (("x-request-id", "one"), ("content-type", "application/json")), b'{"error": "no", "more": {"a": 1}}'
)
CALL = Call(1, "POST", "/", (), b"")


@pytest.fixture(scope="module")
def found(contract: Contract) -> dict[str, Variant]:
    """The defects derived from Moov's contract, by name."""
    return {one.name: one for one in derived(contract)}


def answered(variant: Variant, reply: Reply) -> Reply:
    """What a server with the defect makes of a reply."""

    async def mock(call: Call) -> Reply:
        return reply

    async def run() -> Reply:
        return await variant.change(CALL, mock)

    return asyncio.run(run())


# Edits


@pytest.mark.parametrize(
    ("edit", "document"),
    [
        (edits.in_json(edits.in_a_list), [{"error": "no", "more": {"a": 1}}]),
        (edits.in_json(edits.wrapped), {"response": {"error": "no", "more": {"a": 1}}}),
        (edits.dropped(("error",)), {"more": {"a": 1}}),
        (edits.dropped(("more", "a")), {"error": "no", "more": {}}),
        (edits.renamed(("error",)), {"errorx": "no", "more": {"a": 1}}),
        (edits.with_value(("more", "a"), None), {"error": "no", "more": {"a": None}}),
        (edits.unwrapped(("more",)), {"a": 1}),
        (edits.dropped(("nothing",)), {"error": "no", "more": {"a": 1}}),
        (edits.with_value(("error", "deeper"), 1), {"error": "no", "more": {"a": 1}}),
    ],
)
def test_the_document_after_an_edit(edit: Edit, document: Any) -> None:
    after = edit(REPLY)

    assert after.json() == document
    assert (after.status, after.headers) == (REPLY.status, REPLY.headers)


@pytest.mark.parametrize(
    ("edit", "seen", "after"),
    [
        (edits.with_status(401), lambda reply: reply.status, 401),
        (edits.without_header("X-Request-Id"), lambda reply: reply.value("x-request-id"), None),
        (edits.with_header("x-request-id", ""), lambda reply: reply.value("x-request-id"), ""),
        (edits.with_header_twice("x-request-id"), lambda reply: reply.headers.count(("x-request-id", "one")), 2),
        (edits.with_body(b"null"), lambda reply: reply.body, b"null"),
        (edits.truncated, lambda reply: reply.body, REPLY.body[:-1]),
    ],
)
def test_the_reply_after_an_edit(edit: Edit, seen: Callable[[Reply], object], after: object) -> None:
    assert seen(edit(REPLY)) == after


def test_what_is_no_json_stays_as_it_is() -> None:
    text = REPLY.holding(b"no")

    assert edits.dropped(("error",))(text) == text


# What is derived


def test_they_are_derived_and_say_what_they_do(found: dict[str, Variant]) -> None:
    one = found["400-error-dropped"]

    assert (one.kind, one.says) == (DERIVED, "In answers 400, the property /error is dropped.")


@pytest.mark.parametrize(
    ("name", "breaks"),
    [
        ("201-status-202", {"moov.201.status"}),
        ("201-status-400", {"moov.201.status", BASELINE}),
        ("401-status-402", {"moov.401.missing", "moov.401.expired"}),
        ("404-x-request-id-emptied", {"moov.404.request-id"}),
        ("404-x-request-id-constant", {"moov.responses.request-id-unique"}),
        ("409-media-type-changed", {"moov.409.media-type"}),
    ],
)
def test_which_clauses_they_break(found: dict[str, Variant], name: str, breaks: set[str]) -> None:
    assert set(found[name].breaks) == breaks


@pytest.mark.parametrize(
    "name",
    [
        "404-status-403",  # a target may hide which accounts exist
        "201-media-type-changed",  # no body is shown for 201
        "422-principalAccountID-dropped",  # only the property at fault must be there
        "422-body-wrapped",
        "400-error-changed",  # any text will do
    ],
)
def test_what_the_document_leaves_open_is_no_defect(found: dict[str, Variant], name: str) -> None:
    assert name not in found


def test_another_response_is_left_alone(found: dict[str, Variant]) -> None:
    others = [one for one in found.values() if not one.name.startswith("400-")]

    assert [one.name for one in others if answered(one, REPLY) != REPLY] == []


@pytest.mark.parametrize(
    "what", ["emptied", "truncated", "html", "null", "in-a-list", "wrapped", "dropped", "renamed", "retyped", "nulled"]
)
def test_a_changed_body_does_not_meet_its_schema(contract: Contract, found: dict[str, Variant], what: str) -> None:
    (name,) = {f"400-body-{what}", f"400-error-{what}"} & set(found)
    body = answered(found[name], REPLY).body
    try:
        document = json.loads(body)
    except ValueError:
        return
    assert contract.schemas.violations(contract.schemas.named("error.schema.json"), document)
