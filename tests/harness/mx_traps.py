"""What goes wrong in servers of MX, with the clauses that each defect breaks."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from clausewise.mock.mx import (
    EXPIRED_SESSION_TOKEN,
    MEDIA_TYPE,
    OAUTH_INSTITUTIONS,
    SESSION_TOKEN,
    STANDARD_INSTITUTION,
)
from tests.harness.servers import Call, Mock, Reply, Trap, showing

OAUTH_GUIDS = {institution.guid for institution in OAUTH_INSTITUTIONS}
ANOTHER_INSTITUTION = "INS-5f5f0000-0000-4000-8000-000000000001"
ONE_MEMBER = "MBR-5f5f0000-0000-4000-8000-000000000002"
TIMESTAMP = "2026-11-21T09:30:00Z"

Member = dict[str, Any]


def asked(call: Call) -> Member:
    """The member that a request asks for; empty if there is none."""
    body = call.json()
    member = body.get("member") if isinstance(body, dict) else None
    return member if isinstance(member, dict) else {}


def fresh_credentials() -> list[dict[str, str]]:
    """Credentials that no member has."""
    return [{"guid": guid, "value": str(uuid4())} for guid in STANDARD_INSTITUTION.credential_guids]


def of_member(change: Callable[[Member, Member], object]) -> Trap:
    """The mock, but that the member in each success is changed; the first argument is what was asked for."""

    @wraps(change)
    def changed(call: Call, document: Any) -> None:
        change(asked(call), document["member"])

    return showing(changed)


def shows(field: str, value: Any) -> Trap:
    """The mock, but that each member has this value in a field."""
    return of_member(lambda _, member: member.update({field: value}))


def leaves_out(field: str) -> Trap:
    """The mock, but that no member has the field."""
    return of_member(lambda _, member: member.pop(field))


# Sessions


async def lets_anybody_in(call: Call, mock: Mock) -> Reply:
    known = call.header("md-session-token") in (None, "", SESSION_TOKEN, EXPIRED_SESSION_TOKEN)
    return await mock(call if known else call.having(md_session_token=SESSION_TOKEN))


async def falls_over_an_empty_token(call: Call, mock: Mock) -> Reply:
    return Reply(500) if call.header("md-session-token") == "" else await mock(call)


async def does_not_tell_expired_tokens_apart(call: Call, mock: Mock) -> Reply:
    is_expired = call.header("md-session-token") == EXPIRED_SESSION_TOKEN
    return Reply(401).saying({"error": {"code": 4010}}) if is_expired else await mock(call)


async def calls_an_expired_token_its_own_failure(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, status=500) if call.header("md-session-token") == EXPIRED_SESSION_TOKEN else reply


# Requests


async def accepts_plain_json_alone(call: Call, mock: Mock) -> Reply:
    return Reply(406) if call.header("accept") == MEDIA_TYPE else await mock(call)


async def knows_the_webhook_parameter_alone(call: Call, mock: Mock) -> Reply:
    is_strange = call.header("mx-skip-webhook") == "true" and "skip_webhook" not in asked(call)
    return Reply(400).saying({"error": "unknown header"}) if is_strange else await mock(call)


async def refuses_a_webhook_that_is_wanted(call: Call, mock: Mock) -> Reply:
    is_refused = asked(call).get("skip_webhook") is False
    return Reply(400).saying({"error": "skip_webhook"}) if is_refused else await mock(call)


async def takes_the_first_of_a_list(call: Call, mock: Mock) -> Reply:
    body = call.json()
    members = body.get("member") if isinstance(body, dict) else None
    return await mock(call.saying({**body, "member": members[0]}) if members and isinstance(members, list) else call)


async def forgives_a_trailing_comma(call: Call, mock: Mock) -> Reply:
    return await mock(replace(call, body=re.sub(rb",\s*}", b"}", call.body)))


async def falls_over_emoji(call: Call, mock: Mock) -> Reply:
    return Reply(500) if "\U0001f3e6".encode() in call.body else await mock(call)


async def needs_no_credentials(call: Call, mock: Mock) -> Reply:
    member = asked(call)
    if member.get("institution_guid") == STANDARD_INSTITUTION.guid and not {"credentials", "is_oauth"} & set(member):
        call = call.saying({"member": member | {"credentials": fresh_credentials()}})
    return await mock(call)


async def has_oauth_everywhere(call: Call, mock: Mock) -> Reply:
    member = asked(call)
    if member.get("is_oauth") is not True or member.get("institution_guid") != STANDARD_INSTITUTION.guid:
        return await mock(call)
    standard = {**member, "is_oauth": False, "credentials": fresh_credentials()}
    return await mock(call.saying({"member": standard}))


async def needs_credentials_for_oauth(call: Call, mock: Mock) -> Reply:
    member = asked(call)
    is_refused = member.get("institution_guid") in OAUTH_GUIDS and "credentials" not in member
    return Reply(400).saying({"error": "credentials are missing"}) if is_refused else await mock(call)


async def falls_over_two_wishes_about_webhooks(call: Call, mock: Mock) -> Reply:
    return Reply(500) if call.header("mx-skip-webhook") and "skip_webhook" in asked(call) else await mock(call)


# Answers


async def names_another_media_type(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply.having(content_type="application/json") if reply.status == 200 else reply


async def says_201_at_times(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    wanted = asked(call)
    is_meant = wanted.get("skip_aggregation") is False and len(wanted) == 3
    return replace(reply, status=201) if reply.status == 200 and is_meant else reply


@showing
def has_no_wrapper_without_webhook(call: Call, document: Any) -> None:
    if asked(call).get("skip_webhook") is True:
        document.update(document.pop("member"))


@of_member
def reads_skip_aggregation_the_wrong_way_round(wanted: Member, member: Member) -> None:
    member |= {"is_being_aggregated": wanted.get("skip_aggregation", False), "most_recent_job_guid": None}


@of_member
def says_done(wanted: Member, member: Member) -> None:
    if not wanted.get("skip_aggregation"):
        member |= {"is_being_aggregated": "done", "aggregated_at": TIMESTAMP}


@of_member
def numbers_default_names(wanted: Member, member: Member) -> None:
    if "name" not in wanted:
        member["name"] += f" {uuid4()}"


@of_member
def ignores_given_names(wanted: Member, member: Member) -> None:
    if "name" in wanted:
        member["name"] = STANDARD_INSTITUTION.name


@of_member
def has_no_default_name(wanted: Member, member: Member) -> None:
    if "name" not in wanted:
        member["name"] = None


@of_member
def calls_standard_members_oauth(wanted: Member, member: Member) -> None:
    member["is_oauth"] = member["is_oauth"] or not wanted.get("is_oauth")


@of_member
def forgets_that_a_member_is_oauth(wanted: Member, member: Member) -> None:
    if wanted.get("is_oauth"):
        member["is_oauth"] = False


@of_member
def connects_before_consent(wanted: Member, member: Member) -> None:
    if wanted.get("is_oauth"):
        member["connection_status"] = "CONNECTED"


@of_member
def opens_one_window_for_all(wanted: Member, member: Member) -> None:
    if wanted.get("is_oauth"):
        member["oauth_window_uri"] = "https://oauth.invalid/window"


@of_member
def shows_the_path_of_a_window(wanted: Member, member: Member) -> None:
    if wanted.get("is_oauth"):
        member["oauth_window_uri"] = urlsplit(member["oauth_window_uri"]).path


@of_member
def has_a_user_for_each_member(_: Member, member: Member) -> None:
    member["user_guid"] = f"USR-{uuid4()}"


@of_member
def has_one_member_that_is_not_aggregated(wanted: Member, member: Member) -> None:
    if wanted.get("skip_aggregation"):
        member["guid"] = ONE_MEMBER


def _without_prefix(_: Member, member: Member) -> None:
    member["guid"] = member["guid"].removeprefix("MBR-")


# Each from the outside to the inside, the first one hearing of a request first and of its answer last.
BEHAVIOUR: list[tuple[Trap, set[str]]] = [
    (lets_anybody_in, {"mx.session.unrecognised"}),
    (falls_over_an_empty_token, {"mx.session.missing"}),
    (does_not_tell_expired_tokens_apart, {"mx.session.expired-code"}),
    (accepts_plain_json_alone, {"mx.sample.accept"}),
    (knows_the_webhook_parameter_alone, {"mx.webhook.header"}),
    (takes_the_first_of_a_list, {"mx.body.member"}),
    (forgives_a_trailing_comma, {"mx.body.syntax"}),
    (falls_over_emoji, {"mx.response.status"}),
    (needs_no_credentials, {"mx.standard.required"}),
    (has_oauth_everywhere, {"mx.oauth.supported-only"}),
    (names_another_media_type, {"mx.response.media-type"}),
    (of_member(_without_prefix), {"mx.member.guid"}),
    (shows("aggregated_at", 1_795_253_400), {"mx.member.aggregated-at"}),
    (shows("institution_guid", ANOTHER_INSTITUTION), {"mx.member.own-institution"}),
    (
        reads_skip_aggregation_the_wrong_way_round,
        {"mx.aggregation.starts", "mx.aggregation.skipped", "mx.oauth.not-yet"},
    ),
    (falls_over_two_wishes_about_webhooks, {"mx.webhook.both"}),
    (has_a_user_for_each_member, {"mx.session.one-user"}),
    (numbers_default_names, {"mx.name.default"}),
    (ignores_given_names, {"mx.name.given"}),
    (calls_standard_members_oauth, {"mx.standard.no-oauth"}),
    (forgets_that_a_member_is_oauth, {"mx.oauth.flag"}),
    (connects_before_consent, {"mx.oauth.pending"}),
    (shows_the_path_of_a_window, {"mx.oauth.window"}),
    (opens_one_window_for_all, {"mx.oauth.window-once"}),
]

FIELDS: list[tuple[Trap, set[str]]] = [
    (calls_an_expired_token_its_own_failure, {"mx.session.expired"}),
    (refuses_a_webhook_that_is_wanted, {"mx.webhook.parameter"}),
    (needs_credentials_for_oauth, {"mx.oauth.status", "mx.oauth.skipped"}),
    (says_201_at_times, {"mx.create.status"}),
    (has_no_wrapper_without_webhook, {"mx.response.member"}),
    (has_one_member_that_is_not_aggregated, {"mx.create.new"}),
    (says_done, {"mx.member.is-being-aggregated"}),
    (has_no_default_name, {"mx.member.name"}),
    (shows("background_aggregation_is_disabled", "false"), {"mx.member.background-aggregation-is-disabled"}),
    (shows("connection_status", None), {"mx.member.connection-status"}),
    (shows("external_guid", 17), {"mx.member.external-guid"}),
    (shows("is_managed_by_user", 0), {"mx.member.is-managed-by-user"}),
    (shows("is_user_created", "yes"), {"mx.member.is-user-created"}),
    (shows("most_recent_job_guid", "4711"), {"mx.member.most-recent-job-guid"}),
    (shows("metadata", {}), {"mx.member.metadata"}),
    (shows("successfully_aggregated_at", "yesterday"), {"mx.member.successfully-aggregated-at"}),
    (shows("use_cases", "PFM"), {"mx.member.use-cases"}),
    (leaves_out("institution_code"), {"mx.member.institution-code"}),
    (leaves_out("institution_guid"), {"mx.member.institution-guid"}),
    (leaves_out("is_oauth"), {"mx.member.is-oauth"}),
    (leaves_out("user_guid"), {"mx.member.user-guid"}),
]
