"""Differences in how a rightful server reads callers, accounts and versions where the document leaves that to it."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.moov import ACCOUNT_IDS, DEFAULT_VERSION
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls, in_replies
from clausewise.variants.moov.shared import (
    VERSION,
    account,
    bad_request,
    invalid_scopes,
    is_json,
    is_uuid,
    scopes,
    unknown_scopes,
)
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()

# Callers and accounts


@DIFFERENCES.permitted
async def looks_for_the_account_before_the_caller(call: Call, mock: Mock) -> Reply:
    """Answers 404 for an account that does not exist, whoever calls."""
    return await mock(call) if account(call) in ACCOUNT_IDS else Reply(404)


@DIFFERENCES.permitted
async def looks_at_the_syntax_before_the_caller(call: Call, mock: Mock) -> Reply:
    """Answers 400 to a body that is not JSON, whoever calls."""
    return await mock(call) if is_json(call) else bad_request("the body is not JSON")


@DIFFERENCES.permitted
async def looks_at_the_contents_before_the_caller(call: Call, mock: Mock) -> Reply:
    """Answers 422 to unknown scopes, whoever calls and for whatever account."""
    found = unknown_scopes(call)
    return invalid_scopes(found, "is no scope") if found else await mock(call)


@DIFFERENCES.permitted
@in_replies(404)
def hides_which_accounts_exist(call: Call, reply: Reply) -> Reply:
    """Answers 403 for an account that does not exist, as for one of somebody else."""
    return replace(reply, status=403)


@DIFFERENCES.permitted
@in_replies(403)
def hides_which_accounts_are_forbidden(call: Call, reply: Reply) -> Reply:
    """Answers 404 for an account of somebody else, as for one that does not exist."""
    return replace(reply, status=404)


@DIFFERENCES.permitted
async def validates_the_form_of_accounts(call: Call, mock: Mock) -> Reply:
    """Answers 422 for an account's ID that is no UUID."""
    return await mock(call) if is_uuid(account(call)) else Reply(422).saying({"accountID": "must be a UUID"})


@DIFFERENCES.permitted
async def cannot_read_unknown_schemes(call: Call, mock: Mock) -> Reply:
    """Answers 400 to credentials of a scheme that it does not know."""
    scheme = (call.header("authorization") or "Bearer").partition(" ")[0]
    return await mock(call) if scheme in ("Bearer", "Basic") else bad_request("unknown scheme")


@DIFFERENCES.permitted
async def lets_callers_share_what_they_hold(call: Call, mock: Mock) -> Reply:
    """Answers 403 where the caller does not hold one of the scopes that are named."""
    return Reply(403) if "profile.disconnect" in scopes(call) else await mock(call)


# Versions


@DIFFERENCES.permitted
@in_calls
def takes_every_version(call: Call) -> Call:
    """Takes whatever version is named for the only one that it has."""
    return call.having(x_moov_version=DEFAULT_VERSION)


@DIFFERENCES.permitted
async def does_not_find_malformed_versions(call: Call, mock: Mock) -> Reply:
    """Answers 404 to a version that it does not understand."""
    reply = await mock(call)
    return Reply(404) if reply.status == 400 and b"X-Moov-Version" in reply.body else reply


@DIFFERENCES.permitted
async def knows_two_versions(call: Call, mock: Mock) -> Reply:
    """Answers 400 to versions other than the two that the document names."""
    is_known = call.header(VERSION) in (None, DEFAULT_VERSION, "latest")
    return await mock(call) if is_known else bad_request("unknown version")


@DIFFERENCES.permitted
async def keeps_the_latest_version_for_chosen_callers(call: Call, mock: Mock) -> Reply:
    """Forbids the version `latest` to a caller who may share."""
    return Reply(403) if call.header(VERSION) == "latest" else await mock(call)


@DIFFERENCES.permitted
async def has_given_up_the_latest_version(call: Call, mock: Mock) -> Reply:
    """Answers 404 to the version `latest`, which became something else."""
    return Reply(404) if call.header(VERSION) == "latest" else await mock(call)


@DIFFERENCES.permitted
async def shows_connections_in_the_latest_version(call: Call, mock: Mock) -> Reply:
    """Answers 200 with the connection in the version `latest`."""
    reply = await mock(call)
    is_new = reply.succeeds and call.header(VERSION) == "latest"
    return replace(reply, status=200).saying({"scopes": scopes(call)}) if is_new else reply
