"""Defects: what a connection looks like, whatever the request was."""

from __future__ import annotations

from typing import Any

from clausewise.mock.persona import DESTINATION
from clausewise.variants.call import Call
from clausewise.variants.change import showing
from clausewise.variants.persona.shared import (
    OLDEST,
    Data,
    asked_fields,
    destination_of,
    key_of,
    leaves_out,
    of_attributes,
    shows,
    spelled,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()

NEW, SOURCE, LEADS, PENDING = (f"persona.create.{name}" for name in ("new", "source", "destination", "pending"))
ATTRIBUTES = ("status", DESTINATION, "source-organization-id", "created-at", "updated-at")


# The state


DEFECTS.add("is-active-at-once", "Shows a new connection as active.", shows("status", "active"), PENDING)
DEFECTS.add("is-pending-in-capitals", "Shows the status as PENDING.", shows("status", "PENDING"), PENDING)


@DEFECTS.breaking(PENDING)
@of_attributes
def is_active_the_second_time(call: Call, attributes: Data) -> None:
    """Shows a connection as active if there was one to the same destination before."""
    known: set[str] = call.memory.setdefault("known destinations", set())
    if destination_of(call) in known and asked_fields(call) is None and not key_of(call):
        attributes["status"] = "active"
    known.add(str(destination_of(call)))


@DEFECTS.breaking(PENDING)
@of_attributes
def was_called_requested_in_the_oldest_version(call: Call, attributes: Data) -> None:
    """Shows the status as requested in the oldest version."""
    if call.header("persona-version") == OLDEST and "status" in attributes:
        attributes["status"] = "requested"


# Both organizations


@DEFECTS.breaking(LEADS)
@of_attributes
def shows_the_destination_of_the_request_before(call: Call, attributes: Data) -> None:
    """Shows the destination that the request before named."""
    before = call.memory.get("destination before", destination_of(call))
    call.memory["destination before"] = destination_of(call)
    if spelled(call, DESTINATION) in attributes and isinstance(before, str):
        attributes[spelled(call, DESTINATION)] = before


@DEFECTS.breaking(LEADS)
@of_attributes
def cuts_long_destinations(call: Call, attributes: Data) -> None:
    """Shows no more than the first 24 characters of the destination."""
    name = spelled(call, DESTINATION)
    if name in attributes:
        attributes[name] = attributes[name][:24]


@DEFECTS.breaking(LEADS, SOURCE)
@of_attributes
def swaps_the_organizations(call: Call, attributes: Data) -> None:
    """Shows the source as the destination, and the other way round."""
    one, other = spelled(call, DESTINATION), spelled(call, "source-organization-id")
    if one in attributes and other in attributes:
        attributes[one], attributes[other] = attributes[other], attributes[one]


@DEFECTS.breaking(SOURCE)
@of_attributes
def comes_from_next_door(call: Call, attributes: Data) -> None:
    """Shows a source that depends on the destination."""
    name = spelled(call, "source-organization-id")
    if name in attributes:
        attributes[name] = f"org_beside_{destination_of(call)}"


@DEFECTS.breaking(SOURCE)
@of_attributes
def comes_from_another_place_beside_a_key(call: Call, attributes: Data) -> None:
    """Shows another source beside an Idempotency-Key."""
    name = spelled(call, "source-organization-id")
    if name in attributes and key_of(call):
        attributes[name] = "org_ofthekey"


# Ids


@DEFECTS.breaking(NEW)
@showing
def makes_ids_of_destinations(call: Call, document: Any) -> None:
    """Gives all connections to a destination the same id."""
    document["data"]["id"] = f"cxn_{destination_of(call)}"


@DEFECTS.breaking(NEW)
@showing
def begins_ids_anew_after_fifty(call: Call, document: Any) -> None:
    """Counts ids and begins anew after fifty."""
    if not key_of(call):
        count = call.memory["count of ids"] = call.memory.get("count of ids", 0) + 1
        document["data"]["id"] = f"cxn_{count % 50}"


@DEFECTS.breaking(NEW)
@showing
def gives_an_id_to_two_in_a_row(call: Call, document: Any) -> None:
    """Gives the same id to two requests that follow each other with the same body."""
    if call.memory.get("body before") == call.body and not key_of(call):
        document["data"]["id"] = call.memory["id before"]
    call.memory.update({"body before": call.body, "id before": document["data"]["id"]})


@DEFECTS.breaking("persona.sample.id")
@showing
def has_ids_of_another_kind(call: Call, document: Any) -> None:
    """Shows ids without the letters in front."""
    document["data"]["id"] = document["data"]["id"].removeprefix("cxn_")


@DEFECTS.breaking("persona.sample.id")
@showing
def has_numbers_for_ids_beside_a_key(call: Call, document: Any) -> None:
    """Shows a number as the id beside an Idempotency-Key."""
    if key_of(call):
        document["data"]["id"] = int(document["data"]["id"].removeprefix("cxn_"), 16)


@DEFECTS.breaking("persona.sample.type")
@showing
def has_a_type_of_another_kind(call: Call, document: Any) -> None:
    """Calls the type of a connection connection."""
    document["data"]["type"] = "connection"


@DEFECTS.breaking("persona.sample.type")
@showing
def names_the_type_in_the_plural_in_part(call: Call, document: Any) -> None:
    """Calls the type of a connection connect/connections where fields are listed."""
    if asked_fields(call) is not None:
        document["data"]["type"] = "connect/connections"


# Attributes


for _name in ATTRIBUTES:
    DEFECTS.add(f"lacks-{_name}", f"Shows no {_name}.", leaves_out(_name), f"persona.sample.{_name}")

for _defect, _name, _value, _says in (
    ("has-a-number-for-the-status", "status", 0, "Shows the status as a number."),
    ("shows-no-time-in-created-at", "created-at", "2026-11-21", "Shows the day alone in created-at."),
    ("writes-created-at-in-words", "created-at", "2026-11-21 09:30:00 UTC", "Writes created-at for people."),
    ("has-seconds-for-updated-at", "updated-at", 1_795_253_400, "Shows updated-at in seconds since 1970."),
    ("has-null-for-updated-at", "updated-at", None, "Shows updated-at as null until something changes."),
    ("has-no-letters-before-the-source", "source-organization-id", "ABC123", "Shows the source without org_."),
    ("has-a-number-for-the-destination", DESTINATION, 7, "Shows the destination as a number."),
):
    DEFECTS.add(_defect, _says, shows(_name, _value), f"persona.sample.{_name}")


@DEFECTS.breaking("persona.sample.updated-at")
@of_attributes
def has_no_update_in_the_oldest_version(call: Call, attributes: Data) -> None:
    """Shows no updated-at in the oldest version."""
    if call.header("persona-version") == OLDEST:
        attributes.pop(spelled(call, "updated-at"), None)


@DEFECTS.breaking("persona.sample.attributes")
@showing
def keeps_no_attributes_of_a_key(call: Call, document: Any) -> None:
    """Shows an empty list in place of the attributes beside an Idempotency-Key."""
    if key_of(call):
        document["data"]["attributes"] = []


@DEFECTS.breaking("persona.sample.attributes")
@showing
def has_no_object_of_attributes(call: Call, document: Any) -> None:
    """Shows the attributes in data itself."""
    document["data"].update(document["data"].pop("attributes"))
