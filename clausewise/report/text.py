"""Makes the text of a record fit to be shown.

What a server sent may try to be more than text: a terminal's escape sequence, a line break that forges a line
of a report, letters that run from right to left, a character that XML forbids. Each such character is shown
by its number instead. Escaping for HTML, Markdown and XML is left to those who write them.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

# Fields in which line breaks belong, and fields of sentences, in which they mean no more than a space.
_TEXTS = frozenset({"body", "curl", "message"})
_SENTENCES = frozenset({"title", "says", "note", "excluded", "reason", "text"})


def harmless(record: T) -> T:
    """A copy of the data in which every text, however deep, is fit to be shown."""
    shown: T = _harmless(record, "")
    return shown


def _harmless(value: Any, field: str) -> Any:
    if isinstance(value, str):
        if field in _TEXTS:
            return _visible(value.replace("\r\n", "\n"), keep="\n\t")
        return _visible(" ".join(value.split()) if field in _SENTENCES else value)
    if isinstance(value, tuple):
        return tuple(_harmless(item, field) for item in value)
    if isinstance(value, dict):
        return {_harmless(key, field): _harmless(item, field) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: _harmless(getattr(value, part.name), part.name) for part in fields(value)}
        return replace(value, **parts)
    return value


def _visible(text: str, keep: str = "") -> str:
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in keep else f"\\u{ord(letter):04x}" for letter in text)


def cut(text: str, limit: int) -> str:
    """The text, or its first characters and how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"
