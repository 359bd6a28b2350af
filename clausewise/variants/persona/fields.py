"""Defects: lists of the fields that an answer shall have."""

from __future__ import annotations

from typing import Any

from clausewise.mock.persona import DESTINATION
from clausewise.variants.call import Call
from clausewise.variants.change import in_calls, showing
from clausewise.variants.persona.shared import Data, asked_fields, asking, casing_of, of_attributes, spelled
from clausewise.variants.variant import Variants

DEFECTS = Variants()

ONE, SEVERAL = "persona.fields.one", "persona.fields.several"
IN_CASINGS = "persona.fields.in-casings"


# One attribute


@DEFECTS.breaking(ONE)
@in_calls
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
@in_calls
def ignores_fields_in_older_versions(call: Call) -> Call:
    """Shows all attributes in versions before 2022, whatever is asked for."""
    return asking(call, []) if "0" < (call.header("persona-version") or "") < "2022" else call


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
def has_no_status_in_part(call: Call, attributes: Data) -> None:
    """Shows the status as null where it is asked for together with other attributes."""
    if len(asked_fields(call) or []) > 1 and "status" in attributes:
        attributes["status"] = None


# Several attributes


@DEFECTS.breaking(SEVERAL)
@in_calls
def reads_three_fields_at_most(call: Call) -> Call:
    """Shows no more than the first three attributes of a list."""
    return asking(call, (asked_fields(call) or [])[:3])


@DEFECTS.breaking(SEVERAL)
@in_calls
def does_not_decode_commas(call: Call) -> Call:
    """Reads a list whose commas are percent-encoded as one name."""
    return asking(call, ["nothing"]) if "%2C" in call.query.upper() else call


@DEFECTS.breaking(SEVERAL)
@in_calls
def minds_the_order_of_a_list(call: Call) -> Call:
    """Does not show the status where it stands behind another attribute."""
    listed = asked_fields(call) or []
    is_late = "status" in listed[1:]
    return asking(call, [name for name in listed if name != "status"]) if is_late else call


# Casings


@DEFECTS.breaking(IN_CASINGS)
@in_calls
def looks_fields_up_as_they_are_written(call: Call) -> Call:
    """Finds attributes of several words in snake case no more by the names that the sample has."""
    if casing_of(call) != "snake" or not asked_fields(call):
        return call
    return asking(call, [name for name in asked_fields(call) or [] if "-" not in name] or ["nothing"])
