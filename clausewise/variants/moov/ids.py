"""Defects in the x-request-id of answers."""

from __future__ import annotations

import hashlib

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_replies
from clausewise.variants.moov.shared import REQUEST_ID, VERSION, asked, comes_without_credentials, is_json, is_uuid
from clausewise.variants.variant import Variants

DEFECTS = Variants()


def identified_by(reply: Reply, value: object) -> Reply:
    """The same with this x-request-id."""
    return reply.having(x_request_id=str(value))


# Answers without one


@DEFECTS.breaking("moov.201.request-id")
@in_replies(201)
def forgets_the_id_in_the_latest_version(call: Call, reply: Reply) -> Reply:
    """Names no request in a 201 of the version `latest`."""
    return reply.lacking(REQUEST_ID) if call.header(VERSION) == "latest" else reply


@DEFECTS.breaking("moov.400.request-id")
@in_replies(400)
def refuses_bad_syntax_before_it_names_the_request(call: Call, reply: Reply) -> Reply:
    """Names no request in a 400 to a body that is not JSON."""
    return reply if is_json(call) else reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.401.request-id")
@in_replies(401)
def names_requests_of_known_callers_alone(call: Call, reply: Reply) -> Reply:
    """Names no request in a 401 to a call that says nothing of its caller."""
    return reply.lacking(REQUEST_ID) if comes_without_credentials(call) else reply


@DEFECTS.breaking("moov.403.request-id")
@in_replies(403)
def refuses_strangers_before_it_names_the_request(call: Call, reply: Reply) -> Reply:
    """Names no request in a 403."""
    return reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.404.request-id")
@in_replies(404)
def has_a_router_that_names_no_request(call: Call, reply: Reply) -> Reply:
    """Names no request in a 404 to a path whose account's ID is no UUID."""
    return reply if is_uuid(call.path.split("/")[2]) else reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.409.request-id")
@in_replies(409)
def forgets_the_id_of_a_connection_that_exists(call: Call, reply: Reply) -> Reply:
    """Names no request in a 409 to a connection that exists already."""
    return reply if call.header("prefer") else reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.422.request-id")
@in_replies(422)
def forgets_the_id_where_both_properties_fail(call: Call, reply: Reply) -> Reply:
    """Names no request in a 422 where the principal and a scope are at fault together."""
    return reply.lacking(REQUEST_ID) if len(reply.json()) > 1 else reply


@DEFECTS.breaking("moov.429.request-id")
@in_replies(429)
def refuses_fast_callers_at_the_gateway(call: Call, reply: Reply) -> Reply:
    """Names no request in a 429."""
    return reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.500.request-id")
@in_replies(500)
def loses_the_id_with_the_exception(call: Call, reply: Reply) -> Reply:
    """Names no request in a 500."""
    return reply.lacking(REQUEST_ID)


@DEFECTS.breaking("moov.504.request-id")
@in_replies(504)
def gives_up_in_a_proxy_that_names_no_request(call: Call, reply: Reply) -> Reply:
    """Sends an x-request-id with a 504 that is empty."""
    return identified_by(reply, "")


# Identifiers that come again

UNIQUE = "moov.responses.request-id-unique"


@DEFECTS.breaking(UNIQUE)
@in_replies()
def names_requests_by_what_they_say(call: Call, reply: Reply) -> Reply:
    """Takes a digest of the request for its identifier."""
    content = repr((call.method, call.path, call.headers, call.body)).encode()
    return identified_by(reply, hashlib.sha256(content).hexdigest())


@DEFECTS.breaking(UNIQUE)
async def answers_for_unknown_accounts_from_a_cache(call: Call, mock: Mock) -> Reply:
    """Keeps its 404 for a path, and sends it again as it was, x-request-id and all."""
    reply = await mock(call)
    kept: Reply = call.memory.setdefault(call.path, reply) if reply.status == 404 else reply
    return kept


@DEFECTS.breaking(UNIQUE)
async def names_a_conflict_by_the_request_that_came_first(call: Call, mock: Mock) -> Reply:
    """Sends with a 409 the x-request-id of the 201 that made the connection."""
    reply = await mock(call)
    if reply.succeeds:
        call.memory[repr(asked(call))] = reply.value(REQUEST_ID)
    first = call.memory.get(repr(asked(call)))
    return identified_by(reply, first) if reply.status == 409 and first else reply


@DEFECTS.breaking(UNIQUE)
async def sends_the_last_id_with_a_failure(call: Call, mock: Mock) -> Reply:
    """Sends with a 500 or a 504 the x-request-id of the answer before."""
    reply = await mock(call)
    last = call.memory.get("last")
    call.memory["last"] = reply.value(REQUEST_ID)
    return identified_by(reply, last) if reply.status >= 500 and last else reply
