"""Defects: the casing of the answer."""

from __future__ import annotations

from typing import Any

from clausewise.mock.persona import camel, snake
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.persona.shared import (
    Data,
    asked_fields,
    casing_of,
    destination_of,
    hearing,
    key_of,
    of_attributes,
    spelled,
)
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
@hearing
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
@of_attributes
def leaves_the_last_attribute_in_kebab_case(call: Call, attributes: Data) -> None:
    """Forgets updated-at when it writes snake case."""
    if casing_of(call) == "snake":
        _rename(attributes, "updated_at", "updated-at")


@DEFECTS.breaking(CAMEL)
@of_attributes
def writes_pascal_case_for_camel_case(call: Call, attributes: Data) -> None:
    """Begins names with a capital letter where camel case is asked for."""
    if casing_of(call) == "camel":
        for name in list(attributes):
            _rename(attributes, name, name[:1].upper() + name[1:])


@DEFECTS.breaking(CAMEL)
@of_attributes
def writes_id_in_capitals_in_camel_case(call: Call, attributes: Data) -> None:
    """Writes destinationOrganizationID and sourceOrganizationID where camel case is asked for."""
    if casing_of(call) == "camel":
        for name in list(attributes):
            _rename(attributes, name, name.removesuffix("Id") + "ID" if name.endswith("Id") else name)


@DEFECTS.breaking(SNAKE)
@of_attributes
def writes_snake_case_in_capitals(call: Call, attributes: Data) -> None:
    """Writes names in capital letters where snake case is asked for."""
    if casing_of(call) == "snake":
        for name in list(attributes):
            _rename(attributes, name, name.upper())


@DEFECTS.breaking(CAMEL)
@hearing
def forgets_camel_case_beside_a_key(call: Call) -> Call:
    """Writes kebab case beside an Idempotency-Key where camel case is asked for."""
    return _in(call, None) if key_of(call) and casing_of(call) == "camel" else call


@DEFECTS.breaking(SNAKE)
@hearing
def forgets_snake_case_beside_a_version(call: Call) -> Call:
    """Writes kebab case beside a version where snake case is asked for."""
    return _in(call, None) if call.header("persona-version") and casing_of(call) == "snake" else call


@DEFECTS.breaking(CAMEL)
@hearing
def forgets_camel_case_beside_fields(call: Call) -> Call:
    """Writes kebab case beside a list of fields where camel case is asked for."""
    return _in(call, None) if asked_fields(call) is not None and casing_of(call) == "camel" else call


# No casing is asked for


@DEFECTS.breaking(ABSENT)
@of_attributes
def mixes_casings(call: Call, attributes: Data) -> None:
    """Writes createdAt among names in kebab case where no casing is asked for."""
    if call.header("key-inflection") is None:
        _rename(attributes, "created-at", "createdAt")


@DEFECTS.breaking(ABSENT)
@of_attributes
def mixes_casings_in_a_part(call: Call, attributes: Data) -> None:
    """Writes the second attribute of a list in snake case where no casing is asked for."""
    listed = asked_fields(call)
    if casing_of(call) is None and listed is not None and len(listed) > 1:
        _rename(attributes, listed[1], snake(listed[1]))


# A casing that stays for other requests


@DEFECTS.breaking(ABSENT)
@hearing
def keeps_the_last_casing(call: Call) -> Call:
    """Writes the casing of the request before where none is asked for."""
    call.memory["last casing"] = casing_of(call) or call.memory.get("last casing")
    return call if call.header("key-inflection") else _in(call, call.memory["last casing"])


@DEFECTS.breaking(ABSENT)
@hearing
def keeps_the_casing_of_the_last_key(call: Call) -> Call:
    """Writes the casing that came beside the last Idempotency-Key where no casing is asked for."""
    if key_of(call) and casing_of(call):
        call.memory["casing of the last key"] = casing_of(call)
    return call if call.header("key-inflection") else _in(call, call.memory.get("casing of the last key"))


@DEFECTS.breaking(ABSENT)
@hearing
def keeps_the_casing_of_a_destination(call: Call) -> Call:
    """Writes the casing in which a destination was shown last where none is asked for."""
    casings: dict[str, str | None] = call.memory.setdefault("casings of destinations", {})
    destination = str(destination_of(call))
    casings[destination] = casing_of(call) or casings.get(destination)
    return call if call.header("key-inflection") else _in(call, casings[destination])


@DEFECTS.breaking(CAMEL, SNAKE)
@hearing
def keeps_the_first_casing_of_a_destination(call: Call) -> Call:
    """Writes every connection to a destination in the casing of the first one."""
    casings: dict[str, str] = call.memory.setdefault("first casings", {})
    return _in(call, casings.setdefault(str(destination_of(call)), casing_of(call) or "kebab"))


@DEFECTS.breaking(CAMEL, SNAKE)
@hearing
def is_late_by_one_casing(call: Call) -> Call:
    """Writes the casing that the request before asked for in place of the one that is asked for."""
    before = call.memory.get("casing before", "kebab")
    call.memory["casing before"] = casing_of(call) or before
    return _in(call, before) if casing_of(call) else call


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


@DEFECTS.breaking(EVERYWHERE)
@of_attributes
def knows_less_in_snake_case(call: Call, attributes: Data) -> None:
    """Does not find updated_at any more when it has written snake case."""
    if casing_of(call) == "snake":
        attributes.pop("updated_at", None)


@DEFECTS.breaking(EVERYWHERE)
@showing
def recases_the_type(call: Call, document: Any) -> None:
    """Writes the type of the connection as connectConnection in camel case."""
    if casing_of(call) == "camel":
        document["data"]["type"] = "connectConnection"


@DEFECTS.breaking(EVERYWHERE)
@of_attributes
def recases_the_status(call: Call, attributes: Data) -> None:
    """Begins the status with a capital letter in camel case."""
    if casing_of(call) == "camel" and "status" in attributes:
        attributes["status"] = attributes["status"].capitalize()


@DEFECTS.breaking("persona.sample.id")
@showing
def recases_ids(call: Call, document: Any) -> None:
    """Writes a hyphen for the underscore in the id of a connection in kebab case."""
    if casing_of(call) == "kebab":
        document["data"]["id"] = document["data"]["id"].replace("_", "-")


@DEFECTS.breaking(EVERYWHERE)
@of_attributes
def tells_the_time_otherwise_in_snake_case(call: Call, attributes: Data) -> None:
    """Shows times as numbers in snake case."""
    if casing_of(call) == "snake":
        for name in {"created_at", "updated_at"} & set(attributes):
            attributes[name] = 1_795_253_400


@DEFECTS.breaking("persona.create.destination")
@of_attributes
def leads_elsewhere_in_snake_case(call: Call, attributes: Data) -> None:
    """Shows another destination in snake case."""
    if "destination_organization_id" in attributes:
        attributes["destination_organization_id"] = "org_elsewhere"


@DEFECTS.breaking("persona.create.source")
@of_attributes
def has_another_source_in_camel_case(call: Call, attributes: Data) -> None:
    """Shows the destination as the source in camel case."""
    name = spelled(call, "source-organization-id")
    if casing_of(call) == "camel" and name in attributes:
        attributes[name] = destination_of(call)
