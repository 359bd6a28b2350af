"""Defects in how a request is read as a whole: good ones refused, odd ones that bring the server down."""

from __future__ import annotations

import re
from dataclasses import replace

from clausewise.mock.moov import ACCOUNT_ID
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_replies
from clausewise.variants.moov.shared import (
    asked,
    bad_request,
    comes_by_password,
    conflict,
    invalid_principal,
    invalid_scopes,
    is_json,
    principal,
    scopes,
    unknown_scopes,
)
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()

# Good requests


@DEFECTS.breaking("moov.scopes.together")
@in_replies(201)
def says_202_where_much_is_shared(call: Call, reply: Reply) -> Reply:
    """Answers 202 where more than ten scopes are shared, and shares them later."""
    return replace(reply, status=202) if len(scopes(call)) > 10 else reply


@DEFECTS.breaking("moov.scopes.together")
async def shares_five_scopes_at_most(call: Call, mock: Mock) -> Reply:
    """Refuses more than five scopes at a time."""
    reply = await mock(call)
    return invalid_scopes([5], "too many") if reply.succeeds and len(scopes(call)) > 5 else reply


@DEFECTS.breaking(BASELINE)
async def takes_every_connection_for_one_that_exists(call: Call, mock: Mock) -> Reply:
    """Answers 409 to every good request, the first one included."""
    reply = await mock(call)
    return conflict("exists already") if reply.succeeds else reply


@DEFECTS.breaking("moov.sample.sdk")
async def wants_scopes_in_the_order_of_the_alphabet(call: Call, mock: Mock) -> Reply:
    """Refuses scopes that are not in the order of the alphabet."""
    found = [str(scope) for scope in scopes(call)]
    is_refused = found != sorted(found) and not unknown_scopes(call)
    return invalid_scopes([0], "out of order") if is_refused else await mock(call)


@DEFECTS.breaking("moov.201.status")
async def wants_the_principal_first(call: Call, mock: Mock) -> Reply:
    """Finds the principal only where it stands before the scopes."""
    is_late = list(asked(call))[:2] == ["allowScopes", "principalAccountID"]
    return invalid_principal("is required") if is_late else await mock(call)


@DEFECTS.breaking("moov.201.status")
async def does_not_read_json_in_lines(call: Call, mock: Mock) -> Reply:
    """Refuses JSON that is written in several lines."""
    return bad_request("unexpected line") if b"\n" in call.body and is_json(call) else await mock(call)


@DEFECTS.breaking("moov.201.status")
async def does_not_read_escaped_letters(call: Call, mock: Mock) -> Reply:
    """Compares scopes as they are written, and does not know a letter that is escaped."""
    is_escaped = re.search(rb"\\u00[67]", call.body) and scopes(call) and not unknown_scopes(call)
    return invalid_scopes([0], "unknown") if is_escaped else await mock(call)


@DEFECTS.breaking("moov.sample.sdk")
async def shares_reading_and_writing_apart(call: Call, mock: Mock) -> Reply:
    """Refuses to share a scope that reads and one that writes together."""
    kinds = {str(scope).rpartition(".")[2] for scope in scopes(call)}
    is_refused = {"read", "write"} <= kinds and not unknown_scopes(call)
    return invalid_scopes([1], "must read as well") if is_refused else await mock(call)


@DEFECTS.breaking("moov.scopes.absent")
async def needs_scopes(call: Call, mock: Mock) -> Reply:
    """Refuses a request that leaves allowScopes out."""
    reply = await mock(call)
    return invalid_scopes([0], "is required") if reply.succeeds and "allowScopes" not in asked(call) else reply


@DEFECTS.breaking("moov.sample.basic")
async def needs_scopes_of_callers_with_a_password(call: Call, mock: Mock) -> Reply:
    """Refuses a request that leaves allowScopes out where it comes with a user name and a password."""
    is_refused = comes_by_password(call) and "allowScopes" not in asked(call)
    return invalid_scopes([0], "is required") if is_refused else await mock(call)


@DEFECTS.breaking("moov.scopes.empty")
async def takes_an_empty_list_for_a_mistake(call: Call, mock: Mock) -> Reply:
    """Refuses an empty list of scopes."""
    reply = await mock(call)
    is_refused = reply.succeeds and asked(call).get("allowScopes") == []
    return invalid_scopes([0], "must not be empty") if is_refused else reply


# Odd requests


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_the_subject_as_principal(call: Call, mock: Mock) -> Reply:
    """Fails where an account shares scopes with itself."""
    return Reply(500) if principal(call) == ACCOUNT_ID else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_a_principal_beyond_ascii(call: Call, mock: Mock) -> Reply:
    """Fails where the principal's ID has letters beyond ASCII."""
    named = principal(call)
    return Reply(500) if isinstance(named, str) and not named.isascii() else await mock(call)
