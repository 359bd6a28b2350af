"""Defects in what passes for JSON, and in the answer to what does not."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.variants.moov.shared import invalid_principal, is_json
from clausewise.variants.variant import Variants

DEFECTS = Variants()


@DEFECTS.breaking("moov.400.status")
@in_calls
def closes_what_was_left_open(call: Call) -> Call:
    """Reads a body that was cut short, and closes its object."""
    whole = replace(call, body=call.body + b"}")
    return call if is_json(call) or not is_json(whole) else whole


@DEFECTS.breaking("moov.400.status")
@in_calls
def reads_forms_whatever_they_are_called(call: Call) -> Call:
    """Reads the fields of a form where a body is no JSON."""
    fields = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    return call if is_json(call) or "principalAccountID" not in fields else call.saying(fields)


@DEFECTS.breaking("moov.400.status")
async def takes_what_it_cannot_read_for_an_empty_request(call: Call, mock: Mock) -> Reply:
    """Answers 422, as to a request without a principal, where a body cannot be read at all."""
    reply = await mock(call)
    is_unread = reply.status == 400 and b"not JSON" in reply.body and call.body.strip()[:1] not in (b"{", b"[")
    return invalid_principal("is required") if is_unread else reply
