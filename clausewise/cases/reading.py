"""How parsers read a body: as JSON (RFC 8259), or as more than JSON, which its section 9 permits."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import json5

from clausewise.exchange import no_constant

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_LONGEST_EXTENDED = 64 * 1024
"""Characters. The parser of what is more than JSON would take seconds for a longer text."""


@dataclass(frozen=True)
class Reading:
    """The values that parsers read in a body, and the faults of its text.

    There are several values where parsers differ, and none where no value is known.
    """

    values: tuple[Any, ...]
    faults: tuple[str, ...] = ()


def read(body: bytes) -> Reading:
    """Return what parsers read in a body; a byte order mark in front of it is ignored."""
    try:
        text = body.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        with suppress(ValueError):
            return _read_json(text)
        return _read_extended(text)
    except RecursionError:
        return Reading((), ("body/extreme:nesting",))
    except ValueError:
        return Reading((), ("body/extreme:encoding" if _reads_otherwise(body) else "body/syntax",))


def _read_json(text: str) -> Reading:
    """Read JSON; of a key that an object names twice, one parser takes the first value and another one the last.

    Raises:
        ValueError: for what is no JSON, NaN and Infinity among it.
    """
    objects: list[tuple[int, int]] = []

    def taking_last(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        objects.append((len(pairs), len(found)))
        return found

    last = json.loads(text, object_pairs_hook=taking_last, parse_constant=no_constant, parse_int=_integer)
    if all(named == kept for named, kept in objects):
        return Reading((last,))
    first = json.loads(text, object_pairs_hook=lambda pairs: dict(reversed(pairs)), parse_int=_integer)
    return Reading((last, first), ("body/duplicate-key",))


def _read_extended(text: str) -> Reading:
    """Read the first complete value as a lenient parser does, with NaN and Infinity as null.

    Raises:
        ValueError: where there is none.
    """
    if len(text) > _LONGEST_EXTENDED:
        return Reading((), ("body/extension",))
    value, error, _ = json5.parse(
        text, consume_trailing=False, strict=False, parse_constant=lambda name: None, parse_int=_integer
    )
    if error is not None:
        raise ValueError(error)
    return Reading((value,), ("body/extension",))


def _reads_otherwise(body: bytes) -> bool:
    """Whether a lenient parser finds JSON in what is not UTF-8: in UTF-16 or UTF-32, or with characters replaced."""
    for guess in (body, body.decode("utf-8", "replace")):
        with suppress(ValueError, RecursionError):
            json.loads(guess)
            return True
    return False


def _integer(digits: str, base: int = 10) -> float:
    """Python refuses to read integers of more than 4300 digits; for the tags they are as good as infinite."""
    return int(digits, base) if len(digits) < 400 else math.inf
