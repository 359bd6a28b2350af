"""What the variants of MX share: the member that a request asks for, and changes of the one in its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from clausewise.mock.mx import MEDIA_TYPE, OAUTH_INSTITUTIONS, STANDARD_INSTITUTION
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, showing

OAUTH_GUIDS = {institution.guid for institution in OAUTH_INSTITUTIONS}

Member = dict[str, Any]


def asked(call: Call) -> Member:
    """The member that a request asks for; empty if there is none."""
    body = call.json()
    member = body.get("member") if isinstance(body, dict) else None
    return member if isinstance(member, dict) else {}


def asking(call: Call, member: Member) -> Call:
    """The same request for another member."""
    return call.saying({"member": member})


def fresh_credentials() -> list[dict[str, str]]:
    """Credentials that no member has."""
    return [{"guid": guid, "value": str(uuid4())} for guid in STANDARD_INSTITUTION.credential_guids]


def is_standard(call: Call) -> bool:
    """Whether a request names the institution that is connected with credentials."""
    return bool(asked(call).get("institution_guid") == STANDARD_INSTITUTION.guid)


def refused(status: int, code: int) -> Reply:
    """A refusal with an error code."""
    body = {"error": {"code": code, "message": "The request was refused."}}
    return Reply(status).showing(body).having(content_type=MEDIA_TYPE)


def of_member(change: Callable[[Member, Member], object]) -> Change:
    """The mock, but that the member in each success is changed; the first argument is what was asked for."""

    @wraps(change)
    def changed(call: Call, document: Any) -> None:
        change(asked(call), document["member"])

    return showing(changed)


def of_oauth_member(change: Callable[[Member, Member], object]) -> Change:
    """The mock, but that the member in each success for an OAuth member is changed."""

    @wraps(change)
    def changed(wanted: Member, member: Member) -> None:
        if wanted.get("is_oauth"):
            change(wanted, member)

    return of_member(changed)


def shows(field: str, value: Any) -> Change:
    """The mock, but that each member has this value in a field."""
    return of_member(lambda _, member: member.update({field: value}))


def leaves_out(field: str) -> Change:
    """The mock, but that no member has the field."""
    return of_member(lambda _, member: member.pop(field))
