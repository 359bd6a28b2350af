"""What rightful servers of MX say otherwise than the mock when they refuse, or ask to wait."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.mx import EXPIRED_SESSION_TOKEN
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.mx.members import refused
from clausewise.variants.variant import Variants

DIFFERENCES = Variants()


def tells_of_expiry(reply: Reply) -> bool:
    """Whether a refusal is that of an expired session, of which the document promises the code."""
    return b"4011" in reply.body


# How a refusal looks


@DIFFERENCES.permitted
async def fails_to_process_where_others_do_not_understand(call: Call, mock: Mock) -> Reply:
    """Answers 422 in place of 400."""
    reply = await mock(call)
    return replace(reply, status=422) if reply.status == 400 else reply


@DIFFERENCES.permitted
async def buries_the_code_as_text(call: Call, mock: Mock) -> Reply:
    """Answers 403 to an expired session, with its code as a text deep inside the body."""
    reply = await mock(call)
    if call.header("md-session-token") != EXPIRED_SESSION_TOKEN:
        return reply
    return Reply(403).saying({"errors": [{"meta": {"codes": ["E1", "4011"]}, "title": "expired"}]})


@DIFFERENCES.permitted
async def writes_the_code_in_a_sentence(call: Call, mock: Mock) -> Reply:
    """Tells of an expired session in one sentence of plain text, with its code."""
    reply = await mock(call)
    plain = replace(reply.having(content_type="text/plain"), body=b"Error 4011: the session has expired.")
    return plain.lacking("content-length") if tells_of_expiry(reply) else reply


@DIFFERENCES.permitted
async def refuses_without_a_word(call: Call, mock: Mock) -> Reply:
    """Refuses with a status alone, but for an expired session."""
    reply = await mock(call)
    return reply if reply.status == 200 or tells_of_expiry(reply) else Reply(reply.status)


@DIFFERENCES.permitted
async def refuses_in_plain_words(call: Call, mock: Mock) -> Reply:
    """Refuses with a word of plain text, but for an expired session."""
    reply = await mock(call)
    if reply.status == 200 or tells_of_expiry(reply):
        return reply
    return replace(Reply(reply.status).having(content_type="text/plain"), body=b"no")


# Sessions and pace


@DIFFERENCES.permitted
async def hides_itself_from_strangers(call: Call, mock: Mock) -> Reply:
    """Answers 404 to callers without a session."""
    reply = await mock(call)
    return Reply(404) if reply.status == 401 and not tells_of_expiry(reply) else reply


@DIFFERENCES.permitted
async def asks_to_wait_at_times(call: Call, mock: Mock) -> Reply:
    """Answers 429 at two calls, and says that no second need pass."""
    return Reply(429).having(retry_after="0") if call.number in (6, 60) else await mock(call)


@DIFFERENCES.permitted
async def asks_to_wait_for_milliseconds(call: Call, mock: Mock) -> Reply:
    """Answers 429 at two calls, and says in milliseconds how long to wait."""
    return refused(429, 4290).having(x_retry_in="5ms") if call.number in (3, 30) else await mock(call)
