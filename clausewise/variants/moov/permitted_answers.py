"""Differences in how a rightful server writes its answers."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Any

from clausewise.mock.moov import ACCOUNT_ID
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import in_replies
from clausewise.variants.moov.shared import REQUEST_ID, invalid_principal, invalid_scopes, principal, scopes
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()

# Bodies where none is shown


@DIFFERENCES.permitted
@in_replies(201)
def shows_the_connection_that_it_makes(call: Call, reply: Reply) -> Reply:
    """Answers 201 with both accounts and the scopes."""
    return reply.saying({"principalAccountID": principal(call), "subjectAccountID": ACCOUNT_ID, "scopes": scopes(call)})


@DIFFERENCES.permitted
@in_replies(401, 403, 404, 429, 500, 504)
def explains_every_refusal(call: Call, reply: Reply) -> Reply:
    """Answers every refusal with an error in JSON."""
    return reply.saying({"error": f"refused with {reply.status}"})


# More, and other words


@DIFFERENCES.permitted
@in_replies(400, 409, 422)
def says_more_in_bodies(call: Call, reply: Reply) -> Reply:
    """Sends further properties beside those that are shown."""
    return reply.saying({**reply.json(), "code": "E17", "requestID": reply.value(REQUEST_ID), "details": [None, 5.5]})


@DIFFERENCES.permitted
@in_replies(422)
def tells_of_the_first_fault_alone(call: Call, reply: Reply) -> Reply:
    """Stops at the first fault in the contents of a request, and tells of no other."""
    faults = reply.json()
    if "principalAccountID" in faults:
        return invalid_principal("is invalid")
    return invalid_scopes(list(faults.get("allowScopes", {}))[:1], "is invalid")


@DIFFERENCES.permitted
@in_replies(422)
def has_a_place_for_each_property(call: Call, reply: Reply) -> Reply:
    """Sends both properties with a 422: an empty text or object for one without a fault."""
    return reply.showing({"principalAccountID": "", "allowScopes": {}} | reply.json())


# How JSON is written


def escaped(value: Any) -> str:
    """JSON with each letter of each text escaped."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{escaped(key)}:{escaped(one)}" for key, one in value.items()) + "}"
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'


@DIFFERENCES.permitted
@in_replies(400, 409, 422)
def escapes_every_letter(call: Call, reply: Reply) -> Reply:
    """Escapes every letter of its texts."""
    return reply.holding(escaped(reply.json()).encode())


# Headers


@DIFFERENCES.permitted
@in_replies()
def writes_headers_in_capitals(call: Call, reply: Reply) -> Reply:
    """Writes the names of headers in capital letters."""
    return Reply(reply.status, tuple((name.upper(), value) for name, value in reply.headers), reply.body)


@DIFFERENCES.permitted
@in_replies()
def names_media_types_at_length(call: Call, reply: Reply) -> Reply:
    """Names the charset, and writes the media type with capital letters."""
    return reply.having(content_type="Application/JSON; charset=UTF-8") if reply.body else reply


@DIFFERENCES.permitted
@in_replies()
def compresses_bodies(call: Call, reply: Reply) -> Reply:
    """Compresses its bodies for callers who accept that."""
    if not reply.body or "gzip" not in (call.header("accept-encoding") or ""):
        return reply
    return reply.holding(gzip.compress(reply.body)).having(content_encoding="gzip", Vary="Accept-Encoding")


# Statuses that are given on demand alone


@DIFFERENCES.permitted
@in_replies(429)
def calls_too_many_requests_an_overload(call: Call, reply: Reply) -> Reply:
    """Answers 503 where it is asked for a 429."""
    return replace(reply, status=503)


@DIFFERENCES.permitted
@in_replies(500)
def calls_its_failure_a_bad_request(call: Call, reply: Reply) -> Reply:
    """Answers 400 where it is asked for a 500."""
    return replace(reply, status=400).saying({"error": "something went wrong"})


@DIFFERENCES.permitted
@in_replies(504)
def calls_silence_downstream_its_own_failure(call: Call, reply: Reply) -> Reply:
    """Answers 500 where it is asked for a 504."""
    return replace(reply, status=500)
