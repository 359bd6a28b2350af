"""Going through a JSON value without recursion, whatever its depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def walk(value: Any) -> Iterator[tuple[Any, int]]:
    """Every value in a JSON value, itself first, and every key, each with its depth."""
    left = [(value, 0)]
    while left:
        item, depth = left.pop()
        yield item, depth
        if isinstance(item, dict):
            left += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            left += [(part, depth + 1) for part in item]


def is_deeper(levels: int, value: Any, text: bytes) -> bool:
    """Whether a JSON value nests deeper than that; most often the brackets of its text are too few for it."""
    return text.count(b"[") + text.count(b"{") > levels and any(depth > levels for _, depth in walk(value))
