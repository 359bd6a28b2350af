"""Permitted differences: how a rightful server may write its answers, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, in_replies, showing
from clausewise.variants.persona.shared import Data, asked_fields, key_of, of_attributes, spelled
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


# Bodies


@DIFFERENCES.permitted
@showing
def says_more(call: Call, document: Any) -> None:
    """Shows relationships, included resources and another attribute."""
    document["included"] = []
    document["data"]["relationships"] = {"organization": {"data": {"type": "organization", "id": "org_1"}}}
    if asked_fields(call) is None:
        document["data"]["attributes"][spelled(call, "accepted-at")] = None


@DIFFERENCES.permitted
@in_replies()
def writes_its_keys_from_last_to_first(call: Call, reply: Reply) -> Reply:
    """Writes the keys of every object in the opposite order."""

    def turned(value: Any) -> Any:
        return {name: turned(value[name]) for name in reversed(value)} if isinstance(value, dict) else value

    return reply.showing(turned(reply.json())) if reply.succeeds else reply


@DIFFERENCES.permitted
@in_replies()
def escapes_letters(call: Call, reply: Reply) -> Reply:
    """Writes the letter c in JSON by its number."""
    return reply.holding(reply.body.replace(b"c", rb"\u0063"))


# Statuses


@DIFFERENCES.permitted
@in_replies()
def says_200(call: Call, reply: Reply) -> Reply:
    """Answers 200 where a connection was created."""
    return replace(reply, status=200) if reply.status == 201 else reply


@DIFFERENCES.permitted
@in_replies()
def says_200_for_a_part(call: Call, reply: Reply) -> Reply:
    """Answers 200 where fields are listed."""
    return replace(reply, status=200) if reply.status == 201 and asked_fields(call) is not None else reply


@DIFFERENCES.permitted
@in_replies()
def says_200_again(call: Call, reply: Reply) -> Reply:
    """Answers 200 where the saved answer has 201."""
    keys: set[str] = call.memory.setdefault("keys of saved answers", set())
    key = key_of(call)
    is_again = key in keys
    if key and reply.succeeds:
        keys.add(key)
    return replace(reply, status=200) if is_again and reply.status == 201 else reply


def says_instead(status: int, other: int) -> Change:
    """The mock, but that it says another status where this one is asked for."""

    @in_replies()
    def changed(call: Call, reply: Reply) -> Reply:
        return replace(reply, status=other) if call.header("prefer") == f"code={status}" else reply

    return changed


for _status, _other in ((400, 422), (401, 403), (403, 404), (409, 400), (422, 400), (429, 503)):
    DIFFERENCES.add(
        f"says-{_other}-for-{_status}",
        f"Answers {_other} where it is asked for a {_status}.",
        says_instead(_status, _other),
    )


# Attributes


@DIFFERENCES.permitted
@of_attributes
def tells_offsets_in_hours(call: Call, attributes: Data) -> None:
    """Writes times with an offset that has no minutes, as ISO 8601 allows."""
    for name in {spelled(call, "created-at"), spelled(call, "updated-at")} & set(attributes):
        attributes[name] = "2026-11-21T09:30:00+00"


@DIFFERENCES.permitted
@of_attributes
def updates_at_once(call: Call, attributes: Data) -> None:
    """Shows an update that came after the creation."""
    name = spelled(call, "updated-at")
    if name in attributes:
        attributes[name] = "2099-11-21T09:30:00.001Z"


@DIFFERENCES.permitted
@showing
def has_longer_ids(call: Call, document: Any) -> None:
    """Writes ids with capital letters and hyphens in them."""
    document["data"]["id"] = f"cxn_Zz-{document['data']['id'].removeprefix('cxn_')}"


# Headers


@DIFFERENCES.permitted
@in_replies()
def has_no_request_ids(call: Call, reply: Reply) -> Reply:
    """Sends no Request-Id."""
    return reply.lacking("request-id")


@DIFFERENCES.permitted
@in_replies()
def names_the_media_type_of_json_api(call: Call, reply: Reply) -> Reply:
    """Calls its JSON application/vnd.api+json."""
    return reply.having(content_type="application/vnd.api+json")


@DIFFERENCES.permitted
@in_replies()
def names_a_charset(call: Call, reply: Reply) -> Reply:
    """Names the charset of its JSON, in capital letters."""
    return reply.having(content_type='Application/JSON; Charset="UTF-8"') if reply.body else reply


@DIFFERENCES.permitted
@in_replies()
def writes_headers_in_capitals(call: Call, reply: Reply) -> Reply:
    """Writes the names of its headers in capital letters."""
    return Reply(reply.status, tuple((name.upper(), value) for name, value in reply.headers), reply.body)


@DIFFERENCES.permitted
@in_replies()
def tells_replays(call: Call, reply: Reply) -> Reply:
    """Tells by a header whether an Idempotency-Key came before."""
    keys: set[str] = call.memory.setdefault("told keys", set())
    key = key_of(call)
    if key is None:
        return reply
    told = reply.having(idempotency_replayed="true" if key in keys else "false")
    keys.add(key)
    return told


# Pace


@DIFFERENCES.permitted
async def asks_to_wait(call: Call, mock: Mock) -> Reply:
    """Answers 429 a few times and says by Retry-After when to come again."""
    return Reply(429).having(retry_after="0") if call.number in (3, 30, 31, 90) else await mock(call)


@DIFFERENCES.permitted
async def does_not_say_how_long_to_wait(call: Call, mock: Mock) -> Reply:
    """Answers 429 once and does not say when to come again."""
    return Reply(429) if call.number == 20 else await mock(call)
