"""Defects in who may call: credentials and rights."""

from __future__ import annotations

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.moov.shared import VERSION as VERSION_HEADER
from clausewise.variants.moov.shared import (
    account,
    as_the_owner,
    asked,
    bad_request,
    comes_by_password,
    comes_from_a_stranger,
    comes_too_late,
    comes_without_credentials,
    in_calls,
    principal,
    scopes,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()

# Valid credentials


@DEFECTS.breaking("moov.sample.bearer")
async def loses_the_token_of_a_long_request(call: Call, mock: Mock) -> Reply:
    """Asks for the token again where the body is longer than 500 bytes."""
    return Reply(401) if len(call.body) > 500 else await mock(call)


@DEFECTS.breaking("moov.sample.bearer")
async def takes_a_token_for_expired_that_is_used_often(call: Call, mock: Mock) -> Reply:
    """Takes the token for expired from the fiftieth connection on."""
    reply = await mock(call)
    uses = call.memory["uses"] = call.memory.get("uses", 0) + reply.succeeds
    return Reply(401) if reply.succeeds and uses >= 50 else reply


@DEFECTS.breaking("moov.sample.basic")
async def knows_tokens_alone(call: Call, mock: Mock) -> Reply:
    """Knows Bearer tokens, and neither user names nor passwords."""
    return Reply(401) if comes_by_password(call) else await mock(call)


@DEFECTS.breaking("moov.sample.basic")
async def lets_passwords_share_one_scope_at_a_time(call: Call, mock: Mock) -> Reply:
    """Forbids callers with a user name and a password to share two scopes together."""
    return Reply(403) if comes_by_password(call) and len(scopes(call)) > 1 else await mock(call)


@DEFECTS.breaking("moov.sample.basic")
async def falls_over_a_password(call: Call, mock: Mock) -> Reply:
    """Fails where it has to decode a user name and a password."""
    return Reply(500) if comes_by_password(call) else await mock(call)


# Missing credentials


@DEFECTS.breaking("moov.401.missing")
@in_calls
def lets_nameless_callers_in(call: Call) -> Call:
    """Takes a call without credentials for one of the owner."""
    return as_the_owner(call) if comes_without_credentials(call) else call


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
async def forbids_nameless_callers(call: Call, mock: Mock) -> Reply:
    """Answers 403 to a call without credentials."""
    return Reply(403) if comes_without_credentials(call) else await mock(call)


@DEFECTS.breaking("moov.401.missing")
async def sends_nameless_callers_to_a_login_page(call: Call, mock: Mock) -> Reply:
    """Redirects a call without credentials to a page where people log in."""
    return Reply(302).having(Location="/login") if comes_without_credentials(call) else await mock(call)


@DEFECTS.breaking("moov.401.missing")
async def falls_over_a_scheme_without_a_token(call: Call, mock: Mock) -> Reply:
    """Fails where the word Bearer stands alone."""
    return Reply(500) if (call.header("authorization") or "").strip() == "Bearer" else await mock(call)


@DEFECTS.breaking("moov.401.missing")
@in_calls
def lets_nameless_callers_share_what_can_only_be_read(call: Call) -> Call:
    """Asks for credentials only where a scope that writes is shared, or any scope by leaving them out."""
    is_public = scopes(call) != [] and all(str(scope).endswith(".read") for scope in scopes(call))
    return as_the_owner(call) if comes_without_credentials(call) and is_public else call


# Expired, unknown and insufficient credentials


@DEFECTS.breaking("moov.401.expired")
@in_calls
def never_lets_a_token_expire(call: Call) -> Call:
    """Accepts a token after its time."""
    return as_the_owner(call) if comes_too_late(call) else call


@DEFECTS.breaking("moov.401.expired")
async def forbids_an_expired_token(call: Call, mock: Mock) -> Reply:
    """Answers 403 to a token after its time."""
    return Reply(403) if comes_too_late(call) else await mock(call)


@DEFECTS.breaking("moov.401.expired")
async def calls_an_expired_token_a_bad_request(call: Call, mock: Mock) -> Reply:
    """Answers 400 to a token after its time."""
    return bad_request("token has expired") if comes_too_late(call) else await mock(call)


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


@DEFECTS.breaking("moov.401.unrecognised")
@in_calls
def believes_every_scheme(call: Call) -> Call:
    """Accepts any credentials of a scheme that it does not know."""
    scheme = (call.header("authorization") or "Bearer").partition(" ")[0]
    return call if scheme in ("Bearer", "Basic") else as_the_owner(call)


@DEFECTS.breaking("moov.401.unrecognised")
async def falls_over_an_unknown_scheme(call: Call, mock: Mock) -> Reply:
    """Fails where credentials are of a scheme that it does not know."""
    scheme = (call.header("authorization") or "Bearer").partition(" ")[0]
    return await mock(call) if scheme in ("Bearer", "Basic") else Reply(500)


@DEFECTS.breaking("moov.403.status")
@in_calls
def lets_everybody_share_who_is_known(call: Call) -> Call:
    """Asks who calls, and not whether they may."""
    return as_the_owner(call) if comes_from_a_stranger(call) else call


@DEFECTS.breaking("moov.403.status")
async def does_not_know_strangers(call: Call, mock: Mock) -> Reply:
    """Answers 401 to a caller who is known and has no right."""
    return Reply(401) if comes_from_a_stranger(call) else await mock(call)


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
async def remembers_an_account_as_open(call: Call, mock: Mock) -> Reply:
    """Keeps the right to share by the account alone, so that after the owner everybody has it."""
    is_open = comes_from_a_stranger(call) and account(call) in call.memory
    reply = await mock(as_the_owner(call) if is_open else call)
    if reply.succeeds:
        call.memory[account(call)] = "open"
    return reply


@DEFECTS.breaking("moov.403.status")
async def remembers_a_pair_as_open(call: Call, mock: Mock) -> Reply:
    """Keeps the right to share by the two accounts, so that after the owner everybody has it for that principal."""
    is_open = comes_from_a_stranger(call) and principal(call) in call.memory.get("open", [])
    reply = await mock(as_the_owner(call) if is_open else call)
    if reply.succeeds:
        call.memory.setdefault("open", []).append(principal(call))
    return reply
