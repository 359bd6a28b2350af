"""Defects: bodies that are none, and destinations that are none."""

from __future__ import annotations

import json

from clausewise.variants.call import Call
from clausewise.variants.change import answering, in_calls
from clausewise.variants.persona.shared import data_of, destination_of, for_destination
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
@in_calls
def takes_data_in_a_list(call: Call) -> Call:
    """Takes the first element where data is a list."""
    data = data_of(call)
    return call.saying({"data": data[0]}) if data and isinstance(data, list) else call


@DEFECTS.breaking("persona.request.object")
@in_calls
def closes_what_is_left_open(call: Call) -> Call:
    """Completes an object whose last bracket is missing."""
    is_open = call.body.startswith(b"{") and not _is_json(call.body) and _is_json(call.body + b"}")
    return call.saying(json.loads(call.body + b"}")) if is_open else call


# A destination is expected


@DEFECTS.breaking("persona.request.destination")
@in_calls
def takes_a_number_for_a_destination(call: Call) -> Call:
    """Takes a number for the place of an organization in a list."""
    return for_destination(call) if isinstance(destination_of(call), int) else call


@DEFECTS.breaking("persona.request.destination")
@in_calls
def takes_an_object_for_a_destination(call: Call) -> Call:
    """Takes the id out of an object in place of the destination."""
    given = destination_of(call)
    return for_destination(call, given.get("id")) if isinstance(given, dict) else call


# Destinations that nobody knows


@DEFECTS.breaking("persona.request.unknown-destination")
@answering(500)
def falls_over_letters_beyond_ascii(call: Call) -> bool:
    """Fails where the destination has letters beyond ASCII in it."""
    given = destination_of(call)
    return isinstance(given, str) and not given.isascii()
