"""Permitted differences: what a rightful server may refuse or accept, and how its errors may look."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.persona import DESTINATION, DESTINATION_ORGANIZATION_IDS
from clausewise.variants import lenient
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, answering, in_calls, in_replies
from clausewise.variants.persona.shared import GOOD, attributes_of, data_of, destination_of, for_destination
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


# Errors


@DIFFERENCES.permitted
@in_replies()
def refuses_without_a_word(call: Call, reply: Reply) -> Reply:
    """Has no body for errors."""
    return Reply(reply.status) if reply.status >= 400 else reply


@DIFFERENCES.permitted
@in_replies()
def refuses_in_plain_words(call: Call, reply: Reply) -> Reply:
    """Has plain text for errors."""
    return reply.having(content_type="text/plain").holding(b"no") if reply.status >= 400 else reply


@DIFFERENCES.permitted
@in_replies()
def refuses_all_with_422(call: Call, reply: Reply) -> Reply:
    """Answers 422 to whatever is wrong with a request."""
    is_wish = call.header("prefer") is not None
    return replace(reply, status=422) if reply.status == 400 and not is_wish else reply


@DIFFERENCES.permitted
@in_replies()
def refuses_all_with_400(call: Call, reply: Reply) -> Reply:
    """Answers 400 to whatever is wrong with a request."""
    is_wish = call.header("prefer") is not None
    return replace(reply, status=400) if reply.status == 422 and not is_wish else reply


# Callers


@DIFFERENCES.permitted
@in_replies()
def hides_from_forbidden_callers(call: Call, reply: Reply) -> Reply:
    """Answers 404 to callers that may not create connections (RFC 9110, section 15.5.4)."""
    is_wish = call.header("prefer") is not None
    return replace(reply, status=404) if reply.status == 403 and not is_wish else reply


@DIFFERENCES.permitted
@in_calls
def takes_a_token_under_any_scheme(call: Call) -> Call:
    """Accepts a good token under another scheme, or under none."""
    is_good = (call.header("authorization") or "").split(" ")[-1] == GOOD.split(" ")[-1]
    return call.having(authorization=GOOD) if is_good else call


@DIFFERENCES.permitted
@answering(400)
def calls_another_scheme_a_bad_request(call: Call) -> bool:
    """Answers 400 to credentials that are not of the form Bearer and a token."""
    told = call.header("authorization") or ""
    return told != "" and not told.startswith("Bearer ")


@DIFFERENCES.permitted
async def reads_the_body_before_the_token(call: Call, mock: Mock) -> Reply:
    """Refuses a bad body whoever sends it."""
    reply = await mock(call.having(authorization=GOOD, idempotency_key="")) if data_of(call) is None else None
    return await mock(call) if reply is None or reply.succeeds else reply


@DIFFERENCES.permitted
@in_replies(401)
def forbids_unknown_tokens(call: Call, reply: Reply) -> Reply:
    """Answers 403 to a token that nobody was given, and 401 where none comes."""
    is_token = (call.header("authorization") or "").startswith("Bearer ") and call.header("prefer") is None
    return replace(reply, status=403) if is_token else reply


# More than JSON, and limits of parsers (RFC 8259, section 9)


for _name, _change in (
    ("forgives-a-trailing-comma", lenient.trailing_commas),
    ("reads-the-first-value-alone", lenient.first_value_alone),
    ("reads-numbers-that-are-none", lenient.numbers_that_are_none),
    ("reads-json5", lenient.json5_alone),
    ("falls-over-depth", lenient.fails_at_depth),
    ("falls-over-a-long-destination", lenient.fails_at_long_texts),
):
    DIFFERENCES.add(_name, _change.__doc__ or "", _change)


# Bodies


@DIFFERENCES.permitted
@answering(422)
def refuses_what_the_sample_does_not_show(call: Call) -> bool:
    """Refuses attributes that the sample does not show, and names in another casing."""
    return bool(attributes_of(call).keys() - {DESTINATION})


@DIFFERENCES.permitted
@in_calls
def takes_a_request_without_data(call: Call) -> Call:
    """Connects to an organization of its own choice where there is no data, which the document calls optional."""
    return for_destination(call) if call.json() in ({}, {"data": None}) else call


@DIFFERENCES.permitted
@answering(413)
def refuses_long_bodies(call: Call) -> bool:
    """Answers 413 to bodies of more than 8 KiB."""
    return len(call.body) > 8 * 1024


@DIFFERENCES.permitted
@answering(415)
def refuses_other_media_types(call: Call) -> bool:
    """Answers 415 to bodies that are not announced as JSON, or whose charset is named."""
    return call.header("content-type") != "application/json"


@DIFFERENCES.permitted
@answering(404)
def says_404_for_an_unknown_destination(call: Call) -> bool:
    """Finds nothing, status 404, where the destination is an organization that nobody knows."""
    given = destination_of(call)
    return isinstance(given, str) and given not in DESTINATION_ORGANIZATION_IDS
