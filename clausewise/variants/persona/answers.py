"""Defects: what a success looks like, whatever the request was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausewise.mock.persona import DESTINATION_ORGANIZATION_IDS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import answering, in_replies, showing
from clausewise.variants.persona.shared import destination_of
from clausewise.variants.variant import Variants

DEFECTS = Variants()

WRAPPER = "persona.response.data"


# Success


@DEFECTS.breaking("persona.create.status")
@in_replies()
def says_202(call: Call, reply: Reply) -> Reply:
    """Answers 202 where a connection was created."""
    return replace(reply, status=202) if reply.status == 201 else reply


@DEFECTS.breaking("persona.create.status")
@answering(422)
def refuses_a_destination(call: Call) -> bool:
    """Refuses the second of the organizations that can be connected to."""
    return bool(destination_of(call) == DESTINATION_ORGANIZATION_IDS[1])


@DEFECTS.breaking("persona.sample.curl")
@answering(400)
def refuses_json_over_several_lines(call: Call) -> bool:
    """Refuses a body of several lines, such as that of the sample."""
    return destination_of(call) is not None and b"\n" in call.body


# The whole body


@DEFECTS.breaking(WRAPPER)
@showing
def has_no_wrapper_for_a_charset(call: Call, document: Any) -> None:
    """Shows a connection without the object data where the request names a charset."""
    if "charset" in (call.header("content-type") or ""):
        document.update(document.pop("data"))
