"""Defects in how the account in the path is looked for."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.moov import ACCOUNT_ID
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.moov.shared import account, bad_request, for_the_account, in_answers, in_calls, is_uuid
from clausewise.variants.variant import Variants

DEFECTS = Variants()


@DEFECTS.breaking("moov.404.status")
@in_calls
def shares_for_accounts_that_do_not_exist(call: Call) -> Call:
    """Never looks whether the account exists."""
    return for_the_account(call) if is_uuid(account(call)) else call


@DEFECTS.breaking("moov.404.status")
async def calls_an_unknown_account_a_bad_request(call: Call, mock: Mock) -> Reply:
    """Answers 400 for an account that does not exist."""
    reply = await mock(call)
    return bad_request("no such account") if reply.status == 404 and is_uuid(account(call)) else reply


@DEFECTS.breaking("moov.404.status")
async def calls_an_unknown_account_invalid(call: Call, mock: Mock) -> Reply:
    """Answers 422 for an account that does not exist."""
    reply = await mock(call)
    return Reply(422).saying({"accountID": "unknown"}) if reply.status == 404 and is_uuid(account(call)) else reply


@DEFECTS.breaking("moov.404.status")
async def opens_an_account_that_is_asked_for_twice(call: Call, mock: Mock) -> Reply:
    """Keeps an account that it did not find, and finds it the next time."""
    reply = await mock(for_the_account(call) if account(call) in call.memory else call)
    if reply.status == 404 and is_uuid(account(call)):
        call.memory[account(call)] = "not found"
    return reply


@DEFECTS.breaking("moov.path.odd-account-id")
async def falls_over_an_account_that_is_no_uuid(call: Call, mock: Mock) -> Reply:
    """Fails where the account's ID cannot be read as a UUID."""
    return await mock(call) if is_uuid(account(call)) else Reply(500)


@DEFECTS.breaking("moov.path.odd-account-id")
@in_answers(404)
def falls_over_an_account_beyond_ascii(call: Call, reply: Reply) -> Reply:
    """Fails to say that it did not find an account whose ID has letters beyond ASCII."""
    return replace(reply, status=500) if "%C3" in account(call) else reply


@DEFECTS.breaking("moov.path.odd-account-id")
@in_calls
def compares_as_much_of_an_account_as_fits(call: Call) -> Call:
    """Cuts the account's ID after 36 characters, so that what follows the owner's does not count."""
    return for_the_account(call) if account(call).startswith(ACCOUNT_ID) else call


@DEFECTS.breaking("moov.path.odd-account-id")
@in_calls
def takes_a_short_word_for_the_callers_account(call: Call) -> Call:
    """Takes an account's ID of letters alone for a name of the caller's own account."""
    return for_the_account(call) if account(call).isalpha() else call
