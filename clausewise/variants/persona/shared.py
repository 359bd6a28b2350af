"""What the variants of Persona share: how to read requests, and how to change requests, answers and connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, quote

from clausewise.mock.persona import (
    API_KEY,
    CONNECTION,
    DESTINATION,
    DESTINATION_ORGANIZATION_IDS,
    FORBIDDEN_API_KEY,
    INFLECTIONS,
)
from clausewise.variants.call import Call
from clausewise.variants.change import Change, showing

FIELDS = f"fields[{CONNECTION}]"
GOOD = f"Bearer {API_KEY}"
FORBIDDEN = f"Bearer {FORBIDDEN_API_KEY}"
OLDEST, NEWEST = "2020-05-18", "2025-12-08"

Data = dict[str, Any]


def key_of(call: Call) -> str | None:
    """The Idempotency-Key of a request; nothing if it has none, or an empty one."""
    return call.header("idempotency-key") or None


def casing_of(call: Call) -> str | None:
    """The casing that a request asks for; nothing if it names none that is known."""
    wanted = call.header("key-inflection")
    return wanted if wanted in INFLECTIONS else None


def spelled(call: Call, name: str) -> str:
    """An attribute as the answer to a call writes it."""
    return INFLECTIONS[casing_of(call) or "kebab"](name)


def asked_fields(call: Call) -> list[str] | None:
    """The attributes that a request asks for; nothing if it does not say."""
    lists = parse_qs(call.query, keep_blank_values=True).get(FIELDS)
    return lists[0].split(",") if lists else None


def asking(call: Call, names: list[str]) -> Call:
    """The same request for these attributes; for all, if none are given."""
    return replace(call, query=f"{quote(FIELDS)}={quote(','.join(names))}" if names else "")


def data_of(call: Call) -> Any:
    """What a request has as its data; nothing if its body is no object."""
    body = call.json()
    return body.get("data") if isinstance(body, dict) else None


def attributes_of(call: Call) -> Data:
    """The attributes that a request gives; empty if there are none."""
    data = data_of(call)
    attributes = data.get("attributes") if isinstance(data, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def destination_of(call: Call) -> Any:
    """What a request names as its destination."""
    return attributes_of(call).get(DESTINATION)


def for_destination(call: Call, destination: Any = DESTINATION_ORGANIZATION_IDS[0]) -> Call:
    """The same request with a body in order."""
    return call.saying({"data": {"attributes": {DESTINATION: destination}}})


def of_attributes(change: Callable[[Call, Data], object]) -> Change:
    """The mock, but that the attributes in each success are changed."""

    @wraps(change)
    def changed(call: Call, document: Any) -> None:
        change(call, document["data"]["attributes"])

    return showing(changed)


def shows(attribute: str, value: Any) -> Change:
    """The mock, but that an attribute has this value wherever it is shown."""

    @of_attributes
    def changed(call: Call, attributes: Data) -> None:
        if spelled(call, attribute) in attributes:
            attributes[spelled(call, attribute)] = value

    return changed


def leaves_out(attribute: str) -> Change:
    """The mock, but that no connection has the attribute."""
    return of_attributes(lambda call, attributes: attributes.pop(spelled(call, attribute), None))
