"""Defects derived from a contract: each documented response, with one part of it changed as servers may get it wrong.

What a document leaves open breaks nothing, and is not derived. Of the clauses that a derived defect names, it breaks
at least one: which of them, depends on the requests that get the response.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clausewise.cases.expectation import VALID
from clausewise.contract import Clause, Contract, statuses
from clausewise.variants import edits
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.edits import Edit, Place
from clausewise.variants.variant import BASELINE, DERIVED, Variant

_BODY_CHECKS = (
    "body-schema",
    "constant-value",
    "distinct-values",
    "echo",
    "key-casing",
    "known-value",
    "names-fault",
    "same-value",
    "sparse-fieldset",
    "unique-value",
)
_WRONG_VALUES: tuple[Any, ...] = (17, "something else", True)
_HTML = b"<html><body>Something came.</body></html>"


class _Response:
    """A documented response of a contract, by its name in OpenAPI: a status or a class of statuses."""

    def __init__(self, contract: Contract, name: str, described: Mapping[str, Any]) -> None:
        self.name = name
        self.statuses = statuses(name)
        self.described = described
        self._contract = contract

    def clauses(self, *checks: str, argument: str = "status") -> list[Clause]:
        """The binding clauses with these checks of which that argument, if they have it, names such a status."""
        return [
            clause
            for clause in self._contract.clauses
            if clause.level.binding and clause.check in checks
            if argument not in clause.arguments or self.statuses & statuses(clause.arguments[argument])
        ]

    def variant(self, what: str, says: str, edit: Edit, breaks: tuple[str, ...]) -> Variant:
        """The defect that such a response is edited."""

        async def change(call: Call, mock: Mock) -> Reply:
            reply = await mock(call)
            return edit(reply) if reply.status in self.statuses else reply

        return Variant(f"{self.name.lower()}-{what}", f"In answers {self.name}, {says}.", change, breaks, DERIVED)


def derived(contract: Contract) -> tuple[Variant, ...]:
    """The defects that follow from the documented responses of a contract."""
    found: list[Variant] = []
    for path in contract.openapi["paths"].values():
        for operation in path.values():
            responses = [_Response(contract, name, told) for name, told in operation["responses"].items()]
            for response in responses:
                found += _other_statuses(response, responses)
                found += _headers(response)
                found += _media_types(response)
                found += _bodies(contract, response)
    return tuple(found)


def _other_statuses(response: _Response, documented: list[_Response]) -> Iterator[Variant]:
    """The status changed: to its neighbour, to the next documented one, to one of its class that nobody documented."""
    own = min(response.statuses)
    others = [min(other.statuses) for other in documented if other is not response]
    others = [status for status in others if status != 429]  # an answer about pace, at any time
    next_one = next((status for status in others if status > own), others[0])
    for status in dict.fromkeys((own + 1, next_one, own // 100 * 100 + 99)):
        breaks = _asking_for(response, status)
        if breaks:
            yield response.variant(f"status-{status}", f"the status is {status}", edits.with_status(status), breaks)


def _asking_for(response: _Response, other: int) -> tuple[str, ...]:
    """The clauses that ask for a documented status most narrowly, and do not allow the other one.

    Of successes, those about known-good requests; and without success, nothing can be judged.
    """
    is_refusal = min(response.statuses) >= 300
    about = [
        clause
        for clause in response.clauses("status", argument="expect")
        if not (is_refusal and _leaves_a_choice(clause))
    ]
    if not is_refusal:
        root = (BASELINE,) if other >= 300 else ()
        good = [clause for clause in about if VALID in clause.when and other not in _allowed(clause)]
        return (*(clause.id for clause in good), *root)
    width = {clause.id: len(statuses(clause.arguments["expect"])) for clause in about}
    narrowest = [clause for clause in about if width[clause.id] == min(width.values())]
    return tuple(clause.id for clause in narrowest if other not in _allowed(clause))


def _headers(response: _Response) -> Iterator[Variant]:
    """A promised header dropped, emptied, repeated, or the same each time."""
    promised = [name for name, told in response.described.get("headers", {}).items() if told.get("required")]
    for name in promised:
        changes: dict[str, tuple[Edit, str]] = {
            "dropped": (edits.without_header(name), "header-present"),
            "emptied": (edits.with_header(name, ""), "header-present"),
            "repeated": (edits.with_header_twice(name), "header-present"),
            "constant": (edits.with_header(name, "constant"), "header-unique"),
        }
        for what, (edit, check) in changes.items():
            breaks = tuple(clause.id for clause in response.clauses(check) if clause.arguments["header"] == name)
            if breaks:
                yield response.variant(f"{name}-{what}", f"the header {name} is {what}", edit, breaks)


def _media_types(response: _Response) -> Iterator[Variant]:
    """The media type of a body dropped, or changed."""
    breaks = tuple(clause.id for clause in response.clauses("media-type"))
    changes = {
        "dropped": edits.without_header("content-type"),
        "changed": edits.with_header("content-type", "text/plain"),
    }
    for what, edit in changes.items() if breaks else ():
        yield response.variant(f"media-type-{what}", f"the media type of the body is {what}", edit, breaks)


def _bodies(contract: Contract, response: _Response) -> Iterator[Variant]:
    """A body that is no longer of its schema, as a whole or in one property."""
    clauses = response.clauses(*_BODY_CHECKS)
    whole = tuple(clause.id for clause in clauses if "at" not in clause.arguments)
    for content in response.described.get("content", {}).values():
        schema = contract.schemas.resolved(content["schema"])
        wholes = {
            "emptied": edits.with_body(b""),
            "truncated": edits.truncated,
            "html": edits.with_body(_HTML),
            "null": edits.with_body(b"null"),
            "in-a-list": edits.in_json(edits.in_a_list),
        }
        if contract.schemas.violations(schema, edits.wrapped({})):
            wholes["wrapped"] = edits.in_json(edits.wrapped)
        for what, edit in wholes.items():
            yield response.variant(f"body-{what}", f"the body is {what.replace('-', ' ')}", edit, whole)
        for place, what, edit in _properties(contract, schema, ()):
            name, breaks = "-".join(place), tuple(clause.id for clause in clauses if _is_about(clause, place))
            yield response.variant(f"{name}-{what}", f"the property /{'/'.join(place)} is {what}", edit, breaks)


def _properties(contract: Contract, schema: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, str, Edit]]:
    """Each property, with what is changed: dropped, renamed, another value, unwrapped; and those within it."""
    for name, written in schema.get("properties", {}).items():
        own, here = contract.schemas.resolved(written), (*place, name)
        if name in schema.get("required", ()):
            yield here, "dropped", edits.dropped(here)
            yield here, "renamed", edits.renamed(here)
        for what, value in _wrong_values(contract, own):
            yield here, what, edits.with_value(here, value)
        if schema.get("required") == [name] and own.get("type") == "object":
            yield here, "unwrapped", edits.unwrapped(here)
        yield from _properties(contract, own, here)


def _is_about(clause: Clause, place: Place) -> bool:
    """Whether a clause about bodies looks at a place, at what it is in, or at what is in it."""
    here = f"/{'/'.join(place)}"
    return any(f"{here}/".startswith(f"{at}/") or f"{at}/".startswith(f"{here}/") for at in clause.places or ("",))


def _wrong_values(contract: Contract, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A value of another type, one that is no longer among those allowed, and null; where the schema refuses them."""
    refused = [value for value in (*_WRONG_VALUES, None) if contract.schemas.violations(schema, value)]
    named = schema.get("type", "string")
    is_text = "string" in named if isinstance(named, list) else named == "string"
    for value in refused:
        if value is None:
            yield "nulled", value
        elif isinstance(value, str) and is_text:
            yield "changed", value
        elif value == next((other for other in refused if not (isinstance(other, str) and is_text)), None):
            yield "retyped", value


def _leaves_a_choice(clause: Clause) -> bool:
    """Whether a clause lets a target accept a request as well as refuse it."""
    return min(statuses(clause.arguments["expect"])) < 300


def _allowed(clause: Clause) -> frozenset[int]:
    """The statuses that do not break a clause about requests."""
    return statuses(clause.arguments["expect"]) | statuses(list(clause.arguments.get("inconclusive", ())))
