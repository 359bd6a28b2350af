"""Defects in what passes for JSON, and in the answer to what does not."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from clausewise.variants.call import Call
from clausewise.variants.change import in_calls
from clausewise.variants.moov.shared import is_json
from clausewise.variants.variant import Variants

DEFECTS = Variants()


@DEFECTS.breaking("moov.400.status")
@in_calls
def stops_reading_after_the_first_value(call: Call) -> Call:
    """Reads the first JSON value of a body and not what comes behind it."""
    try:
        value, _ = json.JSONDecoder().raw_decode(call.body.decode())
    except (ValueError, RecursionError):
        return call
    return call if is_json(call) else call.saying(value)


@DEFECTS.breaking("moov.400.status")
@in_calls
def closes_what_was_left_open(call: Call) -> Call:
    """Reads a body that was cut short, and closes its object."""
    whole = replace(call, body=call.body + b"}")
    return call if is_json(call) or not is_json(whole) else whole


@DEFECTS.breaking("moov.400.status")
@in_calls
def reads_comments(call: Call) -> Call:
    """Reads JSON with comments in it."""
    return call if is_json(call) else replace(call, body=re.sub(rb"/\*.*?\*/|//[^\n]*", b"", call.body))


@DEFECTS.breaking("moov.400.status")
@in_calls
def reads_numbers_that_are_none(call: Call) -> Call:
    """Takes the words NaN and Infinity for JSON."""
    return replace(call, body=re.sub(rb"(?<=[:,\[])(\s*)-?(NaN|Infinity)\b", rb"\g<1>0", call.body))
