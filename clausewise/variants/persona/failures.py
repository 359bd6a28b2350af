"""Defects: failures at requests of which the document says nothing."""

from __future__ import annotations

import re

from clausewise.mock.persona import DESTINATION_ORGANIZATION_IDS, VERSIONS
from clausewise.variants.call import Call, Reply
from clausewise.variants.persona.shared import answering, attributes_of, data_of, destination_of, replying
from clausewise.variants.variant import Variants

DEFECTS = Variants()

BROKEN_OFF = Reply(201).having(content_length="99")


def _version(call: Call) -> str:
    return call.header("persona-version") or ""


# Bodies


@DEFECTS.breaking("persona.errors.listed")
@replying
def hangs_up_on_half_a_character(call: Call, reply: Reply) -> Reply:
    """Breaks off its answer where a text has half of a surrogate pair in it."""
    return BROKEN_OFF if b"\\ud800" in call.body else reply


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_depth(call: Call) -> bool:
    """Fails at lists and objects that are nested a hundred times."""
    return b"[" * 100 in call.body or b'{"a":' * 100 in call.body


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_long_bodies(call: Call) -> bool:
    """Fails at good bodies that hold more than 16 KiB besides."""
    return len(call.body) > 16 * 1024 and destination_of(call) in DESTINATION_ORGANIZATION_IDS


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_huge_numbers(call: Call) -> bool:
    """Fails at numbers with an exponent of three digits."""
    return re.search(rb"\de[+-]?\d{3}", call.body) is not None


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_equal_names(call: Call) -> bool:
    """Fails where an object has data twice."""
    return call.body.count(b'"data"') > 1


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_a_byte_order_mark(call: Call) -> bool:
    """Fails at a byte order mark before the body."""
    return call.body.startswith(b"\xef\xbb\xbf")


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_unknown_attribute(call: Call) -> bool:
    """Fails at an attribute of which it has no column."""
    return "colour" in attributes_of(call)


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_a_name_with_a_meaning(call: Call) -> bool:
    """Fails at a property by the name of __proto__."""
    return b'"__proto__"' in call.body


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_empty_body(call: Call) -> bool:
    """Fails where there is no body at all."""
    return not call.body


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_missing_data(call: Call) -> bool:
    """Fails at an object without data, which the document calls optional."""
    body = call.json()
    return isinstance(body, dict) and not body


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_data_that_is_null(call: Call) -> bool:
    """Fails where data is null."""
    body = call.json()
    return isinstance(body, dict) and "data" in body and data_of(call) is None


# Media types


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_unknown_charset(call: Call) -> bool:
    """Fails at a charset by a name that it does not know."""
    found = re.search("charset=([^;]*)", call.header("content-type") or "")
    return found is not None and found[1].lower() not in ("utf-8", "us-ascii")


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_a_missing_media_type(call: Call) -> bool:
    """Fails where the media type of the body is not named."""
    return call.header("content-type") is None


@DEFECTS.breaking("persona.errors.listed")
@answering(404)
def finds_nothing_for_another_media_type(call: Call) -> bool:
    """Has no route, status 404, for bodies that are announced as plain text."""
    return (call.header("content-type") or "").startswith("text/plain")


@DEFECTS.breaking("persona.errors.listed")
@replying
def sends_forms_to_a_page(call: Call, reply: Reply) -> Reply:
    """Redirects a form, as if a browser had sent it."""
    is_form = (call.header("content-type") or "").startswith("application/x-www-form-urlencoded")
    return Reply(303).having(location="/connections") if is_form else reply


# Headers and the query


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_a_month_that_is_none(call: Call) -> bool:
    """Fails at a version that has the form of a date and is none."""
    return re.fullmatch(r"\d{4}-(00|1[3-9]|[2-9]\d)-\d\d", _version(call)) is not None


@DEFECTS.breaking("persona.errors.listed")
@answering(404)
def finds_nothing_for_a_version_to_come(call: Call) -> bool:
    """Has no route, status 404, for versions after the newest."""
    return _version(call) > VERSIONS[0] and _version(call)[0].isdigit()


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_unknown_casing(call: Call) -> bool:
    """Fails at a casing that it does not know."""
    return call.header("key-inflection") == "pascal"


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_empty_casing(call: Call) -> bool:
    """Fails where Key-Inflection is there and empty."""
    return call.header("key-inflection") == ""


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_fields_without_a_type(call: Call) -> bool:
    """Fails where fields is a text in place of a map."""
    return call.query.startswith("fields=")


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_fields_of_another_type(call: Call) -> bool:
    """Fails where the fields of inquiries are listed."""
    return "inquiry" in call.query


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_lists_within_fields(call: Call) -> bool:
    """Fails where the map of fields holds a list in place of a text."""
    return "%5D%5B%5D=" in call.query or "][]=" in call.query


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_bytes_in_the_query(call: Call) -> bool:
    """Fails where the query is not UTF-8 behind its percent signs."""
    return "%FF" in call.query.upper()


@DEFECTS.breaking("persona.errors.listed")
@replying
def falls_over_a_key_for_another_body(call: Call, reply: Reply) -> Reply:
    """Fails where an Idempotency-Key comes again with another body."""
    return Reply(500) if b"Idempotency error" in reply.body else reply


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def falls_over_an_empty_key(call: Call) -> bool:
    """Fails where Idempotency-Key is there and empty."""
    return call.header("idempotency-key") == ""


# Any request


@DEFECTS.breaking("persona.errors.listed")
@answering(503)
def is_busy_at_every_tenth_call(call: Call) -> bool:
    """Answers 503 to every tenth call, which succeeds when it comes again."""
    return call.number % 10 == 0


@DEFECTS.breaking("persona.errors.listed")
@answering(500)
def fails_after_two_hundred_calls(call: Call) -> bool:
    """Fails at every call after the two hundredth, as if something had run out."""
    return call.number > 200
