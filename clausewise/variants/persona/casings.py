"""Defects: the casing of the answer."""

from __future__ import annotations

from clausewise.mock.persona import camel, snake
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.variants.persona.shared import Data, asked_fields, casing_of, key_of, of_attributes
from clausewise.variants.variant import Variants

DEFECTS = Variants()

ABSENT, EVERYWHERE = "persona.inflection.absent", "persona.inflection.same"
CAMEL, KEBAB, SNAKE = (f"persona.inflection.{casing}" for casing in ("camel", "kebab", "snake"))


def _in(call: Call, casing: str | None) -> Call:
    """The same request for another casing; for none, if none is named."""
    return call.having(key_inflection=casing) if casing else call.lacking("key-inflection")


def _rename(attributes: Data, old: str, new: str) -> None:
    if old in attributes:
        attributes[new] = attributes.pop(old)


# Keys in another casing than the one that was asked for


@DEFECTS.breaking(CAMEL, SNAKE)
@in_calls
def recases_the_first_level_alone(call: Call) -> Call:
    """Leaves the names of attributes in kebab case, whatever casing is asked for."""
    return _in(call, "kebab") if casing_of(call) else call


@DEFECTS.breaking(KEBAB)
@of_attributes
def takes_kebab_for_snake(call: Call, attributes: Data) -> None:
    """Writes snake case where kebab case is asked for."""
    if casing_of(call) == "kebab":
        for name in list(attributes):
            _rename(attributes, name, snake(name))


@DEFECTS.breaking(SNAKE)
@in_calls
def forgets_snake_case_beside_a_version(call: Call) -> Call:
    """Writes kebab case beside a version where snake case is asked for."""
    return _in(call, None) if call.header("persona-version") and casing_of(call) == "snake" else call


# No casing is asked for


@DEFECTS.breaking(ABSENT)
@of_attributes
def mixes_casings(call: Call, attributes: Data) -> None:
    """Writes createdAt among names in kebab case where no casing is asked for."""
    if call.header("key-inflection") is None:
        _rename(attributes, "created-at", "createdAt")


# A casing that stays for other requests


@DEFECTS.breaking(ABSENT)
@in_calls
def keeps_the_last_casing(call: Call) -> Call:
    """Writes the casing of the request before where none is asked for."""
    call.memory["last casing"] = casing_of(call) or call.memory.get("last casing")
    return call if call.header("key-inflection") else _in(call, call.memory["last casing"])


@DEFECTS.breaking(ABSENT)
@in_calls
def keeps_the_casing_of_the_last_key(call: Call) -> Call:
    """Writes the casing that came beside the last Idempotency-Key where no casing is asked for."""
    if key_of(call) and casing_of(call):
        call.memory["casing of the last key"] = casing_of(call)
    return call if call.header("key-inflection") else _in(call, call.memory.get("casing of the last key"))


@DEFECTS.breaking("persona.idempotency.replay")
async def replays_in_the_last_casing(call: Call, mock: Mock) -> Reply:
    """Replays what is saved under a key in the casing of the latest request, whichever that was."""
    reply = await mock(call)
    latest = call.memory.get("latest casing")
    call.memory["latest casing"] = casing_of(call) or "kebab"
    keys: set[str | None] = call.memory.setdefault("keys that came", set())
    if key_of(call) is None or key_of(call) not in keys or not reply.succeeds:
        keys.add(key_of(call))
        return reply
    document = reply.json()
    spell = {"camel": camel, "snake": snake}.get(str(latest), str)
    attributes = document["data"]["attributes"]
    document["data"]["attributes"] = {spell(name): value for name, value in attributes.items()}
    return reply.showing(document)


# More than the casing is changed


@DEFECTS.breaking(EVERYWHERE)
@of_attributes
def knows_more_in_camel_case(call: Call, attributes: Data) -> None:
    """Shows one attribute more in camel case."""
    if casing_of(call) == "camel" and asked_fields(call) is None:
        attributes["note"] = None


@DEFECTS.breaking("persona.create.destination")
@of_attributes
def leads_elsewhere_in_snake_case(call: Call, attributes: Data) -> None:
    """Shows another destination in snake case."""
    if "destination_organization_id" in attributes:
        attributes["destination_organization_id"] = "org_elsewhere"
