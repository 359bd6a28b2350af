"""Defects: what an Idempotency-Key stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, in_calls, in_replies, showing
from clausewise.variants.persona.shared import asked_fields, key_of, of_attributes, spelled
from clausewise.variants.variant import Variants

DEFECTS = Variants()

SAME, OTHER = "persona.idempotency.same", "persona.idempotency.other"
REPLAY, STATUS = "persona.idempotency.replay", "persona.idempotency.status"


def _without_key(call: Call) -> Call:
    return call.lacking("idempotency-key")


def _under(call: Call, name: object) -> Call:
    """The same request, but that its key is another one with each name."""
    return call.having(idempotency_key=f"{name} {key_of(call)}")


def _times(call: Call) -> int:
    """How often the key of a request has come, this time included; to be asked once for each request."""
    times: dict[str | None, int] = call.memory.setdefault("times of keys", {})
    times[key_of(call)] = times.get(key_of(call), 0) + 1
    return times[key_of(call)]


# Keys that are forgotten


@DEFECTS.breaking(SAME)
@in_calls
def forgets_keys(call: Call) -> Call:
    """Creates a connection for every request, whatever its Idempotency-Key."""
    return _without_key(call)


def keeps_keys(number: int) -> Change:
    """The mock, but that it keeps no more than the keys that were used last."""

    @in_calls
    def changed(call: Call) -> Call:
        key = key_of(call)
        if key is None:
            return call
        kept: list[str] = call.memory.setdefault("kept keys", [])
        lives: dict[str, int] = call.memory.setdefault("lives of keys", {})
        if key not in kept:
            lives[key] = lives.get(key, 0) + 1
        call.memory["kept keys"] = [*(other for other in kept if other != key), key][-number:]
        return _under(call, lives[key])

    return changed


DEFECTS.add("keeps-three-keys", "Forgets an Idempotency-Key when three others have come.", keeps_keys(3), SAME)


def keeps_a_key_for(calls: int) -> Change:
    """The mock, but that it forgets a key after so many calls of any kind."""

    @in_calls
    def changed(call: Call) -> Call:
        first: dict[str, int] = call.memory.setdefault("first calls of keys", {})
        key = key_of(call)
        return _under(call, (call.number - first.setdefault(key, call.number)) // calls) if key else call

    return changed


DEFECTS.add("keeps-a-key-for-fifty-calls", "Forgets a key after fifty calls.", keeps_a_key_for(50), SAME)


@DEFECTS.breaking(SAME)
async def forgets_all_keys_at_a_refusal(call: Call, mock: Mock) -> Reply:
    """Forgets every Idempotency-Key when it refuses any request."""
    epoch = call.memory.get("refusals", 0)
    reply = await mock(_under(call, epoch) if key_of(call) else call)
    call.memory["refusals"] = epoch + (not reply.succeeds)
    return reply


@DEFECTS.breaking(SAME)
@in_calls
def keeps_no_keys_beside_fields(call: Call) -> Call:
    """Creates a connection for every request that lists fields, whatever its Idempotency-Key."""
    return _without_key(call) if asked_fields(call) else call


@DEFECTS.breaking(SAME)
@in_calls
def keeps_no_long_keys(call: Call) -> Call:
    """Creates a connection for every request with an Idempotency-Key of more than 64 characters."""
    return _without_key(call) if len(key_of(call) or "") > 64 else call


# Replays that are not what was saved


def says_again(status: int, *, from_the: int = 2) -> Change:
    """The mock, but that what succeeds under a key again has another status."""

    @in_replies()
    def changed(call: Call, reply: Reply) -> Reply:
        is_replay = key_of(call) is not None and reply.succeeds and _times(call) >= from_the
        return replace(reply, status=status) if is_replay else reply

    return changed


DEFECTS.add("says-409-the-third-time", "Answers 409 at the third time.", says_again(409, from_the=3), STATUS)


@DEFECTS.breaking(REPLAY)
@showing
def counts_replays(call: Call, document: Any) -> None:
    """Tells in each answer to an Idempotency-Key how often the key came."""
    if key_of(call):
        document["meta"] = {"replays": _times(call)}


@DEFECTS.breaking(REPLAY)
@of_attributes
def shows_the_time_of_the_replay(call: Call, attributes: dict[str, Any]) -> None:
    """Sets updated-at anew whenever a request comes again."""
    name = spelled(call, "updated-at")
    if key_of(call) and name in attributes and _times(call) > 1:
        attributes[name] = "2099-01-01T00:00:00.000Z"


# Keys that are taken for others


@DEFECTS.breaking(OTHER)
@showing
def has_one_connection_for_all_keys(call: Call, document: Any) -> None:
    """Gives what the first Idempotency-Key got to all others."""
    if key_of(call):
        first = call.memory.setdefault("first document of a key", {**document["data"]})
        document["data"].update({name: first[name] for name in ("type", "id")})


@DEFECTS.breaking(OTHER)
@in_calls
def reads_sixty_four_characters_of_a_key(call: Call) -> Call:
    """Takes keys for the same that begin with the same 64 characters."""
    key = key_of(call)
    return call.having(idempotency_key=key[:64]) if key else call


@DEFECTS.breaking(OTHER)
@in_calls
def ignores_the_case_of_keys(call: Call) -> Call:
    """Takes keys for the same that differ in capital letters alone."""
    key = key_of(call)
    return call.having(idempotency_key=key.lower()) if key else call
