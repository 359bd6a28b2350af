"""Defects: lists of the fields that an answer shall have."""

from __future__ import annotations

from typing import Any

from clausewise.mock.persona import DESTINATION
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.persona.shared import (
    Data,
    asked_fields,
    asking,
    casing_of,
    hearing,
    key_of,
    of_attributes,
    spelled,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()

ONE, SEVERAL = "persona.fields.one", "persona.fields.several"
IN_CASINGS, WITH_UNKNOWN = "persona.fields.in-casings", "persona.fields.with-unknown"


# One attribute


@DEFECTS.breaking(ONE)
@hearing
def always_shows_the_last_change(call: Call) -> Call:
    """Shows all attributes where updated-at alone is asked for."""
    return asking(call, []) if asked_fields(call) == ["updated-at"] else call


@DEFECTS.breaking(ONE)
@of_attributes
def shows_null_for_what_is_not_asked_for(call: Call, attributes: Data) -> None:
    """Shows the attributes that are not asked for as null."""
    if asked_fields(call) is not None:
        for name in ("status", DESTINATION, "source-organization-id", "created-at", "updated-at"):
            attributes.setdefault(spelled(call, name), None)


@DEFECTS.breaking(ONE)
@hearing
def always_shows_the_status(call: Call) -> Call:
    """Shows the status beside what is asked for."""
    listed = asked_fields(call)
    return asking(call, ["status", *listed]) if listed else call


@DEFECTS.breaking(ONE)
@hearing
def does_not_find_the_source(call: Call) -> Call:
    """Shows nothing where source-organization-id is asked for."""
    listed = asked_fields(call)
    return asking(call, ["nothing"]) if listed == ["source-organization-id"] else call


@DEFECTS.breaking(ONE)
@hearing
def ignores_fields(call: Call) -> Call:
    """Shows all attributes, whatever is asked for."""
    return asking(call, [])


@DEFECTS.breaking(ONE)
@hearing
def ignores_fields_beside_a_key(call: Call) -> Call:
    """Shows all attributes beside an Idempotency-Key, whatever is asked for."""
    return asking(call, []) if key_of(call) else call


@DEFECTS.breaking(ONE)
@hearing
def ignores_fields_in_older_versions(call: Call) -> Call:
    """Shows all attributes in versions before 2022, whatever is asked for."""
    return asking(call, []) if "0" < (call.header("persona-version") or "") < "2022" else call


@DEFECTS.breaking(ONE)
@hearing
def adds_to_the_lists_before(call: Call) -> Call:
    """Shows what the request before asked for beside what this one asks for."""
    listed = asked_fields(call)
    if not listed:
        return call
    before: list[str] = call.memory.get("fields before", [])
    call.memory["fields before"] = listed
    return asking(call, [*before, *listed])


@DEFECTS.breaking(ONE)
@hearing
def keeps_the_first_list_of_a_length(call: Call) -> Call:
    """Shows for each list what the first list of so many names asked for."""
    listed = asked_fields(call)
    lists: dict[int, list[str]] = call.memory.setdefault("lists by length", {})
    return asking(call, lists.setdefault(len(listed), listed)) if listed else call


@DEFECTS.breaking(ONE)
@showing
def moves_a_part_out_of_the_attributes(call: Call, document: Any) -> None:
    """Shows the attributes that are asked for in data itself."""
    if asked_fields(call) is not None:
        document["data"].update(document["data"]["attributes"])
        document["data"]["attributes"] = {}


@DEFECTS.breaking("persona.sample.id")
@showing
def trims_the_id_with_the_fields(call: Call, document: Any) -> None:
    """Leaves out the id where fields are listed."""
    if asked_fields(call) is not None:
        del document["data"]["id"]


@DEFECTS.breaking("persona.create.new")
@showing
def has_one_id_for_a_part(call: Call, document: Any) -> None:
    """Has the same id for all connections of which a part is shown."""
    if asked_fields(call) is not None:
        document["data"]["id"] = "cxn_part"


@DEFECTS.breaking("persona.create.pending-in-fields")
@of_attributes
def is_active_in_part(call: Call, attributes: Data) -> None:
    """Shows a new connection as active where fields are listed."""
    if asked_fields(call) is not None and "status" in attributes:
        attributes["status"] = "active"


@DEFECTS.breaking("persona.create.pending-in-fields")
@of_attributes
def has_no_status_in_part(call: Call, attributes: Data) -> None:
    """Shows the status as null where it is asked for together with other attributes."""
    if len(asked_fields(call) or []) > 1 and "status" in attributes:
        attributes["status"] = None


@DEFECTS.breaking("persona.create.destination")
@of_attributes
def leads_elsewhere_in_part(call: Call, attributes: Data) -> None:
    """Shows another destination where fields are listed."""
    if asked_fields(call) is not None and DESTINATION in attributes:
        attributes[DESTINATION] = "org_elsewhere"


# Several attributes


@DEFECTS.breaking(SEVERAL)
@hearing
def reads_two_fields_at_most(call: Call) -> Call:
    """Shows no more than the first two attributes of a list."""
    return asking(call, (asked_fields(call) or [])[:2])


@DEFECTS.breaking(SEVERAL)
@hearing
def reads_the_last_of_several_fields(call: Call) -> Call:
    """Shows no more than the last attribute of a list."""
    return asking(call, (asked_fields(call) or [])[-1:])


@DEFECTS.breaking(SEVERAL)
@hearing
def does_not_decode_commas(call: Call) -> Call:
    """Reads a list whose commas are percent-encoded as one name."""
    return asking(call, ["nothing"]) if "%2C" in call.query.upper() else call


@DEFECTS.breaking(SEVERAL)
@hearing
def forgets_the_destination_beside_the_source(call: Call) -> Call:
    """Shows one of the two organizations where both are asked for."""
    listed = asked_fields(call) or []
    both = {DESTINATION, "source-organization-id"} <= set(listed)
    return asking(call, [name for name in listed if name != DESTINATION]) if both else call


@DEFECTS.breaking(SEVERAL)
@hearing
def minds_the_order_of_a_list(call: Call) -> Call:
    """Does not show the status where it stands behind another attribute."""
    listed = asked_fields(call) or []
    is_late = "status" in listed[1:]
    return asking(call, [name for name in listed if name != "status"]) if is_late else call


# Casings and unknown names


@DEFECTS.breaking(IN_CASINGS)
@hearing
def ignores_fields_in_camel_case(call: Call) -> Call:
    """Shows all attributes in camel case, whatever is asked for."""
    return asking(call, []) if casing_of(call) == "camel" else call


@DEFECTS.breaking(IN_CASINGS)
@hearing
def looks_fields_up_as_they_are_written(call: Call) -> Call:
    """Finds attributes of several words in snake case no more by the names that the sample has."""
    if casing_of(call) != "snake" or not asked_fields(call):
        return call
    return asking(call, [name for name in asked_fields(call) or [] if "-" not in name] or ["nothing"])


@DEFECTS.breaking(WITH_UNKNOWN)
@hearing
def shows_all_for_an_unknown_name(call: Call) -> Call:
    """Shows all attributes where a list has an unknown name in it."""
    return asking(call, []) if "colour" in (asked_fields(call) or []) else call


@DEFECTS.breaking(WITH_UNKNOWN)
@hearing
def stops_at_an_unknown_name(call: Call) -> Call:
    """Shows nothing of what stands behind an unknown name."""
    listed = asked_fields(call) or []
    return asking(call, [*listed[: listed.index("colour")], "nothing"]) if "colour" in listed else call


@DEFECTS.breaking(WITH_UNKNOWN)
@of_attributes
def shows_unknown_names_as_null(call: Call, attributes: Data) -> None:
    """Shows an attribute of which it knows nothing as null where it is asked for."""
    if "colour" in (asked_fields(call) or []):
        attributes["colour"] = None


# Requests without a list


@DEFECTS.breaking("persona.sample.status")
async def keeps_a_list_for_the_next_request(call: Call, mock: Mock) -> Reply:
    """Shows what the request before asked for where no fields are listed."""
    listed = call.memory.get("fields to keep")
    call.memory["fields to keep"] = asked_fields(call)
    return await mock(asking(call, listed) if listed and asked_fields(call) is None else call)
