"""Defects in reading bodies: what is taken for a member or for JSON, and what the server falls over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clausewise.mock.mx import STANDARD_INSTITUTION
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock
from clausewise.variants.mx.members import asked, asking, fresh_credentials
from clausewise.variants.variant import Variants

DEFECTS = Variants()


def at_member(call: Call) -> Any:
    """Whatever stands in place of the member."""
    body = call.json()
    return body.get("member") if isinstance(body, dict) else None


def given_values(call: Call) -> list[Any]:
    """The values of the credentials, of whatever type they are."""
    given = asked(call).get("credentials")
    return [one.get("value") for one in given if isinstance(one, dict)] if isinstance(given, list) else []


# The member


@DEFECTS.breaking("mx.body.member")
async def takes_the_first_of_a_list(call: Call, mock: Mock) -> Reply:
    """Takes the first of a list of members."""
    members = at_member(call)
    is_taken = bool(members) and isinstance(members, list)
    return await mock(call.saying({**call.json(), "member": members[0]}) if is_taken else call)


@DEFECTS.breaking("mx.body.member")
async def takes_the_first_of_a_list_of_bodies(call: Call, mock: Mock) -> Reply:
    """Takes the first of a list of bodies."""
    bodies = call.json()
    return await mock(call.saying(bodies[0]) if bodies and isinstance(bodies, list) else call)


@DEFECTS.breaking("mx.body.member")
async def takes_a_guid_for_a_member(call: Call, mock: Mock) -> Reply:
    """Answers with a member where a guid stands in place of one."""
    guid = at_member(call)
    if not isinstance(guid, str):
        return await mock(call)
    return await mock(asking(call, {"institution_guid": STANDARD_INSTITUTION.guid, "credentials": fresh_credentials()}))


# JSON


@DEFECTS.breaking("mx.body.syntax")
async def takes_a_form_for_a_member(call: Call, mock: Mock) -> Reply:
    """Answers with a member where a form names one."""
    is_form = call.json() is None and call.body.startswith(b"member=")
    taken = {"institution_guid": STANDARD_INSTITUTION.guid, "credentials": fresh_credentials()}
    return await mock(asking(call, taken) if is_form else call)


@DEFECTS.breaking("mx.body.syntax")
async def closes_what_was_left_open(call: Call, mock: Mock) -> Reply:
    """Reads JSON whose last braces are missing, as one does who repairs what was cut."""
    if call.json() is not None:
        return await mock(call)
    repaired = call.lacking("content-length")
    repaired = replace(repaired, body=call.body + b"}" * (call.body.count(b"{") - call.body.count(b"}")))
    member = asked(repaired)
    if member.get("institution_guid") == STANDARD_INSTITUTION.guid and "credentials" not in member:
        repaired = asking(repaired, member | {"credentials": fresh_credentials()})
    return await mock(repaired)


# What the server falls over


def falls_over(is_fatal: Callable[[Call], bool]) -> Change:
    """The mock, but that it fails with 500 where a request is fatal."""

    async def change(call: Call, mock: Mock) -> Reply:
        return Reply(500) if is_fatal(call) else await mock(call)

    return change


def _repeats_a_credential(given: Any) -> bool:
    guids = [one.get("guid") for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return any(guids.count(guid) > 1 for guid in guids)


def _holds(text: str) -> Callable[[Call], bool]:
    return lambda call: any(isinstance(value, str) and text in value for value in given_values(call))


FATAL: tuple[tuple[str, str, Callable[[Call], bool]], ...] = (
    ("falls_over_emoji", "Fails with 500 at a bank in an emoji.", lambda call: "\U0001f3e6".encode() in call.body),
    ("falls_over_half_a_pair", "Fails with 500 at half a surrogate pair.", _holds("\ud800")),
    (
        "falls_over_credentials_that_are_no_list",
        "Fails with 500 where the credentials are an object.",
        lambda call: isinstance(asked(call).get("credentials"), dict),
    ),
    (
        "falls_over_a_credential_sent_twice",
        "Fails with 500 where two credentials have the same guid.",
        lambda call: _repeats_a_credential(asked(call).get("credentials")),
    ),
    (
        "falls_over_other_media_types",
        "Fails with 500 where the body comes as application/json.",
        lambda call: call.header("content-type") == "application/json",
    ),
)

for _name, _says, _is_fatal in FATAL:
    DEFECTS.add(_name, _says, falls_over(_is_fatal), "mx.response.status")
DEFECTS.add(
    "falls_over_markup", "Fails with 500 at markup in a credential.", falls_over(_holds("<script>")), "mx.create.status"
)
