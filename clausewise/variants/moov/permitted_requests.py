"""Differences in what a rightful server makes of a body where the document leaves that to it."""

from __future__ import annotations

import re
from typing import Any

from clausewise.variants import lenient
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.variants.moov.shared import (
    asked,
    bad_request,
    conflict,
    invalid_principal,
    invalid_scopes,
    is_json,
    principal,
    scopes,
    unknown_scopes,
    with_scopes,
)
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


def is_of_another_type(call: Call) -> bool:
    """Whether the body is JSON, or a part of it is, of another type than documented."""
    body = call.json()
    if not isinstance(body, dict):
        return is_json(call)
    wanted: Any = body.get("allowScopes", [])
    is_text = isinstance(body.get("principalAccountID", ""), str)
    return not is_text or not isinstance(wanted, list) or not all(isinstance(scope, str) for scope in wanted)


# Media types and syntax


@DIFFERENCES.permitted
async def refuses_other_media_types(call: Call, mock: Mock) -> Reply:
    """Answers 415 to a body that is not announced as application/json."""
    media_type = (call.header("content-type") or "").partition(";")[0]
    return await mock(call) if media_type == "application/json" or not call.body else Reply(415)


@DIFFERENCES.permitted
async def refuses_large_bodies(call: Call, mock: Mock) -> Reply:
    """Answers 413 to a body of more than 10,000 bytes."""
    return Reply(413) if len(call.body) > 10_000 else await mock(call)


# More than JSON, and limits of parsers (RFC 8259, section 9)


for _name, _change in (
    ("stops-reading-after-the-first-value", lenient.first_value_alone),
    ("forgives-a-trailing-comma", lenient.trailing_commas),
    ("reads-comments", lenient.comments),
    ("reads-numbers-that-are-none", lenient.numbers_that_are_none),
    ("reads-json5", lenient.json5_alone),
    ("falls-over-deep-bodies", lenient.fails_at_depth),
    ("falls-over-a-very-long-scope", lenient.fails_at_long_texts),
):
    DIFFERENCES.add(_name, _change.__doc__ or "", _change)


@DIFFERENCES.permitted
async def reads_deep_nesting_until_the_gateway_gives_up(call: Call, mock: Mock) -> Reply:
    """Answers 504 where a body nests more than a hundred levels."""
    return Reply(504) if re.search(rb"[\[{]{100}", call.body) else await mock(call)


# Contents


@DIFFERENCES.permitted
async def calls_what_it_does_not_know_a_bad_request(call: Call, mock: Mock) -> Reply:
    """Answers 400 to a property that is not documented, whatever else is wrong with the request."""
    more = set(asked(call)) - {"principalAccountID", "allowScopes"}
    reply = await mock(call)
    return bad_request(f"unknown: {', '.join(sorted(more))}") if more and reply.status in (201, 409, 422) else reply


@DIFFERENCES.permitted
async def stops_at_an_unknown_property(call: Call, mock: Mock) -> Reply:
    """Answers 422 with the name of a property that is not documented, and looks no further."""
    more = set(asked(call)) - {"principalAccountID", "allowScopes"}
    reply = await mock(call)
    return Reply(422).saying(dict.fromkeys(more, "is unknown")) if more and reply.status in (201, 422) else reply


@DIFFERENCES.permitted
async def refuses_control_characters(call: Call, mock: Mock) -> Reply:
    """Answers 400 where a text has a control character in it, whatever else is wrong with the request."""
    return bad_request("control character") if re.search(rb"\\u00[01]", call.body) else await mock(call)


@DIFFERENCES.permitted
async def cannot_understand_other_types(call: Call, mock: Mock) -> Reply:
    """Answers 400 to JSON of another type than documented, wherever it stands."""
    reply = await mock(call)
    return bad_request("wrong type") if reply.status == 422 and is_of_another_type(call) else reply


@DIFFERENCES.permitted
async def validates_other_types(call: Call, mock: Mock) -> Reply:
    """Answers 422 to JSON that is no object, and to no body at all."""
    reply = await mock(call)
    is_refused = reply.status == 400 and (is_of_another_type(call) or not call.body)
    return invalid_principal("is required") if is_refused else reply


@DIFFERENCES.permitted
async def knows_no_further_properties(call: Call, mock: Mock) -> Reply:
    """Answers 422 to a property that is not documented."""
    more = set(asked(call)) - {"principalAccountID", "allowScopes"}
    is_refused = more and principal(call) is not None
    return Reply(422).saying(dict.fromkeys(more, "is unknown")) if is_refused else await mock(call)


@DIFFERENCES.permitted
async def wants_each_scope_once(call: Call, mock: Mock) -> Reply:
    """Answers 422 where a scope is named twice."""
    found = [str(scope) for scope in scopes(call)]
    again = [index for index, scope in enumerate(found) if scope in found[:index]]
    return invalid_scopes(again, "is named already") if again and not unknown_scopes(call) else await mock(call)


@DIFFERENCES.permitted
@in_calls
def takes_null_for_no_scopes(call: Call) -> Call:
    """Takes null in place of the list for no scopes."""
    return with_scopes(call, []) if asked(call).get("allowScopes", []) is None else call


@DIFFERENCES.permitted
async def invites_unknown_principals(call: Call, mock: Mock) -> Reply:
    """Answers 201 for a principal that does not exist, and connects it when it does."""
    reply = await mock(call)
    is_unknown = isinstance(principal(call), str) and list(reply.json() or {}) == ["principalAccountID"]
    return Reply(201) if reply.status == 422 and is_unknown else reply


# Repetition


@DIFFERENCES.permitted
async def connects_each_pair_once(call: Call, mock: Mock) -> Reply:
    """Answers 409 to whatever is shared with a principal that has a connection already."""
    connected = call.memory.setdefault("connected", [])
    reply = await mock(call)
    if reply.succeeds and principal(call) in connected:
        return conflict("these accounts are connected")
    connected += [principal(call)] if reply.succeeds else []
    return reply


@DIFFERENCES.permitted
async def looks_for_a_conflict_before_it_validates(call: Call, mock: Mock) -> Reply:
    """Answers 409 for a principal that has a connection already, before it looks at the scopes."""
    connected = call.memory.setdefault("connected", [])
    reply = await mock(call)
    if reply.status in (201, 422) and principal(call) in connected:
        return conflict("these accounts are connected")
    connected += [principal(call)] if reply.succeeds else []
    return reply


@DIFFERENCES.permitted
async def shares_the_same_again(call: Call, mock: Mock) -> Reply:
    """Answers 201 to a connection that exists already."""
    reply = await mock(call)
    is_again = reply.status == 409 and not call.header("prefer")
    return Reply(201) if is_again else reply
