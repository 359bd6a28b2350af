"""Small changes of a reply, each of which is one thing that servers get wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clausewise.variants.call import Reply

Edit = Callable[[Reply], Reply]
Place = tuple[str, ...]
"""The names of the properties that lead to a place in a JSON document."""


def with_status(status: int) -> Edit:
    """Another status."""
    return lambda reply: replace(reply, status=status)


def without_header(name: str) -> Edit:
    """The header is gone."""
    return lambda reply: reply.lacking(name)


def with_header(name: str, value: str) -> Edit:
    """The header has this value."""
    return lambda reply: reply.having(**{name: value})


def with_header_twice(name: str) -> Edit:
    """The header comes twice with the same value."""
    return lambda reply: replace(reply, headers=(*reply.headers, (name, reply.value(name) or "")))


def with_body(body: bytes) -> Edit:
    """Another body under the same headers."""
    return lambda reply: reply.holding(body)


def truncated(reply: Reply) -> Reply:
    """The last byte of the body is lost before its length is counted."""
    return reply.holding(reply.body[:-1])


def in_json(change: Callable[[Any], Any]) -> Edit:
    """Another JSON document; a body that is none stays as it is."""
    return lambda reply: reply if reply.json() is None else reply.showing(change(reply.json()))


def in_a_list(document: Any) -> Any:
    """The document as the only element of a list."""
    return [document]


def wrapped(document: Any) -> Any:
    """The document as a property of an object."""
    return {"response": document}


def dropped(place: Place) -> Edit:
    """The property is gone."""
    return _in_object(place, lambda parent, name: {key: value for key, value in parent.items() if key != name})


def renamed(place: Place) -> Edit:
    """The property has another name, in the same casing."""
    return _in_object(
        place, lambda parent, name: {(f"{key}x" if key == name else key): value for key, value in parent.items()}
    )


def with_value(place: Place, value: Any) -> Edit:
    """The property has this value."""
    return _in_object(place, lambda parent, name: {**parent, name: value})


def unwrapped(place: Place) -> Edit:
    """What the property holds stands in place of the object that had it."""
    return _in_object(place, lambda parent, name: parent[name])


def _in_object(place: Place, change: Callable[[dict[str, Any], str], Any]) -> Edit:
    """Changes the object that has the property; where there is no such property, nothing."""
    *parents, name = place

    def within(document: Any, way: list[str]) -> Any:
        if not isinstance(document, dict):
            return document
        if way:
            here, *further = way
            return {**document, here: within(document[here], further)} if here in document else document
        return change(document, name) if name in document else document

    return in_json(lambda document: within(document, parents))
