"""What rightful servers of MX accept or refuse otherwise than the mock."""

from __future__ import annotations

import json

from clausewise.mock.mx import MEDIA_TYPE, STANDARD_INSTITUTION
from clausewise.variants import lenient
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.mx.members import OAUTH_GUIDS, asked, asking, fresh_credentials, is_standard, refused
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()

KNOWN_PROPERTIES = {"institution_guid", "credentials", "is_oauth", "skip_aggregation", "skip_webhook", "name"}
LARGEST_BODY = 8_000


# What is accepted


@DIFFERENCES.permitted
async def finds_institutions_later(call: Call, mock: Mock) -> Reply:
    """Looks an unknown institution up after the member was created, and shows a known one."""
    member = asked(call)
    guid = member.get("institution_guid")
    if not isinstance(guid, str) or guid in {STANDARD_INSTITUTION.guid, *OAUTH_GUIDS} or member.get("is_oauth"):
        return await mock(call)
    return await mock(asking(call, {**member, "institution_guid": STANDARD_INSTITUTION.guid}))


@DIFFERENCES.permitted
async def looks_at_credentials_later(call: Call, mock: Mock) -> Reply:
    """Creates a standard member with any credentials, and validates them afterwards."""
    member = asked(call)
    given = member.get("credentials")
    is_taken = is_standard(call) and not member.get("is_oauth") and isinstance(given, list) and given
    return await mock(asking(call, {**member, "credentials": fresh_credentials()}) if is_taken else call)


@DIFFERENCES.permitted
async def reads_every_media_type(call: Call, mock: Mock) -> Reply:
    """Reads a JSON body whatever its media type is called."""
    return await mock(call.having(content_type=MEDIA_TYPE))


@DIFFERENCES.permitted
async def reads_truths_in_other_forms(call: Call, mock: Mock) -> Reply:
    """Reads true and false out of texts, and null as if the parameter were not there."""
    member = asked(call)
    names = [name for name in ("is_oauth", "skip_aggregation", "skip_webhook") if name in member]
    forms = {"true": True, "false": False}
    read = {name: forms.get(member[name], member[name]) for name in names if isinstance(member[name], str)}
    left = {name: value for name, value in (member | read).items() if name not in names or value is not None}
    return await mock(asking(call, left) if left != member else call)


@DIFFERENCES.permitted
async def creates_a_member_for_the_sample_as_printed(call: Call, mock: Mock) -> Reply:
    """Creates a member for an object without one, as the page shows beside its sample."""
    if call.json() != {}:
        return await mock(call)
    return await mock(asking(call, {"institution_guid": STANDARD_INSTITUTION.guid, "credentials": fresh_credentials()}))


# More than JSON, and limits of parsers (RFC 8259, section 9)


for _name, _change in (
    ("forgives-a-trailing-comma", lenient.trailing_commas),
    ("reads-the-first-value-alone", lenient.first_value_alone),
    ("reads-numbers-that-are-none", lenient.numbers_that_are_none),
    ("reads-json5", lenient.json5_alone),
    ("falls-over-deep-bodies", lenient.fails_at_depth),
    ("falls-over-a-long-value", lenient.fails_at_long_texts),
):
    DIFFERENCES.add(_name, _change.__doc__ or "", _change)


# What is refused


@DIFFERENCES.permitted
async def knows_no_further_properties(call: Call, mock: Mock) -> Reply:
    """Refuses properties that the document does not name."""
    body = call.json()
    has_more = isinstance(body, dict) and (set(body) - {"member"} or set(asked(call)) - KNOWN_PROPERTIES)
    return Reply(400).saying({"error": "unknown property"}) if has_more else await mock(call)


@DIFFERENCES.permitted
async def reads_the_body_before_the_session(call: Call, mock: Mock) -> Reply:
    """Refuses a bad body with its own status before it asks who sends it."""
    reply = await mock(call)
    is_json = isinstance(call.json(), dict)
    return reply if is_json or reply.status != 401 else refused(400, 4001)


@DIFFERENCES.permitted
async def takes_no_large_bodies(call: Call, mock: Mock) -> Reply:
    """Answers 413 to a body of more than some kilobytes."""
    return refused(413, 4130) if len(call.body) > LARGEST_BODY else await mock(call)


@DIFFERENCES.permitted
async def takes_no_control_characters(call: Call, mock: Mock) -> Reply:
    """Refuses control characters and halves of surrogate pairs in texts."""
    text = json.dumps(call.json(), ensure_ascii=False) if call.json() is not None else ""
    is_strange = any(mark in text for mark in ("\\u00", "\x7f", "\x85")) or any(
        "\ud800" <= letter <= "\udfff" for letter in text
    )
    return refused(400, 4001) if is_strange else await mock(call)


@DIFFERENCES.permitted
async def takes_no_letters_beyond_ascii(call: Call, mock: Mock) -> Reply:
    """Refuses a credential with letters that the institution does not know."""
    given = asked(call).get("credentials")
    values = [one.get("value") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    is_strange = any(isinstance(value, str) and not value.isascii() for value in values)
    return refused(422, 4220) if is_strange else await mock(call)


@DIFFERENCES.permitted
async def wants_no_names(call: Call, mock: Mock) -> Reply:
    """Refuses every name, as the page asks callers not to give one without talking to MX."""
    return refused(403, 4030) if "name" in asked(call) else await mock(call)


@DIFFERENCES.permitted
async def refuses_names_with_pictures(call: Call, mock: Mock) -> Reply:
    """Refuses a name with letters beyond the first plane of Unicode."""
    name = asked(call).get("name")
    is_refused = isinstance(name, str) and any(letter > "\uffff" for letter in name)
    return refused(422, 4220) if is_refused else await mock(call)


@DIFFERENCES.permitted
async def takes_no_credentials_for_oauth(call: Call, mock: Mock) -> Reply:
    """Refuses credentials beside is_oauth."""
    is_refused = asked(call).get("is_oauth") is True and "credentials" in asked(call)
    return refused(400, 4002) if is_refused else await mock(call)


@DIFFERENCES.permitted
async def has_these_oauth_members_already(call: Call, mock: Mock) -> Reply:
    """Answers 409 to every OAuth member, since an earlier run has left it."""
    reply = await mock(call)
    exists = reply.status == 200 and asked(call).get("is_oauth")
    return Reply(409).saying({"error": {"code": 4090}}) if exists else reply


@DIFFERENCES.permitted
async def cannot_process_oauth_members_that_exist_already(call: Call, mock: Mock) -> Reply:
    """Answers 422 to every OAuth member, since an earlier run has left it."""
    reply = await mock(call)
    return refused(422, 4220) if reply.succeeds and asked(call).get("is_oauth") else reply
