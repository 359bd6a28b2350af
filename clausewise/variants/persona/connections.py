"""Defects: what a connection looks like, whatever the request was."""

from __future__ import annotations

from typing import Any

from clausewise.mock.persona import DESTINATION
from clausewise.variants.call import Call
from clausewise.variants.change import showing
from clausewise.variants.persona.shared import (
    Data,
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


# The state


DEFECTS.add("is-active-at-once", "Shows a new connection as active.", shows("status", "active"), PENDING)


# Both organizations


@DEFECTS.breaking(LEADS)
@of_attributes
def shows_the_destination_of_the_request_before(call: Call, attributes: Data) -> None:
    """Shows the destination that the request before named."""
    before = call.memory.get("destination before", destination_of(call))
    call.memory["destination before"] = destination_of(call)
    if spelled(call, DESTINATION) in attributes and isinstance(before, str):
        attributes[spelled(call, DESTINATION)] = before


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


@DEFECTS.breaking("persona.create.own-organization")
@of_attributes
def comes_from_another_organization(call: Call, attributes: Data) -> None:
    """Shows one and the same source, which is not the caller's organization."""
    name = spelled(call, "source-organization-id")
    if name in attributes:
        attributes[name] = "org_ofsomebodyelse"


@DEFECTS.breaking("persona.create.two-organizations")
@of_attributes
def leads_back_to_its_source(call: Call, attributes: Data) -> None:
    """Shows the destination as the source, too."""
    name = spelled(call, "source-organization-id")
    if name in attributes:
        attributes[name] = destination_of(call)


# Ids


@DEFECTS.breaking(NEW)
@showing
def makes_ids_of_destinations(call: Call, document: Any) -> None:
    """Gives all connections to a destination the same id."""
    document["data"]["id"] = f"cxn_{destination_of(call)}"


@DEFECTS.breaking("persona.sample.id")
@showing
def has_ids_of_another_kind(call: Call, document: Any) -> None:
    """Shows ids without the letters in front."""
    document["data"]["id"] = document["data"]["id"].removeprefix("cxn_")


@DEFECTS.breaking("persona.sample.type")
@showing
def has_a_type_of_another_kind(call: Call, document: Any) -> None:
    """Calls the type of a connection connection."""
    document["data"]["type"] = "connection"


# Attributes


for _name in ("status", DESTINATION, "source-organization-id", "created-at"):
    DEFECTS.add(f"lacks-{_name}", f"Shows no {_name}.", leaves_out(_name), f"persona.sample.{_name}")

DEFECTS.add(
    "has-seconds-for-updated-at",
    "Shows updated-at in seconds since 1970.",
    shows("updated-at", 1_795_253_400),
    "persona.sample.updated-at",
)


@DEFECTS.breaking("persona.sample.attributes")
@showing
def keeps_no_attributes_of_a_key(call: Call, document: Any) -> None:
    """Shows an empty list in place of the attributes beside an Idempotency-Key."""
    if key_of(call):
        document["data"]["attributes"] = []
