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
