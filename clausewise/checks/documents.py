"""JSON documents as the checks read them: by pointer, by shape, and whatever the casing of their keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from clausewise.exchange import Response
from clausewise.walk import is_deeper
from clausewise.wording import phrase

MISSING: Final = object()
"""What stands at a pointer that leads nowhere."""

DEEPEST = 100
"""Levels of nesting; a body that goes deeper is none that a check can read."""

CASINGS: dict[str, Callable[[Sequence[str]], str]] = {
    "camel": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "kebab": "-".join,
    "snake": "_".join,
}
"""How the words of a key are written as one, by the name of the casing."""

_LOOKS: dict[str, Callable[[str], bool]] = {
    "camel": lambda key: "-" not in key and "_" not in key and not key[:1].isupper(),
    "kebab": lambda key: "_" not in key and key == key.lower() and all(key.split("-")),
    "snake": lambda key: "-" not in key and key == key.lower() and all(key.split("_")),
}


def assure_casing(casing: str | None) -> None:
    """Raises ``ValueError`` for a name that is no casing's."""
    if casing is not None and casing not in CASINGS:
        raise ValueError(f"{casing!r} is no casing; the casings are: {', '.join(CASINGS)}")


def document(response: Response, keys: str | None = None) -> Any:
    """The body as JSON, its keys in that casing if one is named; ``MISSING`` if it is none, was cut or is too deep."""
    if response.cut:
        return MISSING
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return MISSING
    if is_deeper(DEEPEST, body, response.body):
        return MISSING
    return recased(body, keys) if keys else body


def value_at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer (RFC 6901); ``MISSING`` if nothing does."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name, MISSING)
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", name, re.ASCII) and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def pointer_to(parent: str, name: str) -> str:
    """The JSON pointer to a member of what stands at another."""
    return f"{parent}/{name.replace('~', '~0').replace('/', '~1')}"


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return kind(one) == kind(other) and bool(one == other)


def kind(value: Any) -> str:
    """The JSON type of a value."""
    match value:
        case dict():
            return "object"
        case list():
            return "array"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case None:
            return "null"
        case _:
            return "string"


def shape(value: Any) -> str:
    """The keys and JSON types of a value, whatever its texts and numbers are: ``{error: string}``."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shape(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(sorted({shape(item) for item in value})) + "]"
    return kind(value)


def as_json(value: Any) -> str:
    """Return a value as JSON, for a message."""
    return phrase("nothing") if value is MISSING else json.dumps(value, ensure_ascii=False, sort_keys=True)


def recased_key(key: str, casing: str) -> str:
    """A key in another casing: ``createdAt`` is ``created-at`` in kebab."""
    words = _words(key)
    return CASINGS[casing](words) if words else key


def _words(key: str) -> list[str]:
    """The words of a key in small letters. A number belongs to the word before it, as camel case cannot part them."""
    words = [""]
    for at, letter in enumerate(key):
        begins = letter.isupper() and (not key[at - 1 : at].isupper() or key[at + 1 : at + 2].islower())
        if letter in "-_" or begins:
            words.append("")
        words[-1] += letter.lower() if letter not in "-_" else ""
    joined: list[str] = []
    for word in filter(None, words):
        if joined and word[0].isdigit():
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def recased(value: Any, casing: str) -> Any:
    """The value with every key, at every depth, in that casing."""
    return _with_keys(value, lambda key: recased_key(key, casing))


def folded(value: Any) -> Any:
    """The value with every key, at every depth, without the traces of any casing."""
    return _with_keys(value, folded_key)


def folded_key(key: str) -> str:
    """``createdAt``, ``created-at`` and ``created_at`` are all ``createdat``."""
    return key.replace("-", "").replace("_", "").lower()


def miscased(value: Any, casing: str) -> list[str]:
    """The keys, at any depth, that are not in that casing."""
    if isinstance(value, dict):
        own = [key for key in value if not _LOOKS[casing](key)]
        return own + [key for item in value.values() for key in miscased(item, casing)]
    return [key for item in value for key in miscased(item, casing)] if isinstance(value, list) else []


def _with_keys(value: Any, changed: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {changed(key): _with_keys(item, changed) for key, item in value.items()}
    return [_with_keys(item, changed) for item in value] if isinstance(value, list) else value
