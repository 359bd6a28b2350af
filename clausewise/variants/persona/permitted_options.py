"""Permitted differences: how a rightful server may read options, keys and repetitions."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

from clausewise.mock.persona import CONNECTION, VERSIONS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Change, Mock, answering, in_calls, in_replies
from clausewise.variants.persona.shared import FIELDS, GOOD, asked_fields, asking, casing_of, destination_of, key_of
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


# Options


@DIFFERENCES.permitted
@in_calls
def writes_camel_case_unless_told(call: Call) -> Call:
    """Writes camel case where no casing is asked for, as the API key may be configured."""
    return call if call.header("key-inflection") else call.having(key_inflection="camel")


@DIFFERENCES.permitted
@in_calls
def takes_every_version(call: Call) -> Call:
    """Takes every version for the newest, whatever it looks like."""
    return call.having(persona_version=VERSIONS[0])


@DIFFERENCES.permitted
@in_calls
def takes_every_casing(call: Call) -> Call:
    """Writes kebab case for a casing that it does not know."""
    return call if casing_of(call) else call.lacking("key-inflection")


@DIFFERENCES.permitted
@answering(400)
def knows_no_further_attributes(call: Call) -> bool:
    """Refuses a list that has a name in it which the sample does not show."""
    return bool(set(asked_fields(call) or []) & {"colour", "", " created-at"})


@DIFFERENCES.permitted
@answering(400)
def knows_no_other_types(call: Call) -> bool:
    """Refuses lists of the fields of anything but connections."""
    return "fields" in call.query and CONNECTION.replace("/", "%2F") not in call.query and FIELDS not in call.query


@DIFFERENCES.permitted
@in_calls
def shows_all_for_an_unknown_name(call: Call) -> Call:
    """Shows all attributes where a list has an unknown name in it."""
    return asking(call, []) if "colour" in (asked_fields(call) or []) else call


@DIFFERENCES.permitted
@in_calls
def reads_fields_in_any_form(call: Call) -> Call:
    """Takes any list of fields for one of connections, whatever the key of the map is and however it is written."""
    found = [values[0] for name, values in parse_qs(call.query).items() if name.startswith("fields")]
    return asking(call, found[0].split(",")) if found else call


# Keys and repetition


@DIFFERENCES.permitted
@answering(400)
def refuses_long_keys(call: Call) -> bool:
    """Refuses an Idempotency-Key of more than 64 characters."""
    return len(key_of(call) or "") > 64


def minds_reuse_of_a_key(status: int) -> Change:
    """The mock, but that it has its own status for a key that comes again with another body."""

    @in_replies()
    def changed(call: Call, reply: Reply) -> Reply:
        return replace(reply, status=status) if b"Idempotency error" in reply.body else reply

    return changed


for _status in (409, 422):
    DIFFERENCES.add(
        f"says-{_status}-where-a-key-is-reused",
        f"Answers {_status} where an Idempotency-Key comes again with another body.",
        minds_reuse_of_a_key(_status),
    )


def _replay(call: Call, saved: dict[str, Reply]) -> Reply | None:
    return saved.get(key_of(call) or "") if call.header("authorization") == GOOD else None


@DIFFERENCES.permitted
async def replays_whatever_the_request(call: Call, mock: Mock) -> Reply:
    """Replays what it saved under a key, in the casing in which it was saved, without a look at the request."""
    saved: dict[str, Reply] = call.memory.setdefault("answers to keys", {})
    replayed = _replay(call, saved)
    if replayed is not None:
        return replayed
    reply = await mock(call)
    if key_of(call) and reply.succeeds:
        saved[key_of(call) or ""] = reply
    return reply


@DIFFERENCES.permitted
async def saves_no_refusals(call: Call, mock: Mock) -> Reply:
    """Saves successes alone, so that a key whose request was refused can be used again."""
    refusals: dict[str | None, int] = call.memory.setdefault("refusals of keys", {})
    saved: set[str | None] = call.memory.setdefault("keys of successes", set())
    key = key_of(call)
    reply = await mock(call.having(idempotency_key=f"{refusals.get(key, 0)} {key}") if key else call)
    if reply.succeeds:
        saved.add(key)
    elif key not in saved:
        refusals[key] = refusals.get(key, 0) + 1
    return reply


@DIFFERENCES.permitted
async def connects_once(call: Call, mock: Mock) -> Reply:
    """Answers 409 where there is a connection to the destination, unless a request is replayed."""
    reply = await mock(call)
    first: dict[str, str | None] = call.memory.setdefault("keys of destinations", {})
    destination = destination_of(call)
    if not reply.succeeds or not isinstance(destination, str):
        return reply
    made_by = first.setdefault(destination, key_of(call) or str(call.number))
    return reply if made_by in (key_of(call), str(call.number)) else Reply(409)
