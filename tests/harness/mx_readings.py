"""What the document of MX leaves open: servers that read it otherwise than the mock and break nothing."""

import json
from dataclasses import replace
from typing import Any

from clausewise.mock.mx import (
    EXPIRED_SESSION_TOKEN,
    MEDIA_TYPE,
    STANDARD_INSTITUTION,
)
from tests.harness.mx_traps import OAUTH_GUIDS, Member, asked, of_member
from tests.harness.servers import Call, Mock, Reply, Trap, showing


async def fails_to_process_where_others_do_not_understand(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, status=422) if reply.status == 400 else reply


async def buries_the_code_as_text(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    if call.header("md-session-token") != EXPIRED_SESSION_TOKEN:
        return reply
    return Reply(403).saying({"errors": [{"meta": {"codes": ["E1", "4011"]}, "title": "expired"}]})


async def names_the_media_type_at_length(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply.having(content_type="Application/vnd.MX.nexus.v1+json; charset=utf-8")


async def finds_institutions_later(call: Call, mock: Mock) -> Reply:
    member = asked(call)
    guid = member.get("institution_guid")
    if not isinstance(guid, str) or guid in {STANDARD_INSTITUTION.guid, *OAUTH_GUIDS} or member.get("is_oauth"):
        return await mock(call)
    known = {**member, "institution_guid": STANDARD_INSTITUTION.guid}
    return await mock(call.saying({"member": known}))


async def reads_every_media_type(call: Call, mock: Mock) -> Reply:
    return await mock(call.having(content_type=MEDIA_TYPE))


async def knows_no_further_properties(call: Call, mock: Mock) -> Reply:
    known = {"institution_guid", "credentials", "is_oauth", "skip_aggregation", "skip_webhook", "name"}
    body = call.json()
    has_more = isinstance(body, dict) and (set(body) - {"member"} or set(asked(call)) - known)
    return Reply(400).saying({"error": "unknown property"}) if has_more else await mock(call)


async def refuses_without_a_word(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply if reply.status == 200 or b"4011" in reply.body else Reply(reply.status)


async def refuses_in_plain_words(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    if reply.status == 200 or b"4011" in reply.body:
        return reply
    return replace(Reply(reply.status).having(content_type="text/plain"), body=b"no")


async def hides_itself_from_strangers(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return Reply(404) if reply.status == 401 and b"4011" not in reply.body else reply


async def has_these_oauth_members_already(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    exists = reply.status == 200 and asked(call).get("is_oauth")
    return Reply(409).saying({"error": {"code": 4090}}) if exists else reply


@showing
def shows_the_window_beside_the_member(_: Call, document: Any) -> None:
    if "oauth_window_uri" in document["member"]:
        document["oauth_window_uri"] = document["member"].pop("oauth_window_uri")


@showing
def says_more(_: Call, document: Any) -> None:
    document["meta"] = {"page": 1}
    document["member"] |= {"id": None, "most_recent_job_detail_code": 7, "institution": {"guid": "x", "names": []}}


@of_member
def aggregates_at_once(wanted: Member, member: Member) -> None:
    """Has all the data before it answers, and tells the time of its own zone."""
    if not (wanted.get("skip_aggregation") or wanted.get("is_oauth")):
        time = "2026-11-21T10:30:00.123+01:00"
        member |= {"is_being_aggregated": False, "aggregated_at": time, "successfully_aggregated_at": time}


@of_member
def knows_an_old_member(_: Member, member: Member) -> None:
    member |= {"external_guid": "mine", "metadata": json.dumps({}), "use_cases": [], "most_recent_job_guid": None}


READINGS: list[Trap] = [
    fails_to_process_where_others_do_not_understand,
    buries_the_code_as_text,
    names_the_media_type_at_length,
    finds_institutions_later,
    reads_every_media_type,
    knows_no_further_properties,
    hides_itself_from_strangers,
    refuses_without_a_word,
    shows_the_window_beside_the_member,
    says_more,
    aggregates_at_once,
    knows_an_old_member,
]
