"""All variants of each mock, by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from clausewise.contract import load
from clausewise.errors import UsageError
from clausewise.mock import RunningMock, mock_of, serve
from clausewise.mock.wire import HTTP_1_0
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, changed_app, honest
from clausewise.variants.operators import derived
from clausewise.variants.variant import Variant

UNCHANGED = Variant("unchanged", "The mock as it is.", honest)


async def _closing(call: Call, mock: Mock) -> Reply:
    return (await mock(call)).having(connection="close")


_OLD = Variant("speaks-http-1-0", "Speaks HTTP/1.0 and keeps no connection.", _closing, wire=HTTP_1_0)


@cache
def variants(api: str) -> tuple[Variant, ...]:
    """Every variant of the mock of an API: defects by hand and by the contract, then permitted differences."""
    written = import_module(f"clausewise.variants.{api}")
    return (*written.DEFECTS, *derived(load(api)), UNCHANGED, _OLD, *written.DIFFERENCES)


def variant(api: str, name: str) -> Variant:
    """The variant of that name; ``UsageError`` if there is none."""
    known = {one.name: one for one in variants(api)}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "--list-defects shows the defects"
        raise UsageError(f"the mock of {api} has no variant {name!r}: {hint}")
    return known[name]


@contextmanager
def serve_variant(api: str, chosen: Variant, *, port: int = 0) -> Iterator[RunningMock]:
    """Serve a variant of the mock of an API while the context is open, on any free port unless told which."""
    app = changed_app(chosen.change, mock_of(api).create_app())
    with serve(api, port=port, app=app, wire=chosen.wire) as running:
        yield running
