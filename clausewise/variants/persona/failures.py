"""Defects: failures at requests of which the document says nothing."""

from __future__ import annotations

import re

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import answering, in_replies
from clausewise.variants.persona.shared import key_of
from clausewise.variants.variant import Variants

DEFECTS = Variants()

BROKEN_OFF = Reply(201).having(content_length="99")


# Bodies


@DEFECTS.breaking("persona.request.unknown-destination")
@in_replies()
def hangs_up_on_half_a_character(call: Call, reply: Reply) -> Reply:
    """Breaks off its answer where a text has half of a surrogate pair in it."""
    return BROKEN_OFF if b"\\ud800" in call.body else reply


# Media types


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_unknown_charset(call: Call) -> bool:
    """Fails at a charset by a name that it does not know."""
    found = re.search("charset=([^;]*)", call.header("content-type") or "")
    return found is not None and found[1].lower() not in ("utf-8", "us-ascii")


# Headers and the query


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_lists_within_fields(call: Call) -> bool:
    """Fails where the map of fields holds a list in place of a text."""
    return "%5D%5B%5D=" in call.query or "][]=" in call.query


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_long_keys(call: Call) -> bool:
    """Fails at an Idempotency-Key of more than 64 characters."""
    return len(key_of(call) or "") > 64


@DEFECTS.breaking("persona.errors.listed")
@in_replies()
def falls_over_a_key_for_another_body(call: Call, reply: Reply) -> Reply:
    """Fails where an Idempotency-Key comes again with another body."""
    return Reply(500) if b"Idempotency error" in reply.body else reply
