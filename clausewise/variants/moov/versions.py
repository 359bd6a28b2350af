"""Defects in how the version header is read."""

from __future__ import annotations

from clausewise.mock.moov import DEFAULT_VERSION
from clausewise.mock.wire import altered
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, honest, in_replies
from clausewise.variants.moov.shared import VERSION, bad_request, comes_by_password, principal
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


@DEFECTS.breaking("moov.sample.basic")
async def needs_a_version_of_callers_with_a_password(call: Call, mock: Mock) -> Reply:
    """Refuses a call that names no version where it comes with a user name and a password."""
    if names_no_version(call) and comes_by_password(call):
        return bad_request("X-Moov-Version is required")
    return await mock(call)


@DEFECTS.breaking("moov.version.default")
@in_replies(422)
def words_faults_anew_where_no_version_is_named(call: Call, reply: Reply) -> Reply:
    """Answers without a version, for invalid contents, with codes beside the messages."""
    return reply.saying(reply.json() | {"codes": ["invalid"]}) if names_no_version(call) else reply


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
async def falls_over_the_latest_version(call: Call, mock: Mock) -> Reply:
    """Fails in the version `latest`."""
    return Reply(500) if call.header(VERSION) == "latest" else await mock(call)


# Other versions


@DEFECTS.breaking("moov.responses.listed")
async def falls_over_an_empty_version(call: Call, mock: Mock) -> Reply:
    """Fails where the version is an empty text."""
    return Reply(500) if call.header(VERSION) == "" else await mock(call)


@DEFECTS.breaking("moov.responses.listed")
async def does_not_implement_other_versions(call: Call, mock: Mock) -> Reply:
    """Answers 501 to versions that it does not know."""
    is_known = call.header(VERSION) in (None, DEFAULT_VERSION, "latest")
    return await mock(call) if is_known else Reply(501)


# The spelling of the header, which no application sees


def knowing_capitals_alone(received: bytes) -> bytes:
    """The same with a version header in small letters under a name that nobody knows."""
    return received.replace(b"x-moov-version:", b"x-unknown-version:")


DEFECTS.add(
    "knows-the-version-header-in-capitals-alone",
    "Takes a version header in small letters for another one, which it does not know.",
    honest,
    "moov.version.spelling",
    wire=altered(received=knowing_capitals_alone),
)
