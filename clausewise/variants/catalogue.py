"""All variants of each mock, by name."""

from __future__ import annotations

from clausewise.errors import UsageError
from clausewise.variants import moov, mx, persona
from clausewise.variants.variant import Variant

_DEFECTS = {"moov": moov.DEFECTS, "mx": mx.DEFECTS, "persona": persona.DEFECTS}
_DIFFERENCES = {"moov": moov.DIFFERENCES, "mx": mx.DIFFERENCES, "persona": persona.DIFFERENCES}


def defects(api: str) -> tuple[Variant, ...]:
    """What goes wrong in servers of an API."""
    return _DEFECTS[api]


def differences(api: str) -> tuple[Variant, ...]:
    """What rightful servers of an API do otherwise than its mock."""
    return _DIFFERENCES[api]


def variant(api: str, name: str) -> Variant:
    """The variant of that name; ``UsageError`` if there is none."""
    for one in (*defects(api), *differences(api)):
        if one.name == name:
            return one
    raise UsageError(f"There is no variant {name!r} of the mock of {api}: --list-defects shows them all.")
