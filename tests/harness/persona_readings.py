"""What the document of Persona leaves open: servers that read it otherwise than the mock and break nothing."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from clausewise.mock.persona import (
    VERSIONS,
)
from tests.harness.persona_traps import DESTINATION, asked_fields, attributes_of, spelled
from tests.harness.servers import Call, Mock, Reply, Trap, showing


async def writes_camel_case_unless_told(call: Call, mock: Mock) -> Reply:
    return await mock(call if call.header("key-inflection") else call.having(key_inflection="camel"))


async def refuses_without_a_word(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return Reply(reply.status) if reply.status >= 400 else reply


async def refuses_in_plain_words(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    if reply.status < 400:
        return reply
    return replace(Reply(reply.status).having(content_type="text/plain"), body=b"no")


async def knows_no_further_attributes(call: Call, mock: Mock) -> Reply:
    is_unknown = set(asked_fields(call) or []) & {"colour", "", " created-at"}
    return Reply(400) if is_unknown else await mock(call)


async def takes_every_version(call: Call, mock: Mock) -> Reply:
    return await mock(call.having(persona_version=VERSIONS[0]))


async def takes_every_casing(call: Call, mock: Mock) -> Reply:
    known = call.header("key-inflection") in ("camel", "kebab", "snake")
    return await mock(call if known else call.lacking("key-inflection"))


async def says_422_for_400(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    is_wish = call.header("prefer") is not None
    return replace(reply, status=422) if reply.status == 400 and not is_wish else reply


async def has_no_request_ids(call: Call, mock: Mock) -> Reply:
    return (await mock(call)).lacking("request-id")


async def names_the_media_type_of_json_api(call: Call, mock: Mock) -> Reply:
    return (await mock(call)).having(content_type="application/vnd.api+json")


def minds_reuse_of_a_key(status: int) -> Trap:
    """Has its own status for a key that comes again with another body."""

    async def trap(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return replace(reply, status=status) if b"Idempotency error" in reply.body else reply

    return trap


async def makes_a_connection_of_a_body_with_another_casing(call: Call, mock: Mock) -> Reply:
    attributes = attributes_of(call)
    given = {name: value for name, value in attributes.items() if name != DESTINATION}
    return Reply(422) if given else await mock(call)


@showing
def says_more(call: Call, document: Any) -> None:
    document["included"] = []
    document["data"]["relationships"] = {"organization": {"data": {"type": "organization", "id": str(uuid4())}}}
    if asked_fields(call) is None:
        document["data"]["attributes"][spelled(call, "accepted-at")] = None


READINGS: list[Trap] = [
    writes_camel_case_unless_told,
    refuses_without_a_word,
    knows_no_further_attributes,
    takes_every_version,
    takes_every_casing,
    says_422_for_400,
    has_no_request_ids,
    names_the_media_type_of_json_api,
    makes_a_connection_of_a_body_with_another_casing,
]
