"""Defects: what a success looks like, whatever the request was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausewise.mock.persona import DESTINATION_ORGANIZATION_IDS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import showing
from clausewise.variants.persona.shared import (
    answering,
    asked_fields,
    casing_of,
    destination_of,
    replying,
)
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()

WRAPPER = "persona.response.data"


# Success


@DEFECTS.breaking("persona.create.created")
@replying
def says_200(call: Call, reply: Reply) -> Reply:
    """Answers 200 where a connection was created."""
    return replace(reply, status=200) if reply.status == 201 else reply


@DEFECTS.breaking("persona.create.created")
@replying
def says_200_for_a_part(call: Call, reply: Reply) -> Reply:
    """Answers 200 where fields are listed."""
    return replace(reply, status=200) if reply.status == 201 and asked_fields(call) is not None else reply


@DEFECTS.breaking("persona.create.status")
@replying
def says_202(call: Call, reply: Reply) -> Reply:
    """Answers 202 where a connection was created."""
    return replace(reply, status=202) if reply.status == 201 else reply


@DEFECTS.breaking("persona.create.status")
@answering(422)
def refuses_a_destination(call: Call) -> bool:
    """Refuses the second of the organizations that can be connected to."""
    return bool(destination_of(call) == DESTINATION_ORGANIZATION_IDS[1])


@DEFECTS.breaking("persona.sample.curl")
@answering(403)
def refuses_curl(call: Call) -> bool:
    """Refuses every client by the name of curl."""
    return (call.header("user-agent") or "").startswith("curl/")


@DEFECTS.breaking("persona.sample.curl")
@answering(400)
def refuses_json_over_several_lines(call: Call) -> bool:
    """Refuses a body of several lines, such as that of the sample."""
    return destination_of(call) is not None and b"\n" in call.body


@DEFECTS.breaking(BASELINE)
@answering(406)
def answers_who_names_json_alone(call: Call) -> bool:
    """Refuses requests that accept any media type in place of JSON by name."""
    return call.header("accept") == "*/*"


@DEFECTS.breaking("persona.create.status")
@answering(422)
def mistakes_a_body_every_tenth_time(call: Call) -> bool:
    """Refuses a good body at every tenth call."""
    return call.number % 10 == 0 and destination_of(call) in DESTINATION_ORGANIZATION_IDS


# The whole body


@DEFECTS.breaking(WRAPPER)
@showing
def has_no_wrapper_for_a_charset(call: Call, document: Any) -> None:
    """Shows a connection without the object data where the request names a charset."""
    if "charset" in (call.header("content-type") or ""):
        document.update(document.pop("data"))


@DEFECTS.breaking(WRAPPER)
@showing
def lists_a_connection_of_a_part(call: Call, document: Any) -> None:
    """Shows a list of one connection where fields are listed."""
    if asked_fields(call) is not None:
        document["data"] = [document["data"]]


@DEFECTS.breaking(WRAPPER)
@replying
def has_no_body(call: Call, reply: Reply) -> Reply:
    """Creates a connection and does not show it."""
    return reply.holding(b"") if reply.succeeds else reply


@DEFECTS.breaking(WRAPPER)
@replying
def shows_a_text_of_json(call: Call, reply: Reply) -> Reply:
    """Writes its JSON into a JSON text."""
    return reply.showing(reply.body.decode()) if reply.succeeds else reply


@DEFECTS.breaking(WRAPPER)
@replying
def shows_a_page(call: Call, reply: Reply) -> Reply:
    """Answers a success in camel case with a page for people."""
    is_meant = reply.succeeds and casing_of(call) == "camel"
    return reply.having(content_type="text/html").holding(b"<p>created</p>") if is_meant else reply


@DEFECTS.breaking(WRAPPER)
@replying
def leaves_a_comma_behind(call: Call, reply: Reply) -> Reply:
    """Writes a comma behind the last attribute if no more than one is asked for."""
    is_meant = reply.succeeds and len(asked_fields(call) or []) == 1
    return reply.holding(reply.body.replace(b"}", b",}", 1)) if is_meant else reply
