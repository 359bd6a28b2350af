"""Permitted differences: how a rightful server may write its answers, and when."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import uuid4

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.persona.shared import (
    Data,
    asked_fields,
    key_of,
    of_attributes,
    replying,
    spelled,
)
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


# Bodies


@DIFFERENCES.permitted
@showing
def says_more(call: Call, document: Any) -> None:
    """Shows relationships, included resources and another attribute."""
    document["included"] = []
    document["data"]["relationships"] = {"organization": {"data": {"type": "organization", "id": str(uuid4())}}}
    if asked_fields(call) is None:
        document["data"]["attributes"][spelled(call, "accepted-at")] = None


@DIFFERENCES.permitted
@showing
def links_to_itself(call: Call, document: Any) -> None:
    """Shows the address of each connection."""
    document["data"]["links"] = {"self": f"/api/v1/connect/connections/{document['data']['id']}"}


@DIFFERENCES.permitted
@replying
def writes_its_keys_from_last_to_first(call: Call, reply: Reply) -> Reply:
    """Writes the keys of every object in the opposite order."""

    def turned(value: Any) -> Any:
        return {name: turned(value[name]) for name in reversed(value)} if isinstance(value, dict) else value

    return reply.showing(turned(reply.json())) if reply.succeeds else reply


@DIFFERENCES.permitted
@replying
def indents_its_json(call: Call, reply: Reply) -> Reply:
    """Writes JSON over several lines."""
    return reply.holding(json.dumps(reply.json(), indent=2).encode() + b"\n") if reply.body else reply


@DIFFERENCES.permitted
@replying
def escapes_slashes(call: Call, reply: Reply) -> Reply:
    """Writes every slash in JSON with a backslash before it."""
    return reply.holding(reply.body.replace(b"/", rb"\/"))


@DIFFERENCES.permitted
@replying
def escapes_letters(call: Call, reply: Reply) -> Reply:
    """Writes the letter c in JSON by its number."""
    return reply.holding(reply.body.replace(b"c", rb"\u0063"))


# Attributes


@DIFFERENCES.permitted
@of_attributes
def tells_time_with_an_offset(call: Call, attributes: Data) -> None:
    """Writes times with the offset of another zone."""
    for name in {spelled(call, "created-at"), spelled(call, "updated-at")} & set(attributes):
        attributes[name] = "2026-11-21T15:00:00.000+05:30"


@DIFFERENCES.permitted
@of_attributes
def tells_time_without_fractions(call: Call, attributes: Data) -> None:
    """Writes times in whole seconds."""
    for name in {spelled(call, "created-at"), spelled(call, "updated-at")} & set(attributes):
        attributes[name] = "2026-11-21T09:30:00Z"


@DIFFERENCES.permitted
@of_attributes
def tells_time_in_microseconds(call: Call, attributes: Data) -> None:
    """Writes times with six digits behind the point, and the offset without a colon."""
    for name in {spelled(call, "created-at"), spelled(call, "updated-at")} & set(attributes):
        attributes[name] = "2026-11-21T09:30:00.123456+0000"


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
@replying
def has_no_request_ids(call: Call, reply: Reply) -> Reply:
    """Sends no Request-Id."""
    return reply.lacking("request-id")


@DIFFERENCES.permitted
@replying
def names_the_media_type_of_json_api(call: Call, reply: Reply) -> Reply:
    """Calls its JSON application/vnd.api+json."""
    return reply.having(content_type="application/vnd.api+json")


@DIFFERENCES.permitted
@replying
def names_a_charset(call: Call, reply: Reply) -> Reply:
    """Names the charset of its JSON, in capital letters."""
    return reply.having(content_type='Application/JSON; Charset="UTF-8"') if reply.body else reply


@DIFFERENCES.permitted
@replying
def writes_headers_in_capitals(call: Call, reply: Reply) -> Reply:
    """Writes the names of its headers in capital letters."""
    return Reply(reply.status, tuple((name.upper(), value) for name, value in reply.headers), reply.body)


@DIFFERENCES.permitted
@replying
def sends_more_headers(call: Call, reply: Reply) -> Reply:
    """Sends the headers of a framework with each answer, a cookie among them."""
    return reply.having(
        etag=f'W/"{uuid4()}"',
        cache_control="max-age=0, private, must-revalidate",
        set_cookie="session=1; HttpOnly",
        strict_transport_security="max-age=63072000",
        location="/api/v1/connect/connections/cxn_1",
    )


@DIFFERENCES.permitted
@replying
def tells_its_limits(call: Call, reply: Reply) -> Reply:
    """Tells with each answer how many requests are left, down to none."""
    remaining = max(0, 300 - call.number)
    return reply.having(ratelimit_limit="300", ratelimit_remaining=str(remaining), ratelimit_reset="0")


@DIFFERENCES.permitted
@replying
def tells_replays(call: Call, reply: Reply) -> Reply:
    """Tells by a header whether an Idempotency-Key came before."""
    keys: set[str] = call.memory.setdefault("told keys", set())
    key = key_of(call)
    if key is None:
        return reply
    told = reply.having(idempotency_replayed="true" if key in keys else "false")
    keys.add(key)
    return told


@DIFFERENCES.permitted
@replying
def closes_each_connection(call: Call, reply: Reply) -> Reply:
    """Closes the connection after each answer."""
    return reply.having(connection="close")


# Pace


@DIFFERENCES.permitted
async def takes_its_time(call: Call, mock: Mock) -> Reply:
    """Needs 50 ms for every fifth answer."""
    if call.number % 5 == 0:
        await asyncio.sleep(0.05)
    return await mock(call)


@DIFFERENCES.permitted
async def asks_to_wait(call: Call, mock: Mock) -> Reply:
    """Answers 429 a few times and says by Retry-After when to come again."""
    return Reply(429).having(retry_after="0") if call.number in (3, 30, 31, 90) else await mock(call)


@DIFFERENCES.permitted
async def asks_to_wait_at_first(call: Call, mock: Mock) -> Reply:
    """Answers 429 to the very first request."""
    return Reply(429).having(retry_after="0") if call.number == 1 else await mock(call)


@DIFFERENCES.permitted
async def asks_to_wait_by_a_header_of_its_own(call: Call, mock: Mock) -> Reply:
    """Answers 429 a few times and says by RateLimit-Reset when to come again."""
    return Reply(429).having(ratelimit_reset="0") if call.number in (7, 50, 120) else await mock(call)


@DIFFERENCES.permitted
async def does_not_say_how_long_to_wait(call: Call, mock: Mock) -> Reply:
    """Answers 429 once and does not say when to come again."""
    return Reply(429) if call.number == 20 else await mock(call)
