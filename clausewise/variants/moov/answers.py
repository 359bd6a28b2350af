"""Defects in the bodies of refusals, their media types, and the statuses that tell of troubles of the server."""

from __future__ import annotations

from dataclasses import replace

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import in_replies
from clausewise.variants.moov.shared import is_json, scope_messages, scopes
from clausewise.variants.variant import Variants

DEFECTS = Variants()


# Media types


@DEFECTS.breaking("moov.400.media-type", "moov.400.body")
@in_replies(400)
def answers_bad_syntax_with_a_page(call: Call, reply: Reply) -> Reply:
    """Answers 400 to a body that is not JSON with a page for people."""
    page = reply.having(content_type="text/html").holding(b"<h1>Bad Request</h1>")
    return reply if is_json(call) else page


@DEFECTS.breaking("moov.409.media-type")
@in_replies(409)
def calls_a_conflict_a_problem(call: Call, reply: Reply) -> Reply:
    """Sends the body of a 409 as application/problem+json."""
    return reply.having(content_type="application/problem+json")


@DEFECTS.breaking("moov.422.media-type")
@in_replies(422)
def names_no_media_type_of_faults_in_scopes(call: Call, reply: Reply) -> Reply:
    """Names no media type of a 422 that tells of scopes."""
    return reply.lacking("content-type") if scope_messages(reply) else reply


# The error of a 400 and a 409


@DEFECTS.breaking("moov.400.body")
@in_replies(400)
def says_nothing_of_a_version(call: Call, reply: Reply) -> Reply:
    """Sends an empty object with a 400 to a version that it does not understand."""
    return reply.showing({}) if b"Version" in reply.body else reply


@DEFECTS.breaking("moov.409.body")
@in_replies(409)
def shows_the_connection_in_place_of_the_error(call: Call, reply: Reply) -> Reply:
    """Shows the connection that exists, and no error, in a 409 to a request that is made again."""
    return reply if call.header("prefer") else reply.showing({"connection": {"allowScopes": scopes(call)}})


# Conflicts


@DEFECTS.breaking("moov.responses.listed")
@in_replies(409)
def calls_a_conflict_a_success(call: Call, reply: Reply) -> Reply:
    """Answers 200 where there is a conflict, as nothing has to be done."""
    return replace(reply, status=200)
