"""All variants of each mock, by name."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from starlette.types import ASGIApp

from clausewise.contract import load
from clausewise.errors import UsageError
from clausewise.mock import mock_of
from clausewise.variants.change import changed_app, honest
from clausewise.variants.operators import derived
from clausewise.variants.variant import PERMITTED, Variant

_UNCHANGED = Variant("unchanged", "The mock as it is.", honest)


@cache
def variants(api: str) -> tuple[Variant, ...]:
    """Every variant of the mock of an API: defects by hand and by the contract, then permitted differences."""
    written = import_module(f"clausewise.variants.{api}")
    return (*written.DEFECTS, *derived(load(api)), _UNCHANGED, *written.DIFFERENCES)


def defects(api: str) -> tuple[Variant, ...]:
    """What goes wrong in servers of an API."""
    return tuple(one for one in variants(api) if one.kind != PERMITTED)


def variant(api: str, name: str) -> Variant:
    """The variant of that name; ``UsageError`` if there is none."""
    known = {one.name: one for one in variants(api)}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "--list-defects shows the defects"
        raise UsageError(f"the mock of {api} has no variant {name!r}: {hint}")
    return known[name]


def app_of(api: str, name: str) -> ASGIApp:
    """A new application that is the variant of that name."""
    return changed_app(variant(api, name).change, mock_of(api).create_app())
