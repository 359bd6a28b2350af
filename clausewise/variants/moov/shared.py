"""What the variants of Moov share: how they read a call, and the answers that they give or change."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from clausewise.mock.moov import ACCOUNT_ID, EXPIRED_TOKEN, FORBIDDEN_TOKEN, SCOPES, TOKEN
from clausewise.variants.call import Call, Reply

VERSION = "x-moov-version"
REQUEST_ID = "x-request-id"

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# What a call is


def asked(call: Call) -> dict[str, Any]:
    """The JSON object that a call brings; empty if it brings none."""
    body = call.json()
    return body if isinstance(body, dict) else {}


def principal(call: Call) -> Any:
    """The principalAccountID that a call names; nothing if it names none."""
    return asked(call).get("principalAccountID")


def scopes(call: Call) -> list[Any]:
    """The elements of allowScopes; none if it is no list."""
    found = asked(call).get("allowScopes")
    return found if isinstance(found, list) else []


def unknown_scopes(call: Call) -> list[int]:
    """The indexes of the elements of allowScopes that are no scopes."""
    return [index for index, scope in enumerate(scopes(call)) if scope not in SCOPES]


def account(call: Call) -> str:
    """The accountID as it stands in the path."""
    return call.path.rpartition("/connections")[0].rpartition("/")[2]


def is_uuid(value: object) -> bool:
    """Whether a value looks like an ID of this API."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_json(call: Call) -> bool:
    """Whether a call brings JSON of any type."""
    return call.json() is not None or call.body.strip() == b"null"


def comes_without_credentials(call: Call) -> bool:
    """Whether a call says nothing of its caller."""
    return call.header("authorization") is None


def comes_by_password(call: Call) -> bool:
    """Whether the caller shows a user name and a password."""
    return (call.header("authorization") or "").startswith("Basic ")


def comes_too_late(call: Call) -> bool:
    """Whether the caller's token has expired."""
    return call.header("authorization") == f"Bearer {EXPIRED_TOKEN}"


def comes_from_a_stranger(call: Call) -> bool:
    """Whether the caller is known and has no right to the account."""
    return call.header("authorization") == f"Bearer {FORBIDDEN_TOKEN}"


# The same call with something changed


def as_the_owner(call: Call) -> Call:
    """The same from a caller who may share."""
    return call.having(authorization=f"Bearer {TOKEN}")


def for_the_account(call: Call) -> Call:
    """The same for the account that exists."""
    return replace(call, path=f"/accounts/{ACCOUNT_ID}/connections")


def with_scopes(call: Call, wanted: Any) -> Call:
    """The same with these allowScopes."""
    return call.saying({**asked(call), "allowScopes": wanted})


def without_scopes(call: Call, indexes: Collection[int]) -> Call:
    """The same without these elements of allowScopes."""
    left = [scope for index, scope in enumerate(scopes(call)) if index not in indexes]
    return with_scopes(call, left) if indexes else call


# Answers


def scope_messages(reply: Reply) -> dict[str, str]:
    """What a 422 says of allowScopes."""
    found = (reply.json() or {}).get("allowScopes")
    return found if isinstance(found, dict) else {}


def bad_request(text: str) -> Reply:
    """A 400 as it is documented."""
    return Reply(400).saying({"error": text})


def conflict(text: str) -> Reply:
    """A 409 as it is documented."""
    return Reply(409).saying({"error": text})


def invalid_principal(text: str) -> Reply:
    """A 422, as it is documented, for the principalAccountID."""
    return Reply(422).saying({"principalAccountID": text})


def invalid_scopes(indexes: Collection[int], text: str) -> Reply:
    """A 422, as it is documented, for these elements of allowScopes."""
    return Reply(422).saying({"allowScopes": {str(index): text for index in indexes}})
