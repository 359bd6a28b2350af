"""Defects in who may call: credentials and rights."""

from __future__ import annotations

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.variants.moov.shared import VERSION as VERSION_HEADER
from clausewise.variants.moov.shared import (
    as_the_owner,
    asked,
    comes_by_password,
    comes_from_a_stranger,
    comes_too_late,
    comes_without_credentials,
    principal,
    scopes,
)
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()

# Valid credentials


@DEFECTS.breaking("moov.sample.bearer")
async def asks_for_the_token_again_where_much_is_shared(call: Call, mock: Mock) -> Reply:
    """Answers 401 where more than twenty scopes are shared, which would want a fresh token."""
    reply = await mock(call)
    return Reply(401) if reply.succeeds and len(scopes(call)) > 20 else reply


@DEFECTS.breaking(BASELINE)
async def takes_a_token_for_expired_that_is_used_often(call: Call, mock: Mock) -> Reply:
    """Takes the token for expired from the twentieth connection on."""
    reply = await mock(call)
    if comes_by_password(call) or not reply.succeeds:
        return reply
    uses = call.memory["uses"] = call.memory.get("uses", 0) + 1
    return Reply(401) if uses >= 20 else reply


@DEFECTS.breaking("moov.sample.basic")
async def lets_passwords_share_one_scope_at_a_time(call: Call, mock: Mock) -> Reply:
    """Forbids callers with a user name and a password to share two scopes together."""
    return Reply(403) if comes_by_password(call) and len(scopes(call)) > 1 else await mock(call)


# Missing credentials


@DEFECTS.breaking("moov.401.missing")
@in_calls
def takes_an_empty_token_for_the_owner(call: Call) -> Call:
    """Compares as many characters as the token sent has, so that none at all is right."""
    return as_the_owner(call) if (call.header("authorization") or "").strip() == "Bearer" else call


@DEFECTS.breaking("moov.401.missing")
async def keeps_knowing_a_caller_without_a_session(call: Call, mock: Mock) -> Reply:
    """Takes a call without credentials for one of the caller who called last with success."""
    reply = await mock(as_the_owner(call) if comes_without_credentials(call) and "caller" in call.memory else call)
    if reply.succeeds:
        call.memory["caller"] = "owner"
    return reply


@DEFECTS.breaking("moov.401.missing")
@in_calls
def lets_nameless_callers_share_what_can_only_be_read(call: Call) -> Call:
    """Asks for credentials only where a scope that writes is shared, or any scope by leaving them out."""
    is_public = scopes(call) != [] and all(str(scope).endswith(".read") for scope in scopes(call))
    return as_the_owner(call) if comes_without_credentials(call) and is_public else call


# Expired, unknown and insufficient credentials


@DEFECTS.breaking("moov.401.expired")
@in_calls
def lets_an_expired_token_share_everything(call: Call) -> Call:
    """Looks at the time of a token only where scopes are named."""
    return as_the_owner(call) if comes_too_late(call) and "allowScopes" not in asked(call) else call


@DEFECTS.breaking("moov.401.expired")
@in_calls
def never_lets_a_token_expire_without_a_version(call: Call) -> Call:
    """Accepts a token after its time where the call names no version."""
    return as_the_owner(call) if comes_too_late(call) and call.header(VERSION_HEADER) is None else call


@DEFECTS.breaking("moov.401.unrecognised")
@in_calls
def believes_every_token(call: Call) -> Call:
    """Accepts tokens that nobody issued."""
    is_token = (call.header("authorization") or "").startswith("Bearer clausewise")
    return as_the_owner(call) if is_token else call


@DEFECTS.breaking("moov.403.status")
@in_calls
def lets_strangers_share_what_can_only_be_read(call: Call) -> Call:
    """Looks for the right to share only where a scope that writes is among those named."""
    writes = any(str(scope).endswith(".write") for scope in scopes(call))
    return call if writes or not comes_from_a_stranger(call) else as_the_owner(call)


@DEFECTS.breaking("moov.403.status")
@in_calls
def lets_strangers_share_where_no_scopes_are_named(call: Call) -> Call:
    """Looks for the right to share each scope that is named, and so for none where none is."""
    return call if scopes(call) or not comes_from_a_stranger(call) else as_the_owner(call)


@DEFECTS.breaking("moov.403.status")
async def remembers_a_pair_as_open(call: Call, mock: Mock) -> Reply:
    """Keeps the right to share by the two accounts, so that after the owner everybody has it for that principal."""
    is_open = comes_from_a_stranger(call) and principal(call) in call.memory.get("open", [])
    reply = await mock(as_the_owner(call) if is_open else call)
    if reply.succeeds:
        call.memory.setdefault("open", []).append(principal(call))
    return reply
