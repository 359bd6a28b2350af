"""Defects in how the account in the path is looked for."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.moov import ACCOUNT_ID
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls, in_replies
from clausewise.variants.moov.shared import account, asked, for_the_account, is_uuid
from clausewise.variants.variant import Variants

DEFECTS = Variants()


@DEFECTS.breaking("moov.404.status")
@in_calls
def shares_for_accounts_that_do_not_exist(call: Call) -> Call:
    """Never looks whether the account exists."""
    return for_the_account(call) if is_uuid(account(call)) else call


@DEFECTS.breaking("moov.404.status")
async def opens_an_account_that_is_asked_for_twice(call: Call, mock: Mock) -> Reply:
    """Keeps an account that it did not find, and finds it the next time."""
    reply = await mock(for_the_account(call) if account(call) in call.memory else call)
    if reply.status == 404 and is_uuid(account(call)):
        call.memory[account(call)] = "not found"
    return reply


HIDING = "moov.hiding.consistent"


@DEFECTS.breaking(HIDING)
@in_replies(403, 404)
def hides_accounts_the_wrong_way_round(call: Call, reply: Reply) -> Reply:
    """Answers 404 for an account of somebody else, and 403 for one that does not exist."""
    return replace(reply, status=404 if reply.status == 403 else 403)


@DEFECTS.breaking(HIDING)
@in_replies(403)
def hides_accounts_where_scopes_are_named(call: Call, reply: Reply) -> Reply:
    """Answers 404 for an account of somebody else where scopes are named, and 403 where none are."""
    return replace(reply, status=404) if asked(call).get("allowScopes") else reply


@DEFECTS.breaking("moov.path.odd-account-id")
@in_calls
def compares_as_much_of_an_account_as_fits(call: Call) -> Call:
    """Cuts the account's ID after 36 characters, so that what follows the owner's does not count."""
    return for_the_account(call) if account(call).startswith(ACCOUNT_ID) else call
