"""JSON documents as the checks read them: by pointer, by shape, and whatever the casing of their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from clausewise.exchange import Response

MISSING: Final = object()
"""What stands at a pointer that leads nowhere."""

CASINGS: dict[str, Callable[[Sequence[str]], str]] = {
    "camel": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "kebab": "-".join,
    "snake": "_".join,
}
"""How the words of a key are written as one, by the name of the casing."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^A-Z_-]+")


def document(response: Response, keys: str | None = None) -> Any:
    """The body as JSON, its keys in that casing if one is named; ``MISSING`` if it is none or was cut."""
    if response.cut:
        return MISSING
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return MISSING
    return recased(body, keys) if keys else body


def value_at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer (RFC 6901) into objects and lists; ``MISSING`` if nothing does."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name, MISSING)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def shape(value: Any) -> str:
    """The keys and JSON types of a value, whatever its texts and numbers are: ``{error: string}``."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {shape(value[key])}" for key in sorted(value)) + "}"
        case list():
            return "[" + ", ".join(sorted({shape(item) for item in value})) + "]"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case None:
            return "null"
        case _:
            return "string"


def scalars(value: Any) -> Iterator[Any]:
    """Every text, number, truth value and null in a value, at any depth."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from scalars(item)
    else:
        yield value


def recased_key(key: str, casing: str) -> str:
    """A key in another casing: ``createdAt`` is ``created-at`` in kebab."""
    words = [word.lower() for word in _WORD.findall(key)]
    return CASINGS[casing](words) if words else key


def recased(value: Any, casing: str) -> Any:
    """The value with every key, at every depth, in that casing."""
    if isinstance(value, dict):
        return {recased_key(key, casing): recased(item, casing) for key, item in value.items()}
    return [recased(item, casing) for item in value] if isinstance(value, list) else value


def miscased(value: Any, casing: str) -> list[str]:
    """The keys, at any depth, that are not in that casing."""
    if isinstance(value, dict):
        own = [key for key in value if recased_key(key, casing) != key]
        return own + [key for item in value.values() for key in miscased(item, casing)]
    return [key for item in value for key in miscased(item, casing)] if isinstance(value, list) else []
