"""What parsers may do that read more than JSON, or less of it, as RFC 8259, section 9, permits."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import json5

from clausewise.exchange import no_constant
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, in_calls
from clausewise.walk import walk

DEEP = re.compile(rb"([\[{][^\[{\]}]*){50}")
LONGEST_TEXT = 256


def is_json(body: bytes) -> bool:
    """Whether a body is JSON, of which a deep one is taken on trust."""
    try:
        json.loads(body, parse_constant=no_constant)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def with_text(call: Call, body: bytes) -> Call:
    """The same call with this body as it stands."""
    return replace(call.lacking("content-length"), body=body)


@in_calls
def first_value_alone(call: Call) -> Call:
    """Reads the first JSON value of a body and not what comes behind it."""
    text = call.body.decode("utf-8", "replace").lstrip()
    try:
        _, end = json.JSONDecoder(parse_constant=no_constant).raw_decode(text)
    except (ValueError, RecursionError):
        return call
    return call if is_json(call.body) else with_text(call, text[:end].encode())


@in_calls
def trailing_commas(call: Call) -> Call:
    """Reads JSON with a comma after the last value."""
    return call if is_json(call.body) else with_text(call, re.sub(rb",\s*([}\]])", rb"\g<1>", call.body))


@in_calls
def comments(call: Call) -> Call:
    """Reads JSON with comments in it."""
    return call if is_json(call.body) else with_text(call, re.sub(rb"/\*.*?\*/|//[^\n]*", b"", call.body))


@in_calls
def numbers_that_are_none(call: Call) -> Call:
    """Takes the words NaN and Infinity for JSON."""
    return with_text(call, re.sub(rb"(?<=[:,\[])(\s*)-?(NaN|Infinity)\b", rb"\g<1>0", call.body))


@in_calls
def json5_alone(call: Call) -> Call:
    """Reads JSON5, with single quotes, keys without quotes, comments and commas."""
    if is_json(call.body):
        return call
    value, error, _ = json5.parse(call.body.decode("utf-8", "replace") or " ", parse_constant=lambda name: None)
    return call if error else with_text(call, json.dumps(value).encode())


async def fails_at_depth(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where a body nests fifty levels deep."""
    return Reply(500) if DEEP.search(call.body) else await mock(call)


async def fails_at_long_texts(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where a text has more than 256 characters."""
    texts = (text for text, _ in walk(call.json()) if isinstance(text, str))
    return Reply(500) if any(len(text) > LONGEST_TEXT for text in texts) else await mock(call)
