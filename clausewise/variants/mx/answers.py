"""Defects of successes: their form, and whether each shows a new member."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from clausewise.mock.mx import MEDIA_TYPE
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock, showing
from clausewise.variants.mx.members import Member, asked, of_member
from clausewise.variants.variant import Variants

DEFECTS = Variants()

GUIDS_BEFORE_A_REPETITION = 20


# The form of the answer


@DEFECTS.breaking("mx.response.media-type")
async def names_another_media_type(call: Call, mock: Mock) -> Reply:
    """Names its successes plain JSON."""
    reply = await mock(call)
    return reply.having(content_type="application/json") if reply.status == 200 else reply


@DEFECTS.breaking("mx.response.media-type")
async def names_the_next_version(call: Call, mock: Mock) -> Reply:
    """Names the second version of the media type where a member is an OAuth one."""
    reply = await mock(call)
    is_meant = reply.succeeds and asked(call).get("is_oauth") is True
    return reply.having(content_type=MEDIA_TYPE.replace("v1", "v2")) if is_meant else reply


@DEFECTS.breaking("mx.response.member")
@showing
def has_no_wrapper_without_webhook(call: Call, document: Any) -> None:
    """Shows the member without its wrapper where the webhook is skipped."""
    if asked(call).get("skip_webhook") is True:
        document.update(document.pop("member"))


@DEFECTS.breaking("mx.response.member")
async def cuts_its_answers(call: Call, mock: Mock) -> Reply:
    """Sends a body that ends too soon where the aggregation is skipped."""
    reply = await mock(call)
    is_cut = reply.succeeds and asked(call).get("skip_aggregation") is True
    return reply.holding(reply.body[:-2]) if is_cut else reply


@DEFECTS.breaking("mx.response.member")
async def tells_of_its_failure_with_200(call: Call, mock: Mock) -> Reply:
    """Answers 200 with an error inside where the institution is unknown."""
    reply = await mock(call)
    return Reply(200).showing(reply.json()).having(content_type=MEDIA_TYPE) if reply.status == 422 else reply


# Whether it is new


@DEFECTS.breaking("mx.create.new")
@of_member
def has_one_member_that_is_not_aggregated(wanted: Member, member: Member) -> None:
    """Shows the same member whenever the aggregation is skipped."""
    if wanted.get("skip_aggregation"):
        member["guid"] = "MBR-5f5f0000-0000-4000-8000-000000000002"


@DEFECTS.breaking("mx.create.new")
async def answers_from_a_cache(call: Call, mock: Mock) -> Reply:
    """Keeps the answer of each institution with its options, and gives it again for other credentials."""
    reply = await mock(call)
    options = {name: value for name, value in asked(call).items() if name != "credentials"}
    kept = call.memory.setdefault(str(sorted(options.items())), reply) if reply.succeeds else reply
    return kept if isinstance(kept, Reply) else reply


@DEFECTS.breaking("mx.create.new")
@showing
def begins_to_count_anew(call: Call, document: Any) -> None:
    """Makes guids of a counter that begins anew after twenty members."""
    call.memory["made"] = call.memory.get("made", 0) + 1
    document["member"]["guid"] = f"MBR-{UUID(int=call.memory['made'] % GUIDS_BEFORE_A_REPETITION)}"


@DEFECTS.breaking("mx.create.new")
@showing
def gives_guids_in_pairs(call: Call, document: Any) -> None:
    """Gives the guid of an OAuth member to the next standard one, too."""
    member = document["member"]
    last = call.memory.pop("last", None)
    if asked(call).get("is_oauth"):
        call.memory["last"] = member["guid"]
    elif last:
        member["guid"] = last
