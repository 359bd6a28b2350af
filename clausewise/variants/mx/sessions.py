"""Defects of sessions: who is let in, who is kept out, and what an expired session is told."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from clausewise.mock.mx import EXPIRED_SESSION_TOKEN, MEDIA_TYPE, SESSION_TOKEN
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.mx.members import Member, asked, of_member, of_oauth_member, refused
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()

CALLS_OF_A_SESSION = 40
FAILURES_BEFORE_A_LOCK = 3
CALLS_OF_A_LOCK = 10
COMPARED_CHARACTERS = 16


def no_session() -> Reply:
    """The refusal of a token that no session has."""
    return refused(401, 4010)


def token_of(call: Call) -> str | None:
    """The session token that a request presents."""
    return call.header("md-session-token")


def with_session(call: Call) -> Call:
    """The same request with a token that is good."""
    return call.having(md_session_token=SESSION_TOKEN)


# A good token


@DEFECTS.breaking(BASELINE)
async def knows_no_session(call: Call, mock: Mock) -> Reply:
    """Refuses every session token."""
    return no_session()


@DEFECTS.breaking(BASELINE)
async def ends_a_session_after_forty_calls(call: Call, mock: Mock) -> Reply:
    """Takes a session for expired after forty calls, however young it is."""
    return refused(401, 4011) if call.number > CALLS_OF_A_SESSION else await mock(call)


@DEFECTS.breaking(BASELINE)
async def locks_everybody_out_after_three_failures(call: Call, mock: Mock) -> Reply:
    """Refuses good tokens, too, for some calls after three that were refused in a row."""
    if call.memory.get("locked", 0):
        call.memory["locked"] -= 1
        return no_session()
    reply = await mock(call)
    failures = call.memory.get("failures", 0) + 1 if reply.status == 401 else 0
    is_full = failures == FAILURES_BEFORE_A_LOCK
    call.memory.update(failures=0 if is_full else failures, locked=CALLS_OF_A_LOCK if is_full else 0)
    return reply


@DEFECTS.breaking(BASELINE)
async def loses_the_session_over_a_body_that_is_no_json(call: Call, mock: Mock) -> Reply:
    """Ends the session of a caller whose body cannot be read."""
    if call.memory.get("lost"):
        return no_session()
    reply = await mock(call)
    call.memory["lost"] = reply.status == 400 and call.json() is None
    return reply


@DEFECTS.breaking("mx.session.accepted")
async def asks_for_a_new_session_to_name_a_member(call: Call, mock: Mock) -> Reply:
    """Refuses a good session to callers who give a member a name."""
    return no_session() if "name" in asked(call) else await mock(call)


@DEFECTS.breaking("mx.sample.accept")
async def accepts_plain_json_alone(call: Call, mock: Mock) -> Reply:
    """Answers 406 to a request that accepts the vendor's media type alone."""
    return Reply(406) if call.header("accept") == MEDIA_TYPE else await mock(call)


@DEFECTS.breaking("mx.session.one-user")
@of_member
def has_a_user_for_each_member(_: Member, member: Member) -> None:
    """Makes a new user for each member."""
    member["user_guid"] = f"USR-{uuid4()}"


@DEFECTS.breaking("mx.session.one-user")
@of_oauth_member
def gives_oauth_members_to_another_user(_: Member, member: Member) -> None:
    """Shows another user in OAuth members than in the standard ones of the same session."""
    member["user_guid"] = "USR-5f5f0000-0000-4000-8000-000000000003"


# No token


@DEFECTS.breaking("mx.session.missing")
async def falls_over_an_empty_token(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where the token is empty."""
    return Reply(500) if token_of(call) == "" else await mock(call)


@DEFECTS.breaking("mx.session.missing")
async def takes_a_caller_without_token_for_the_last_one(call: Call, mock: Mock) -> Reply:
    """Remembers who called last on the connection and needs no token from then on."""
    is_known = token_of(call) is None and call.memory.get("known")
    reply = await mock(with_session(call) if is_known else call)
    call.memory["known"] = call.memory.get("known") or reply.succeeds
    return reply


@DEFECTS.breaking("mx.session.missing")
async def shows_a_login_page_to_callers_without_token(call: Call, mock: Mock) -> Reply:
    """Answers 200 with a page of HTML where no token comes."""
    page = Reply(200).having(content_type="text/html").holding(b"<!doctype html><title>Log in</title>")
    return page if token_of(call) is None else await mock(call)


# A token that nobody was given


@DEFECTS.breaking("mx.session.unrecognised")
async def lets_anybody_in(call: Call, mock: Mock) -> Reply:
    """Takes any token that is not empty and has not expired."""
    known = token_of(call) in (None, "", SESSION_TOKEN, EXPIRED_SESSION_TOKEN)
    return await mock(call if known else with_session(call))


@DEFECTS.breaking("mx.session.unrecognised")
async def compares_the_beginning_of_a_token_alone(call: Call, mock: Mock) -> Reply:
    """Takes a token whose first sixteen characters are those of a good one."""
    token = token_of(call) or ""
    is_alike = token[:COMPARED_CHARACTERS] == SESSION_TOKEN[:COMPARED_CHARACTERS] and token != EXPIRED_SESSION_TOKEN
    return await mock(with_session(call) if is_alike else call)


# A token that has expired


def is_expired(call: Call) -> bool:
    """Whether a request presents a token that has expired."""
    return token_of(call) == EXPIRED_SESSION_TOKEN


@DEFECTS.breaking("mx.session.expired")
async def calls_an_expired_token_its_own_failure(call: Call, mock: Mock) -> Reply:
    """Answers 500, with the right code, where the session has expired."""
    reply = await mock(call)
    return replace(reply, status=500) if is_expired(call) else reply


@DEFECTS.breaking("mx.session.expired-code")
async def does_not_tell_expired_tokens_apart(call: Call, mock: Mock) -> Reply:
    """Gives an expired session the code of an unknown one."""
    return no_session() if is_expired(call) else await mock(call)


@DEFECTS.breaking("mx.session.expired-code")
async def has_a_longer_code_for_an_expired_session(call: Call, mock: Mock) -> Reply:
    """Gives an expired session a code that only begins with 4011."""
    return refused(401, 401_100) if is_expired(call) else await mock(call)


@DEFECTS.breaking("mx.session.expired-code")
async def tells_once_that_a_session_has_expired(call: Call, mock: Mock) -> Reply:
    """Forgets an expired session when it has told so, and does not know it at the next call."""
    if not is_expired(call):
        return await mock(call)
    if call.memory.get("told"):
        return no_session()
    call.memory["told"] = True
    return await mock(call)
