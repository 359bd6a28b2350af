"""Defects in how the version header is read."""

from __future__ import annotations

import re
from dataclasses import replace

from clausewise.mock.moov import DEFAULT_VERSION, SCOPES
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.moov.shared import (
    VERSION,
    bad_request,
    comes_by_password,
    for_the_account,
    in_answers,
    in_calls,
    principal,
    scopes,
    with_scopes,
)
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()


def names_no_version(call: Call) -> bool:
    """Whether a call leaves the version to the default."""
    return call.header(VERSION) is None


def shows_the_connection(call: Call, reply: Reply) -> Reply:
    """The same, a success with a body as newer versions have it."""
    return reply.saying({"principalAccountID": principal(call)}) if reply.succeeds else reply


# No version


@DEFECTS.breaking("moov.version.optional")
async def needs_a_version(call: Call, mock: Mock) -> Reply:
    """Refuses a call that names no version."""
    return bad_request("X-Moov-Version is required") if names_no_version(call) else await mock(call)


@DEFECTS.breaking("moov.version.optional")
async def falls_over_a_missing_version(call: Call, mock: Mock) -> Reply:
    """Fails where a call names no version."""
    return Reply(500) if names_no_version(call) else await mock(call)


@DEFECTS.breaking("moov.version.optional")
async def needs_a_version_of_callers_with_a_password(call: Call, mock: Mock) -> Reply:
    """Refuses a call that names no version where it comes with a user name and a password."""
    if names_no_version(call) and comes_by_password(call):
        return bad_request("X-Moov-Version is required")
    return await mock(call)


@DEFECTS.breaking("moov.version.default")
@in_answers(201)
def takes_the_newest_version_where_none_is_named(call: Call, reply: Reply) -> Reply:
    """Answers without a version as the newest does, which shows the connection."""
    return shows_the_connection(call, reply) if names_no_version(call) else reply


@DEFECTS.breaking("moov.version.default")
@in_answers(422)
def words_faults_anew_where_no_version_is_named(call: Call, reply: Reply) -> Reply:
    """Answers without a version, for invalid contents, with codes beside the messages."""
    return reply.saying(reply.json() | {"codes": ["invalid"]}) if names_no_version(call) else reply


@DEFECTS.breaking("moov.version.default")
@in_answers(400)
def words_bad_syntax_anew_where_no_version_is_named(call: Call, reply: Reply) -> Reply:
    """Answers without a version, for bad syntax, with the place of the fault beside the error."""
    return reply.saying(reply.json() | {"offset": 0}) if names_no_version(call) else reply


@DEFECTS.breaking("moov.version.default")
@in_answers(401)
def shows_a_body_to_nameless_callers_without_a_version(call: Call, reply: Reply) -> Reply:
    """Answers 401 with a body where no version is named, and without one in v2024.01.00."""
    return reply.saying({"error": "who calls?"}) if names_no_version(call) else reply


@DEFECTS.breaking("moov.version.default")
async def finds_every_account_where_no_version_is_named(call: Call, mock: Mock) -> Reply:
    """Does not look for the account where no version is named."""
    return await mock(for_the_account(call) if names_no_version(call) else call)


@DEFECTS.breaking("moov.version.default")
@in_calls
def lets_unknown_scopes_pass_where_no_version_is_named(call: Call) -> Call:
    """Drops unknown scopes where no version is named, and refuses them in v2024.01.00."""
    known = [scope for scope in scopes(call) if scope in SCOPES]
    return with_scopes(call, known) if names_no_version(call) and scopes(call) else call


@DEFECTS.breaking("moov.version.default")
async def goes_on_in_the_version_of_the_last_call(call: Call, mock: Mock) -> Reply:
    """Answers without a version as in the version of the call before, and newer ones show the connection."""
    version = call.memory["version"] = call.header(VERSION) or call.memory.get("version", DEFAULT_VERSION)
    reply = await mock(call)
    return reply if version == DEFAULT_VERSION else shows_the_connection(call, reply)


# The initial and the latest version


@DEFECTS.breaking(BASELINE)
async def counts_builds_from_one(call: Call, mock: Mock) -> Reply:
    """Refuses build .00, and with it v2024.01.00."""
    is_zero = (call.header(VERSION) or "").endswith(".00")
    return bad_request("builds start at .01") if is_zero else await mock(call)


@DEFECTS.breaking("moov.version.latest")
async def fails_in_the_latest_version(call: Call, mock: Mock) -> Reply:
    """Fails in the version `latest`."""
    return Reply(500) if call.header(VERSION) == "latest" else await mock(call)


@DEFECTS.breaking("moov.version.latest")
async def keeps_the_latest_version_for_chosen_callers(call: Call, mock: Mock) -> Reply:
    """Forbids the version `latest` to a caller who may share."""
    return Reply(403) if call.header(VERSION) == "latest" else await mock(call)


@DEFECTS.breaking("moov.version.latest")
async def waits_in_vain_for_the_latest_version(call: Call, mock: Mock) -> Reply:
    """Hands calls of the version `latest` to a server that does not respond."""
    return Reply(504) if call.header(VERSION) == "latest" else await mock(call)


# Other versions


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_words_for_a_version(call: Call, mock: Mock) -> Reply:
    """Fails where the version is neither `latest` nor has parts."""
    version = call.header(VERSION) or DEFAULT_VERSION
    return await mock(call) if "." in version or version == "latest" else Reply(500)


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_an_empty_version(call: Call, mock: Mock) -> Reply:
    """Fails where the version is an empty text."""
    return Reply(500) if call.header(VERSION) == "" else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_a_month_within_a_quarter(call: Call, mock: Mock) -> Reply:
    """Fails where the month of a version is not the first of a quarter."""
    month = re.fullmatch(r"v\d{4}\.(\d{2})\.\d{2}", call.header(VERSION) or "")
    return Reply(500) if month and month[1] not in ("01", "04", "07", "10") else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_versions_yet_to_come(call: Call, mock: Mock) -> Reply:
    """Fails where a version is of a year after 2030."""
    year = re.match(r"v(\d{4})\.", call.header(VERSION) or "")
    return Reply(500) if year and int(year[1]) > 2030 else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_the_last_quarter(call: Call, mock: Mock) -> Reply:
    """Fails where a version is of the last quarter of a year."""
    return Reply(500) if re.fullmatch(r"v\d{4}\.10\.\d{2}", call.header(VERSION) or "") else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def does_not_implement_other_versions(call: Call, mock: Mock) -> Reply:
    """Answers 501 to versions that it does not know."""
    is_known = call.header(VERSION) in (None, DEFAULT_VERSION, "latest")
    return await mock(call) if is_known else Reply(501)


@DEFECTS.breaking("moov.responses.listed")
@in_answers(201)
def redirects_to_the_version_that_it_knows(call: Call, reply: Reply) -> Reply:
    """Redirects calls of earlier versions than its first one."""
    version = call.header(VERSION) or DEFAULT_VERSION
    is_earlier = version.startswith("v") and version < DEFAULT_VERSION
    return replace(reply, status=308).having(Location=call.path) if is_earlier else reply
