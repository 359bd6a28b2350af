"""Defects: who is let in, and the errors that can be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock
from clausewise.variants.persona.shared import (
    FORBIDDEN,
    GOOD,
    NEWEST,
    OLDEST,
    answering,
    hearing,
    key_of,
    replying,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()

STATUSES = tuple(f"persona.{status}.status" for status in (400, 401, 403, 409, 422, 429))


def _told(call: Call) -> str:
    return call.header("authorization") or ""


def _is_unknown(call: Call) -> bool:
    return _told(call).startswith("Bearer ") and _told(call) not in (GOOD, FORBIDDEN)


def _let_in(call: Call) -> Call:
    return call.having(authorization=GOOD)


# No token


@DEFECTS.breaking("persona.key.missing")
@answering(403)
def forbids_strangers(call: Call) -> bool:
    """Calls a request without a token forbidden."""
    return not _told(call)


@DEFECTS.breaking("persona.key.missing")
async def sends_strangers_to_a_login_page(call: Call, mock: Mock) -> Reply:
    """Redirects a request without a token to a page for people."""
    return await mock(call) if _told(call) else Reply(302).having(location="/login")


@DEFECTS.breaking("persona.key.missing")
@hearing
def knows_a_client_by_its_first_token(call: Call) -> Call:
    """Lets everybody in without a token once somebody has shown a good one."""
    call.memory["is known"] = call.memory.get("is known") or _told(call) == GOOD
    return _let_in(call) if call.memory["is known"] and not _told(call) else call


def shows_saved_answers(is_meant: Callable[[Call], bool]) -> Change:
    """The mock, but that such callers get what is saved under an Idempotency-Key."""

    async def changed(call: Call, mock: Mock) -> Reply:
        saved: dict[str, Reply] = call.memory.setdefault("saved answers", {})
        key = key_of(call)
        if key in saved and is_meant(call):
            return saved[key]
        reply = await mock(call)
        if key and reply.succeeds:
            saved[key] = reply
        return reply

    return changed


DEFECTS.add(
    "shows-saved-answers-to-strangers",
    "Looks for the answer saved under an Idempotency-Key before it asks for a token.",
    shows_saved_answers(lambda call: not _told(call)),
    "persona.key.missing",
)
DEFECTS.add(
    "shows-saved-answers-to-unknown-tokens",
    "Looks for the answer saved under an Idempotency-Key before it looks whose token came with it.",
    shows_saved_answers(_is_unknown),
    "persona.key.unrecognised",
)
DEFECTS.add(
    "shows-saved-answers-to-forbidden-callers",
    "Looks for the answer saved under an Idempotency-Key before it looks what the caller may do.",
    shows_saved_answers(lambda call: _told(call) == FORBIDDEN),
    "persona.key.forbidden",
)


# Tokens that nobody was given


@DEFECTS.breaking("persona.key.unrecognised")
@hearing
def knows_every_token(call: Call) -> Call:
    """Takes any token for a good one."""
    return _let_in(call) if _is_unknown(call) else call


@DEFECTS.breaking("persona.key.unrecognised")
@answering(403)
def forbids_unknown_tokens(call: Call) -> bool:
    """Calls a token that nobody was given forbidden."""
    return _is_unknown(call)


@DEFECTS.breaking("persona.key.unrecognised")
@answering(500)
def falls_over_unknown_tokens(call: Call) -> bool:
    """Fails where it finds no owner of a token."""
    return _is_unknown(call)


@DEFECTS.breaking("persona.key.unrecognised")
@hearing
def reads_tokens_up_to_the_length_of_its_own(call: Call) -> Call:
    """Takes a good token with more letters behind it for the good one."""
    return _let_in(call) if _told(call).startswith(GOOD) else call


@DEFECTS.breaking("persona.key.unrecognised")
@hearing
def ignores_the_case_of_tokens(call: Call) -> Call:
    """Takes a good token in capital letters for the good one."""
    return _let_in(call) if _told(call).lower() == GOOD.lower() else call


# Another form


@DEFECTS.breaking("persona.key.form")
@hearing
def reads_no_scheme(call: Call) -> Call:
    """Lets in who names the scheme Digest, whatever follows."""
    return _let_in(call) if _told(call).startswith("Digest") else call


@DEFECTS.breaking("persona.key.form")
@hearing
def takes_a_scheme_without_a_token(call: Call) -> Call:
    """Lets in who names the scheme Bearer and shows no token."""
    return _let_in(call) if _told(call).strip() == "Bearer" else call


@DEFECTS.breaking("persona.key.form")
@answering(500)
def falls_over_a_scheme_without_a_token(call: Call) -> bool:
    """Fails where nothing follows the scheme Bearer."""
    return _told(call).strip() == "Bearer"


# Callers that may not create connections


@DEFECTS.breaking("persona.key.forbidden")
@replying
def hides_from_forbidden_callers(call: Call, reply: Reply) -> Reply:
    """Pretends to callers that may not create connections that there is no such operation."""
    return replace(reply, status=404) if _told(call) == FORBIDDEN else reply


@DEFECTS.breaking("persona.key.forbidden")
@replying
def does_not_know_forbidden_callers(call: Call, reply: Reply) -> Reply:
    """Answers callers that may not create connections as if nobody knew them."""
    return replace(reply, status=401) if _told(call) == FORBIDDEN else reply


@DEFECTS.breaking("persona.key.forbidden")
@hearing
def asks_no_permission(call: Call) -> Call:
    """Lets every caller with a valid token create connections."""
    return _let_in(call) if _told(call) == FORBIDDEN else call


@DEFECTS.breaking("persona.key.forbidden")
@hearing
def asks_no_permission_in_older_versions(call: Call) -> Call:
    """Looks what a caller may do in the newest version alone."""
    is_older = call.header("persona-version") not in (None, NEWEST)
    return _let_in(call) if _told(call) == FORBIDDEN and is_older else call


# Good tokens


@DEFECTS.breaking("persona.key.accepted")
@answering(401)
def knows_no_tokens_in_the_oldest_version(call: Call) -> bool:
    """Does not recognise good tokens where the oldest version is asked for."""
    return call.header("persona-version") == OLDEST


@DEFECTS.breaking("persona.key.accepted")
@answering(401)
def drops_a_token_after_a_hundred_calls(call: Call) -> bool:
    """Recognises no token any more after a hundred calls."""
    return call.number > 100


@DEFECTS.breaking("persona.key.accepted")
@answering(401)
def knows_no_tokens_at_every_tenth_call(call: Call) -> bool:
    """Recognises no token at every tenth call, as if one node of several did not know it."""
    return call.number % 10 == 0


# Statuses on demand


@DEFECTS.breaking(*STATUSES)
@hearing
def ignores_wishes(call: Call) -> Call:
    """Gives no status on demand."""
    return call.lacking("prefer")


def says_instead(status: int, other: int) -> Change:
    """The mock, but that it says another status where this one is asked for."""

    @replying
    def changed(call: Call, reply: Reply) -> Reply:
        return replace(reply, status=other) if call.header("prefer") == f"code={status}" else reply

    return changed


for _status, _other in ((400, 422), (401, 403), (403, 404), (409, 400), (422, 400), (429, 503)):
    DEFECTS.add(
        f"says-{_other}-for-{_status}",
        f"Answers {_other} where {_status} is right and asked for.",
        says_instead(_status, _other),
        f"persona.{_status}.status",
    )
