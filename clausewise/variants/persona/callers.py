"""Defects: who is let in, and the errors that can be asked for."""

from __future__ import annotations

from collections.abc import Callable

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, answering, in_calls
from clausewise.variants.persona.shared import FORBIDDEN, GOOD, NEWEST, key_of
from clausewise.variants.variant import BASELINE, Variants

DEFECTS = Variants()


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
@in_calls
def knows_every_token(call: Call) -> Call:
    """Takes any token for a good one."""
    return _let_in(call) if _is_unknown(call) else call


@DEFECTS.breaking("persona.key.unrecognised")
@in_calls
def reads_tokens_up_to_the_length_of_its_own(call: Call) -> Call:
    """Takes a good token with more letters behind it for the good one."""
    return _let_in(call) if _told(call).startswith(GOOD) else call


# Another form


@DEFECTS.breaking("persona.key.form")
@in_calls
def reads_no_scheme(call: Call) -> Call:
    """Lets in who names the scheme Digest, whatever follows."""
    return _let_in(call) if _told(call).startswith("Digest") else call


# Callers that may not create connections


@DEFECTS.breaking("persona.key.forbidden")
@in_calls
def asks_no_permission_in_older_versions(call: Call) -> Call:
    """Looks what a caller may do in the newest version alone."""
    is_older = call.header("persona-version") not in (None, NEWEST)
    return _let_in(call) if _told(call) == FORBIDDEN and is_older else call


# Good tokens


@DEFECTS.breaking("persona.key.accepted")
@answering(401)
def recognises_no_key_in_its_first_version(call: Call) -> bool:
    """Recognises no key in a request for the version 2020-05-18."""
    return call.header("persona-version") == "2020-05-18"


@DEFECTS.breaking(BASELINE)
@answering(401)
def drops_a_token_after_a_hundred_calls(call: Call) -> bool:
    """Recognises no token any more after a hundred calls."""
    return call.number > 100
