"""What rightful servers of MX show otherwise than the mock when they have created a member."""

from __future__ import annotations

import gzip
import json
from typing import Any
from uuid import uuid4

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.mx.members import Member, of_member, of_oauth_member
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


def is_aggregated(wanted: Member) -> bool:
    """Whether a new member is to be aggregated without further ado."""
    return not (wanted.get("skip_aggregation") or wanted.get("is_oauth"))


# The form of an answer


@DIFFERENCES.permitted
async def names_the_media_type_at_length(call: Call, mock: Mock) -> Reply:
    """Writes the media type in other letters and with a charset."""
    reply = await mock(call)
    return reply.having(content_type="Application/vnd.MX.nexus.v1+json; charset=utf-8")


@DIFFERENCES.permitted
async def gives_its_answers_no_id(call: Call, mock: Mock) -> Reply:
    """Sends no x-request-id, which the document does not speak of."""
    return (await mock(call)).lacking("x-request-id")


@DIFFERENCES.permitted
async def compresses_its_answers(call: Call, mock: Mock) -> Reply:
    """Compresses the bodies of successes for callers that accept it."""
    reply = await mock(call)
    if not reply.succeeds or "gzip" not in (call.header("accept-encoding") or ""):
        return reply
    return reply.holding(gzip.compress(reply.body)).having(content_encoding="gzip")


@DIFFERENCES.permitted
async def escapes_every_letter(call: Call, mock: Mock) -> Reply:
    """Writes every letter of a name as an escape."""
    reply = await mock(call)
    if not reply.succeeds:
        return reply
    name = reply.json()["member"]["name"]
    units = name.encode("utf-16-be")
    escaped = "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
    written = json.dumps(reply.json()).replace(json.dumps(name), f'"{escaped}"')
    return reply.holding(written.encode())


# What a member shows


@DIFFERENCES.permitted
@showing
def says_more(_: Call, document: Any) -> None:
    """Shows further fields in the member and beside it."""
    document["meta"] = {"page": 1}
    document["member"] |= {"id": None, "most_recent_job_detail_code": 7, "institution": {"guid": "x", "names": []}}


@DIFFERENCES.permitted
@of_member
def aggregates_at_once(wanted: Member, member: Member) -> None:
    """Has all the data before it answers, and tells the time of its own zone."""
    if is_aggregated(wanted):
        time = "2026-11-21T10:30:00.123+01:00"
        member |= {"is_being_aggregated": False, "aggregated_at": time, "successfully_aggregated_at": time}


@DIFFERENCES.permitted
@of_member
def tells_its_offset_in_hours(wanted: Member, member: Member) -> None:
    """Writes times with an offset of hours alone, as ISO 8601 permits."""
    if is_aggregated(wanted):
        member |= {"aggregated_at": "2026-11-21T10:30:00+01", "successfully_aggregated_at": "2026-11-21T10:30:00+01"}


@DIFFERENCES.permitted
@of_member
def begins_within_the_second(wanted: Member, member: Member) -> None:
    """Shows a job that waits, and no aggregation yet."""
    if is_aggregated(wanted):
        member |= {"is_being_aggregated": False, "most_recent_job_guid": f"JOB-{uuid4()}"}


@DIFFERENCES.permitted
@of_member
def has_been_denied_already(wanted: Member, member: Member) -> None:
    """Shows that the institution has refused the credentials before the answer was written."""
    if is_aggregated(wanted):
        member |= {"is_being_aggregated": False, "most_recent_job_guid": None, "connection_status": "DENIED"}


@DIFFERENCES.permitted
@of_member
def has_a_status_of_its_own(wanted: Member, member: Member) -> None:
    """Gives standard members a status that no list has."""
    if not wanted.get("is_oauth"):
        member["connection_status"] = "GETTING_READY"


@DIFFERENCES.permitted
@of_member
def knows_an_old_member(_: Member, member: Member) -> None:
    """Shows an external guid, metadata and no job, as of a member that has a history."""
    member |= {"external_guid": "mine", "metadata": json.dumps({}), "use_cases": [], "most_recent_job_guid": None}


@DIFFERENCES.permitted
@of_oauth_member
def has_no_use_cases_of_oauth_members(_: Member, member: Member) -> None:
    """Leaves out the use cases of OAuth members alone."""
    del member["use_cases"]


@DIFFERENCES.permitted
@of_member
def has_no_use_cases(_: Member, member: Member) -> None:
    """Writes null for the use cases, as of a client that did not opt in."""
    member["use_cases"] = None


@DIFFERENCES.permitted
@of_member
def validates_in_a_job(wanted: Member, member: Member) -> None:
    """Shows the job that validates the credentials, also where the aggregation is skipped."""
    if not wanted.get("is_oauth"):
        member["most_recent_job_guid"] = f"JOB-{uuid4()}"


# Windows


@DIFFERENCES.permitted
@of_oauth_member
def leaves_out_the_scheme_of_windows(_: Member, member: Member) -> None:
    """Writes the address of a window without its scheme."""
    member["oauth_window_uri"] = f"oauth.invalid/authorize?state={uuid4()}"


@DIFFERENCES.permitted
@showing
def shows_the_window_beside_the_member(_: Call, document: Any) -> None:
    """Shows the window beside the member."""
    if "oauth_window_uri" in document["member"]:
        document["oauth_window_uri"] = document["member"].pop("oauth_window_uri")


@DIFFERENCES.permitted
@of_member
def shows_that_there_is_no_window(_: Member, member: Member) -> None:
    """Shows oauth_window_uri as null in standard members."""
    member.setdefault("oauth_window_uri", None)


@DIFFERENCES.permitted
@of_oauth_member
def opens_windows_elsewhere(_: Member, member: Member) -> None:
    """Opens its windows at another host, with a long query and a fragment."""
    member["oauth_window_uri"] = f"HTTPS://oauth.invalid:8443/authorize?state={uuid4()}&scope=read%20all#top"
