"""Defects: bodies that are none, and destinations that are none."""

from __future__ import annotations

import json

from clausewise.mock.persona import DESTINATION, DESTINATION_ORGANIZATION_IDS
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.persona.shared import (
    answering,
    attributes_of,
    data_of,
    destination_of,
    for_destination,
    hearing,
)
from clausewise.variants.variant import Variants

DEFECTS = Variants()


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


# An object is expected


@DEFECTS.breaking("persona.request.object")
@hearing
def takes_data_in_a_list(call: Call) -> Call:
    """Takes the first element where data is a list."""
    data = data_of(call)
    return call.saying({"data": data[0]}) if data and isinstance(data, list) else call


@DEFECTS.breaking("persona.request.object")
@hearing
def takes_a_list_of_requests(call: Call) -> Call:
    """Takes the first element where the body is a list."""
    body = call.json()
    return call.saying(body[0]) if body and isinstance(body, list) else call


@DEFECTS.breaking("persona.request.object")
@hearing
def takes_a_text_for_data(call: Call) -> Call:
    """Takes data that is a text for the destination."""
    data = data_of(call)
    return for_destination(call, data) if isinstance(data, str) else call


@DEFECTS.breaking("persona.request.object")
@hearing
def forgives_a_trailing_comma(call: Call) -> Call:
    """Reads over a comma before the end of an object."""
    return call.saying(json.loads(call.body[:-2] + b"}")) if call.body.endswith(b"},}") else call


@DEFECTS.breaking("persona.request.object")
@hearing
def closes_what_is_left_open(call: Call) -> Call:
    """Completes an object whose last bracket is missing."""
    is_open = call.body.startswith(b"{") and not _is_json(call.body) and _is_json(call.body + b"}")
    return call.saying(json.loads(call.body + b"}")) if is_open else call


@DEFECTS.breaking("persona.request.object")
@answering(415)
def calls_broken_json_another_media_type(call: Call) -> bool:
    """Answers 415 to a body that is announced as JSON and is none."""
    is_announced = (call.header("content-type") or "").startswith("application/json")
    return is_announced and bool(call.body.strip()) and not _is_json(call.body)


@DEFECTS.breaking("persona.request.object")
@answering(500)
def falls_over_a_list(call: Call) -> bool:
    """Fails at a body that is a list."""
    return isinstance(call.json(), list)


@DEFECTS.breaking("persona.request.object")
@answering(500)
def falls_over_data_that_is_a_number(call: Call) -> bool:
    """Fails where data is a number."""
    return isinstance(data_of(call), int | float)


# A destination is expected


@DEFECTS.breaking("persona.request.destination")
@hearing
def takes_a_number_for_a_destination(call: Call) -> Call:
    """Takes a number for the place of an organization in a list."""
    return for_destination(call) if isinstance(destination_of(call), int) else call


@DEFECTS.breaking("persona.request.destination")
@hearing
def has_a_destination_of_its_own(call: Call) -> Call:
    """Connects to an organization of its own choice where no attribute is given."""
    data = data_of(call)
    return for_destination(call) if isinstance(data, dict) and data.get("attributes") == {} else call


@DEFECTS.breaking("persona.request.destination")
@hearing
def takes_the_first_of_several_destinations(call: Call) -> Call:
    """Takes the first of a list of destinations."""
    given = destination_of(call)
    return for_destination(call, given[0]) if given and isinstance(given, list) else call


@DEFECTS.breaking("persona.request.destination")
@hearing
def takes_an_object_for_a_destination(call: Call) -> Call:
    """Takes the id out of an object in place of the destination."""
    given = destination_of(call)
    return for_destination(call, given.get("id")) if isinstance(given, dict) else call


@DEFECTS.breaking("persona.request.destination")
@hearing
def reads_a_destination_beside_the_attributes(call: Call) -> Call:
    """Takes a destination that stands in data itself."""
    data = data_of(call)
    return for_destination(call, data[DESTINATION]) if isinstance(data, dict) and DESTINATION in data else call


@DEFECTS.breaking("persona.request.destination")
@hearing
def guesses_a_misspelt_name(call: Call) -> Call:
    """Takes destination-organisation-id for the name of the attribute."""
    given = attributes_of(call).get("destination-organisation-id")
    return for_destination(call, given) if isinstance(given, str) else call


@DEFECTS.breaking("persona.request.destination")
@answering(500)
def falls_over_a_null_destination(call: Call) -> bool:
    """Fails where the destination is null."""
    return DESTINATION in attributes_of(call) and destination_of(call) is None


@DEFECTS.breaking("persona.request.destination")
@answering(500)
def falls_over_null_attributes(call: Call) -> bool:
    """Fails where the attributes are null."""
    data = data_of(call)
    return isinstance(data, dict) and "attributes" in data and data["attributes"] is None


@DEFECTS.breaking("persona.request.destination")
@answering(404)
def looks_for_a_destination_that_is_true(call: Call) -> bool:
    """Finds nothing, status 404, where the destination is true or false."""
    return isinstance(destination_of(call), bool)


# Destinations that nobody knows


def _is_unknown(call: Call) -> bool:
    given = destination_of(call)
    return isinstance(given, str) and given not in DESTINATION_ORGANIZATION_IDS


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_an_unknown_destination(call: Call) -> bool:
    """Fails where no organization has the id."""
    return _is_unknown(call)


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(502)
def blames_another_server_for_an_unknown_destination(call: Call) -> bool:
    """Answers 502 where a service behind it does not find an organization."""
    return _is_unknown(call) and str(destination_of(call)).startswith("org_")


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_an_empty_destination(call: Call) -> bool:
    """Fails where the destination is an empty text."""
    return bool(destination_of(call) == "")


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_a_long_destination(call: Call) -> bool:
    """Fails where the destination has more than 255 characters."""
    given = destination_of(call)
    return isinstance(given, str) and len(given) > 255


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_a_quote_in_a_destination(call: Call) -> bool:
    """Fails where the destination has an apostrophe in it."""
    given = destination_of(call)
    return isinstance(given, str) and "'" in given


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_a_null_character(call: Call) -> bool:
    """Fails where the destination has the character NUL in it."""
    given = destination_of(call)
    return isinstance(given, str) and "\0" in given


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_letters_beyond_ascii(call: Call) -> bool:
    """Fails where the destination has letters beyond ASCII in it."""
    given = destination_of(call)
    return isinstance(given, str) and not given.isascii()


@DEFECTS.breaking("persona.request.unknown-destination")
async def connects_to_the_nearest_name_of_an_organization(call: Call, mock: Mock) -> Reply:
    """Answers 300, with a choice of organizations, where a destination is none but looks like one."""
    looks_real = _is_unknown(call) and str(destination_of(call)).startswith("org_")
    return Reply(300).saying({"choices": list(DESTINATION_ORGANIZATION_IDS)}) if looks_real else await mock(call)
