"""What goes wrong in servers of Persona, with the clauses that each defect breaks."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, quote

from clausewise.mock.persona import (
    API_KEY,
    DESTINATION_ORGANIZATION_IDS,
    FORBIDDEN_API_KEY,
    camel,
    snake,
)
from tests.harness.servers import Call, Mock, Reply, Trap, showing

FIELDS = "fields[connect/connection]"
DESTINATION = "destination-organization-id"
BROKEN_OFF = Reply(201).having(content_length="99")
GOOD = f"Bearer {API_KEY}"

Data = dict[str, Any]


def spelled(call: Call, name: str) -> str:
    """An attribute as the answer to a call writes it."""
    return {"camel": camel, "snake": snake}.get(call.header("key-inflection") or "", str)(name)


def asked_fields(call: Call) -> list[str] | None:
    """The attributes that a request asks for; nothing if it does not say."""
    lists = parse_qs(call.query, keep_blank_values=True).get(FIELDS)
    return lists[0].split(",") if lists else None


def asking(call: Call, names: list[str]) -> Call:
    """The same request for these attributes; for all, if none are given."""
    return replace(call, query=f"{quote(FIELDS)}={quote(','.join(names))}" if names else "")


def attributes_of(call: Call) -> Data:
    """The attributes that a request gives; empty if there are none."""
    body = call.json()
    data = body.get("data") if isinstance(body, dict) else None
    attributes = data.get("attributes") if isinstance(data, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def for_destination(call: Call, destination: str) -> Call:
    """The same request with a body in order."""
    return call.saying({"data": {"attributes": {DESTINATION: destination}}})


def of_attributes(change: Callable[[Call, Data], object]) -> Trap:
    """The mock, but that the attributes in each success are changed."""

    @wraps(change)
    def changed(call: Call, document: Any) -> None:
        change(call, document["data"]["attributes"])

    return showing(changed)


def shows(attribute: str, value: Any) -> Trap:
    """The mock, but that an attribute has this value wherever it is shown."""

    @of_attributes
    def changed(call: Call, attributes: Data) -> None:
        if spelled(call, attribute) in attributes:
            attributes[spelled(call, attribute)] = value

    return changed


def leaves_out(attribute: str) -> Trap:
    """The mock, but that no connection has the attribute."""
    return of_attributes(lambda call, attributes: attributes.pop(spelled(call, attribute), None))


# Callers


async def forbids_strangers(call: Call, mock: Mock) -> Reply:
    return await mock(call) if call.header("authorization") else Reply(403)


async def knows_every_key(call: Call, mock: Mock) -> Reply:
    told = call.header("authorization") or ""
    is_unknown = told.startswith("Bearer ") and told not in (GOOD, f"Bearer {FORBIDDEN_API_KEY}")
    return await mock(call.having(authorization=GOOD) if is_unknown else call)


async def reads_no_scheme(call: Call, mock: Mock) -> Reply:
    is_digest = (call.header("authorization") or "").startswith("Digest")
    return await mock(call.having(authorization=GOOD) if is_digest else call)


async def hides_from_forbidden_callers(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, status=404) if call.header("authorization") == f"Bearer {FORBIDDEN_API_KEY}" else reply


# Requests


async def hangs_up_on_half_a_character(call: Call, mock: Mock) -> Reply:
    return BROKEN_OFF if b"\\ud800" in call.body else await mock(call)


async def falls_over_depth(call: Call, mock: Mock) -> Reply:
    return Reply(500) if b"[" * 100 in call.body or b'{"a":' * 100 in call.body else await mock(call)


async def takes_a_number_for_a_destination(call: Call, mock: Mock) -> Reply:
    is_number = isinstance(attributes_of(call).get(DESTINATION), int)
    return await mock(for_destination(call, DESTINATION_ORGANIZATION_IDS[0]) if is_number else call)


async def takes_data_in_a_list(call: Call, mock: Mock) -> Reply:
    body = call.json()
    listed = body.get("data") if isinstance(body, dict) else None
    return await mock(call.saying({"data": listed[0]}) if listed and isinstance(listed, list) else call)


async def ignores_wishes(call: Call, mock: Mock) -> Reply:
    return await mock(call.lacking("prefer"))


# Keys of idempotency


async def forgets_keys(call: Call, mock: Mock) -> Reply:
    return await mock(call.lacking("idempotency-key"))


def counts_replays() -> Trap:
    """Tells in each answer to a key how often the key came before."""
    times: dict[str, int] = {}

    async def trap(call: Call, mock: Mock) -> Reply:
        key = call.header("idempotency-key")
        reply = await mock(call)
        document = reply.json()
        if not key or reply.status != 201:
            return reply
        times[key] = times.get(key, 0) + 1
        return reply.showing({**document, "meta": {"replays": times[key]}})

    return trap


def has_one_connection_for_all_keys() -> Trap:
    """Gives what the first key got to all others."""
    first: list[Reply] = []

    async def trap(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        if not call.header("idempotency-key") or reply.status != 201:
            return reply
        first.append(reply)
        document = first[0].json()
        document["data"]["attributes"] = reply.json()["data"]["attributes"]
        return reply.showing(document)

    return trap


# Lists of fields


async def always_shows_the_last_change(call: Call, mock: Mock) -> Reply:
    return await mock(asking(call, []) if asked_fields(call) == ["updated-at"] else call)


async def reads_two_fields_at_most(call: Call, mock: Mock) -> Reply:
    return await mock(asking(call, (asked_fields(call) or [])[:2]))


async def shows_all_for_an_unknown_name(call: Call, mock: Mock) -> Reply:
    return await mock(asking(call, []) if "colour" in (asked_fields(call) or []) else call)


@showing
def trims_the_id_with_the_fields(call: Call, document: Any) -> None:
    if asked_fields(call) is not None:
        del document["data"]["id"]


@showing
def has_one_id_for_a_part(call: Call, document: Any) -> None:
    if asked_fields(call) is not None:
        document["data"]["id"] = "cxn_part"


# Casings


async def recases_the_first_level_alone(call: Call, mock: Mock) -> Reply:
    wanted = call.header("key-inflection")
    return await mock(call.having(key_inflection="kebab") if wanted in ("camel", "snake") else call)


@of_attributes
def takes_kebab_for_snake(call: Call, attributes: Data) -> None:
    if call.header("key-inflection") == "kebab":
        for name in list(attributes):
            attributes[snake(name)] = attributes.pop(name)


@of_attributes
def mixes_casings(call: Call, attributes: Data) -> None:
    if call.header("key-inflection") is None and "created-at" in attributes:
        attributes["createdAt"] = attributes.pop("created-at")


@of_attributes
def knows_more_in_camel_case(call: Call, attributes: Data) -> None:
    if call.header("key-inflection") == "camel" and asked_fields(call) is None:
        attributes["note"] = None


# Answers


async def says_200(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, status=200) if reply.status == 201 else reply


@showing
def has_no_wrapper_for_a_charset(call: Call, document: Any) -> None:
    if "charset" in (call.header("content-type") or ""):
        document.update(document.pop("data"))


@of_attributes
def leads_elsewhere_in_snake_case(call: Call, attributes: Data) -> None:
    if "destination_organization_id" in attributes:
        attributes["destination_organization_id"] = "org_elsewhere"


@of_attributes
def comes_from_next_door(call: Call, attributes: Data) -> None:
    name = spelled(call, "source-organization-id")
    if name in attributes:
        attributes[name] = f"org_beside_{attributes_of(call).get(DESTINATION)}"


@showing
def keeps_no_attributes_of_a_key(call: Call, document: Any) -> None:
    if call.header("idempotency-key"):
        document["data"]["attributes"] = []


@showing
def has_ids_of_another_kind(_: Call, document: Any) -> None:
    document["data"]["id"] = document["data"]["id"].removeprefix("cxn_")


@showing
def has_a_type_of_another_kind(_: Call, document: Any) -> None:
    document["data"]["type"] = "connection"


STATUSES = {f"persona.{status}.status" for status in (400, 401, 403, 409, 422, 429)}

# Each from the outside to the inside, the first one hearing of a request first and of its answer last.
BEHAVIOUR: list[tuple[Trap, set[str]]] = [
    (forbids_strangers, {"persona.key.missing"}),
    (knows_every_key, {"persona.key.unrecognised"}),
    (reads_no_scheme, {"persona.key.form"}),
    (hangs_up_on_half_a_character, {"persona.errors.listed"}),
    (takes_a_number_for_a_destination, {"persona.request.destination"}),
    (has_no_wrapper_for_a_charset, {"persona.response.data"}),
    (says_200, {"persona.create.created"}),
    (recases_the_first_level_alone, {"persona.inflection.camel", "persona.inflection.snake"}),
    (forgets_keys, {"persona.idempotency.same", "persona.idempotency.replay"}),
    (
        trims_the_id_with_the_fields,
        {
            "persona.sample.id",
            "persona.fields.one",
            "persona.fields.several",
            "persona.fields.in-casings",
            "persona.fields.with-unknown",
        },
    ),
    (has_a_type_of_another_kind, {"persona.sample.type"}),
    (shows("status", "active"), {"persona.create.pending", "persona.create.pending-in-fields"}),
    (leaves_out("created-at"), {"persona.sample.created-at"}),
    (comes_from_next_door, {"persona.create.source"}),
]

SHAPES: list[tuple[Trap, set[str]]] = [
    (hides_from_forbidden_callers, {"persona.key.forbidden"}),
    (falls_over_depth, {"persona.errors.listed"}),
    (takes_data_in_a_list, {"persona.request.object"}),
    (ignores_wishes, STATUSES),
    (keeps_no_attributes_of_a_key, {"persona.sample.attributes"}),
    (counts_replays(), {"persona.idempotency.replay"}),
    (has_one_connection_for_all_keys(), {"persona.idempotency.other"}),
    (has_ids_of_another_kind, {"persona.sample.id"}),
    (has_one_id_for_a_part, {"persona.create.new"}),
    (takes_kebab_for_snake, {"persona.inflection.kebab"}),
    (mixes_casings, {"persona.inflection.absent"}),
    (knows_more_in_camel_case, {"persona.inflection.same"}),
    (always_shows_the_last_change, {"persona.fields.one", "persona.fields.in-casings"}),
    (reads_two_fields_at_most, {"persona.fields.several"}),
    (shows_all_for_an_unknown_name, {"persona.fields.with-unknown"}),
    (leads_elsewhere_in_snake_case, {"persona.create.destination"}),
    (leaves_out("source-organization-id"), {"persona.sample.source-organization-id"}),
    (shows("updated-at", 1_795_253_400), {"persona.sample.updated-at"}),
]

NAMELESS: list[tuple[Trap, set[str]]] = [
    (leaves_out("status"), {"persona.sample.status", "persona.create.pending"}),
    (leaves_out(DESTINATION), {"persona.sample.destination-organization-id"}),
]
