"""Status codes as contracts write them: ``201``, or ``4XX`` for a whole class, as OpenAPI has it."""

from __future__ import annotations

import re
from collections.abc import Iterable


def statuses(written: object) -> frozenset[int]:
    """The statuses that one entry, or a list of entries, stands for; ``ValueError`` for what is no status."""
    if isinstance(written, list | tuple):
        return frozenset(status for entry in written for status in statuses(entry))
    text = str(written).upper()
    if not re.fullmatch("[1-5]([0-9]{2}|XX)", text, re.ASCII):
        raise ValueError(f"{written!r} is no status and no class of statuses")
    if text.endswith("XX"):
        hundreds = int(text[0]) * 100
        return frozenset(range(hundreds, hundreds + 100))
    return frozenset([int(text)])


def listed(wanted: Iterable[int]) -> str:
    """Statuses in words: ``200 or 4XX``."""
    left, words = set(wanted), []
    for hundreds in range(100, 600, 100):
        whole = set(range(hundreds, hundreds + 100))
        if whole <= left:
            words.append((hundreds, f"{hundreds // 100}XX"))
            left -= whole
    words += [(status, str(status)) for status in left]
    return " or ".join(text for _, text in sorted(words))
