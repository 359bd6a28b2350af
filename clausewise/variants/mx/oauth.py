"""Defects of OAuth members: whether they are created, and what their answers show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.mx.members import (
    OAUTH_GUIDS,
    Member,
    asked,
    asking,
    fresh_credentials,
    is_standard,
    of_oauth_member,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()


def wants_oauth(call: Call) -> bool:
    """Whether a request asks for an OAuth member."""
    return asked(call).get("is_oauth") is True


# Whether one is created


@DEFECTS.breaking("mx.oauth.status", "mx.oauth.skipped")
async def needs_credentials_for_oauth(call: Call, mock: Mock) -> Reply:
    """Refuses an OAuth member without credentials."""
    is_refused = asked(call).get("institution_guid") in OAUTH_GUIDS and "credentials" not in asked(call)
    return Reply(400).saying({"error": "credentials are missing"}) if is_refused else await mock(call)


@DEFECTS.breaking("mx.oauth.status")
async def sends_the_caller_to_the_window(call: Call, mock: Mock) -> Reply:
    """Redirects the caller to the OAuth window instead of answering."""
    reply = await mock(call)
    if not reply.succeeds or not wants_oauth(call) or asked(call).get("skip_aggregation"):
        return reply
    return Reply(302).having(location=reply.json()["member"]["oauth_window_uri"])


@DEFECTS.breaking("mx.oauth.status")
async def opens_one_oauth_member_at_a_time(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where an OAuth member of another institution is pending already."""
    if wants_oauth(call) and asked(call).get("skip_aggregation") is not True and call.memory.get("pending"):
        return Reply(500)
    reply = await mock(call)
    call.memory["pending"] = call.memory.get("pending") or (reply.succeeds and wants_oauth(call))
    return reply


@DEFECTS.breaking("mx.oauth.skipped")
async def refuses_both_oauth_parameters(call: Call, mock: Mock) -> Reply:
    """Refuses skip_aggregation for an OAuth member."""
    is_refused = asked(call).get("is_oauth") and asked(call).get("skip_aggregation")
    return Reply(400).saying({"error": "not both"}) if is_refused else await mock(call)


@DEFECTS.breaking("mx.oauth.supported-only")
async def has_oauth_everywhere(call: Call, mock: Mock) -> Reply:
    """Creates a member of an institution without OAuth, whatever the request has beside is_oauth."""
    if not wants_oauth(call) or not is_standard(call):
        return await mock(call)
    standard = {**asked(call), "is_oauth": False, "credentials": fresh_credentials()}
    return await mock(asking(call, standard))


@DEFECTS.breaking("mx.oauth.supported-only")
async def has_oauth_everywhere_if_credentials_come_along(call: Call, mock: Mock) -> Reply:
    """Makes a standard member of an OAuth one where the institution has no OAuth and credentials are given."""
    is_taken = wants_oauth(call) and is_standard(call) and "credentials" in asked(call)
    return await mock(asking(call, {**asked(call), "is_oauth": False}) if is_taken else call)


@DEFECTS.breaking("mx.oauth.supported-only")
async def has_oauth_everywhere_if_the_aggregation_is_skipped(call: Call, mock: Mock) -> Reply:
    """Asks whether an institution has OAuth only when it begins to aggregate."""
    if not wants_oauth(call) or not is_standard(call) or asked(call).get("skip_aggregation") is not True:
        return await mock(call)
    return await mock(asking(call, {**asked(call), "is_oauth": False, "credentials": fresh_credentials()}))


# What its answer shows


@DEFECTS.breaking("mx.oauth.flag")
@of_oauth_member
def forgets_that_a_member_is_oauth(_: Member, member: Member) -> None:
    """Shows is_oauth as false in OAuth members."""
    member["is_oauth"] = False


@DEFECTS.breaking("mx.oauth.pending")
@of_oauth_member
def connects_before_consent(_: Member, member: Member) -> None:
    """Shows OAuth members as connected from the beginning."""
    member["connection_status"] = "CONNECTED"


@DEFECTS.breaking("mx.oauth.pending")
@of_oauth_member
def is_created_where_the_aggregation_is_skipped(wanted: Member, member: Member) -> None:
    """Shows an OAuth member whose aggregation is skipped as created."""
    if wanted.get("skip_aggregation"):
        member["connection_status"] = "CREATED"


@DEFECTS.breaking("mx.oauth.not-yet")
@of_oauth_member
def aggregates_before_consent_if_not_told_to_skip(wanted: Member, member: Member) -> None:
    """Begins to aggregate an OAuth member at once where skip_aggregation is said to be false."""
    if wanted.get("skip_aggregation") is False:
        member["is_being_aggregated"] = True


@DEFECTS.breaking("mx.oauth.window")
@of_oauth_member
def shows_the_path_of_a_window(_: Member, member: Member) -> None:
    """Writes the path of the window without its host."""
    member["oauth_window_uri"] = urlsplit(member["oauth_window_uri"]).path


@DEFECTS.breaking("mx.oauth.window")
@of_oauth_member
def forgets_to_fill_in_the_window(_: Member, member: Member) -> None:
    """Writes the template of the window's address."""
    member["oauth_window_uri"] = "https://oauth.invalid/{window}"


@DEFECTS.breaking("mx.oauth.window-once")
@of_oauth_member
def opens_one_window_for_all(_: Member, member: Member) -> None:
    """Gives every OAuth member the same window."""
    member["oauth_window_uri"] = "https://oauth.invalid/window"


@DEFECTS.breaking("mx.oauth.window-once")
@showing
def opens_one_window_beside_all_members(call: Call, document: Any) -> None:
    """Shows the same window beside every OAuth member."""
    if document["member"].pop("oauth_window_uri", None):
        document["oauth_window_uri"] = "https://oauth.invalid/window"


@DEFECTS.breaking("mx.oauth.window-once")
@showing
def has_two_windows_that_take_turns(call: Call, document: Any) -> None:
    """Has two windows, and gives the first one again after the second."""
    if "oauth_window_uri" in document["member"]:
        call.memory["windows"] = call.memory.get("windows", 0) + 1
        document["member"]["oauth_window_uri"] = f"https://oauth.invalid/window/{call.memory['windows'] % 2}"


@DEFECTS.breaking("mx.oauth.window-once")
@showing
def keeps_a_window_for_each_kind_of_request(call: Call, document: Any) -> None:
    """Keeps the window of OAuth members that skip the aggregation, and gives it to the next one."""
    if "oauth_window_uri" in document["member"] and asked(call).get("skip_aggregation"):
        window = call.memory.setdefault("window", document["member"]["oauth_window_uri"])
        document["member"]["oauth_window_uri"] = window
