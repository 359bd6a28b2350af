"""Differences in how a rightful server writes its answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

from clausewise.mock.moov import ACCOUNT_ID
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change
from clausewise.variants.moov.shared import REQUEST_ID, in_answers, invalid_principal, invalid_scopes, principal, scopes
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()

# Bodies where none is shown


@DIFFERENCES.permitted
@in_answers(201)
def shows_the_connection_that_it_makes(call: Call, reply: Reply) -> Reply:
    """Answers 201 with both accounts and the scopes."""
    return reply.saying({"principalAccountID": principal(call), "subjectAccountID": ACCOUNT_ID, "scopes": scopes(call)})


@DIFFERENCES.permitted
@in_answers(201)
def shows_an_empty_object(call: Call, reply: Reply) -> Reply:
    """Answers 201 with an object without properties."""
    return reply.saying({})


@DIFFERENCES.permitted
@in_answers(201)
def says_where_the_connection_is(call: Call, reply: Reply) -> Reply:
    """Answers 201 with a Location and the text of its status."""
    return reply.having(Location=f"{call.path}/1", content_type="text/plain").holding(b"Created")


@DIFFERENCES.permitted
@in_answers(401, 403, 404, 429, 500, 504)
def explains_every_refusal(call: Call, reply: Reply) -> Reply:
    """Answers every refusal with an error in JSON."""
    return reply.saying({"error": f"refused with {reply.status}"})


@DIFFERENCES.permitted
@in_answers(401, 403, 404, 429, 500, 504)
def has_pages_for_refusals(call: Call, reply: Reply) -> Reply:
    """Answers refusals that show no body with a page for people."""
    return reply.having(content_type="text/html").holding(b"<!doctype html><title>Refused</title>")


@DIFFERENCES.permitted
@in_answers(401)
def challenges_callers(call: Call, reply: Reply) -> Reply:
    """Answers 401 with a challenge for each scheme, as HTTP asks for."""
    return reply.having(WWW_Authenticate='Bearer realm="moov", Basic realm="moov"')


@DIFFERENCES.permitted
@in_answers()
def names_the_type_of_nothing(call: Call, reply: Reply) -> Reply:
    """Names application/json as the type of bodies that are empty."""
    return reply if reply.body else reply.having(content_type="application/json")


# More, and other words


@DIFFERENCES.permitted
@in_answers(400, 409, 422)
def says_more_in_bodies(call: Call, reply: Reply) -> Reply:
    """Sends further properties beside those that are shown."""
    return reply.saying({**reply.json(), "code": "E17", "requestID": reply.value(REQUEST_ID), "details": [None, 5.5]})


@DIFFERENCES.permitted
@in_answers(400, 409)
def speaks_another_language(call: Call, reply: Reply) -> Reply:
    """Words errors in letters beyond ASCII, which it does not escape."""
    body = json.dumps({"error": "Ungültige Anfrage \N{EM DASH} 無効"}, ensure_ascii=False)
    return reply.holding(body.encode())


@DIFFERENCES.permitted
@in_answers(400, 409)
def is_at_a_loss_for_words(call: Call, reply: Reply) -> Reply:
    """Sends an empty text for an error."""
    return reply.showing({"error": ""})


@DIFFERENCES.permitted
@in_answers(422)
def tells_of_the_first_fault_alone(call: Call, reply: Reply) -> Reply:
    """Stops at the first fault in the contents of a request, and tells of no other."""
    faults = reply.json()
    if "principalAccountID" in faults:
        return invalid_principal("is invalid")
    return invalid_scopes(list(faults.get("allowScopes", {}))[:1], "is invalid")


@DIFFERENCES.permitted
@in_answers(422)
def has_a_place_for_each_property(call: Call, reply: Reply) -> Reply:
    """Sends both properties with a 422: an empty text or object for one without a fault."""
    return reply.showing({"principalAccountID": "", "allowScopes": {}} | reply.json())


# How JSON is written


def written(write: Callable[[Any], str]) -> Change:
    """The mock, but that its bodies are written so."""
    return in_answers()(lambda call, reply: reply.holding(write(reply.json()).encode()) if reply.body else reply)


def backwards(value: Any) -> Any:
    """The same with the keys of the object in the other order."""
    return dict(reversed(value.items())) if isinstance(value, dict) else value


def escaped(value: Any) -> str:
    """JSON with each letter of each text escaped."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{escaped(key)}:{escaped(one)}" for key, one in value.items()) + "}"
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in value) + '"'


DIFFERENCES.add("writes-json-in-lines", "Writes JSON in lines.", written(lambda v: f"\n{json.dumps(v, indent=4)}\n"))
DIFFERENCES.add("writes-keys-backwards", "Writes keys in the other order.", written(lambda v: json.dumps(backwards(v))))
DIFFERENCES.add("escapes-every-letter", "Escapes every letter of its texts.", written(escaped))


# Headers


@DIFFERENCES.permitted
@in_answers()
def has_more_headers(call: Call, reply: Reply) -> Reply:
    """Sends further headers with every answer."""
    more = {"Set-Cookie": "a=b; Path=/", "X-Frame-Options": "DENY", "ETag": '"e"', "RateLimit-Reset": "1"}
    return reply.having(**more, Cache_Control="no-store", Vary="Origin")


@DIFFERENCES.permitted
@in_answers()
def writes_headers_in_capitals(call: Call, reply: Reply) -> Reply:
    """Writes the names of headers in capital letters."""
    return Reply(reply.status, tuple((name.upper(), value) for name, value in reply.headers), reply.body)


@DIFFERENCES.permitted
@in_answers()
def names_media_types_at_length(call: Call, reply: Reply) -> Reply:
    """Names the charset, and writes the media type with capital letters."""
    return reply.having(content_type="Application/JSON; charset=UTF-8") if reply.body else reply


@DIFFERENCES.permitted
@in_answers()
def counts_requests(call: Call, reply: Reply) -> Reply:
    """Numbers requests from 1 in x-request-id."""
    return reply.having(x_request_id=str(call.number))


@DIFFERENCES.permitted
@in_answers()
def has_long_ids(call: Call, reply: Reply) -> Reply:
    """Sends an x-request-id of 200 characters, in which all marks occur that a header can hold."""
    return reply.having(x_request_id=f"Root=1-{call.number}; (edge/07) {'=+,:@' * 36}")


@DIFFERENCES.permitted
@in_answers()
def compresses_bodies(call: Call, reply: Reply) -> Reply:
    """Compresses its bodies for callers who accept that."""
    if not reply.body or "gzip" not in (call.header("accept-encoding") or ""):
        return reply
    return reply.holding(gzip.compress(reply.body)).having(content_encoding="gzip", Vary="Accept-Encoding")


@DIFFERENCES.permitted
@in_answers()
def hangs_up_after_each_answer(call: Call, reply: Reply) -> Reply:
    """Closes the connection after each answer, and says so."""
    return reply.having(Connection="close")
