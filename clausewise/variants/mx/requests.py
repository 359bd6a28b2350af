"""Defects of standard members: good requests that are refused, and refusable ones that create a member."""

from __future__ import annotations

from dataclasses import replace

from clausewise.mock.mx import STANDARD_INSTITUTION
from clausewise.variants.call import Call, Reply
from clausewise.variants.change import Mock
from clausewise.variants.mx.members import asked, asking, fresh_credentials, is_standard, refused
from clausewise.variants.variant import Variants

DEFECTS = Variants()


# A standard member


@DEFECTS.breaking("mx.create.status")
async def says_201_at_times(call: Call, mock: Mock) -> Reply:
    """Answers 201 where skip_aggregation is said to be false and nothing else is said."""
    reply = await mock(call)
    wanted = asked(call)
    is_meant = wanted.get("skip_aggregation") is False and len(wanted) == 3
    return replace(reply, status=201) if reply.status == 200 and is_meant else reply


@DEFECTS.breaking("mx.create.status")
async def says_202_where_the_aggregation_is_skipped(call: Call, mock: Mock) -> Reply:
    """Answers 202 where nothing is aggregated yet."""
    reply = await mock(call)
    return replace(reply, status=202) if reply.succeeds and asked(call).get("skip_aggregation") is True else reply


@DEFECTS.breaking("mx.create.status")
async def refuses_a_member_that_is_said_to_be_no_oauth_one(call: Call, mock: Mock) -> Reply:
    """Refuses is_oauth where it is false, since only its presence counts."""
    is_refused = asked(call).get("is_oauth") is False
    return refused(400, 4002) if is_refused else await mock(call)


@DEFECTS.breaking("mx.create.status")
async def wants_its_parameters_in_one_order(call: Call, mock: Mock) -> Reply:
    """Refuses a member whose credentials come before its institution."""
    order = [name for name in asked(call) if name in ("institution_guid", "credentials")]
    return refused(400, 4001) if order == ["credentials", "institution_guid"] else await mock(call)


# What a standard member must have


@DEFECTS.breaking("mx.standard.required")
async def needs_no_credentials(call: Call, mock: Mock) -> Reply:
    """Creates a member without credentials where nothing is said of OAuth."""
    if is_standard(call) and not {"credentials", "is_oauth"} & set(asked(call)):
        call = asking(call, asked(call) | {"credentials": fresh_credentials()})
    return await mock(call)


@DEFECTS.breaking("mx.standard.required")
async def takes_an_empty_list_for_credentials(call: Call, mock: Mock) -> Reply:
    """Creates a member where the list of credentials is empty."""
    if is_standard(call) and asked(call).get("credentials") == [] and not asked(call).get("is_oauth"):
        call = asking(call, asked(call) | {"credentials": fresh_credentials()})
    return await mock(call)


@DEFECTS.breaking("mx.standard.required")
async def takes_a_false_is_oauth_for_a_true_one(call: Call, mock: Mock) -> Reply:
    """Needs no credentials where is_oauth is there, even if it is false."""
    member = asked(call)
    if is_standard(call) and member.get("is_oauth") is False and "credentials" not in member:
        call = asking(call, member | {"credentials": fresh_credentials()})
    return await mock(call)


@DEFECTS.breaking("mx.standard.required")
async def needs_no_credentials_where_the_aggregation_is_skipped(call: Call, mock: Mock) -> Reply:
    """Creates a member without credentials where they would not be used at once."""
    member = asked(call)
    if is_standard(call) and member.get("skip_aggregation") is True and not {"credentials", "is_oauth"} & set(member):
        call = asking(call, member | {"credentials": fresh_credentials()})
    return await mock(call)


@DEFECTS.breaking("mx.standard.required")
async def creates_oauth_members_of_no_institution(call: Call, mock: Mock) -> Reply:
    """Creates an OAuth member where no institution is named."""
    if asked(call).get("is_oauth") is True and "institution_guid" not in asked(call):
        call = asking(call, {"institution_guid": STANDARD_INSTITUTION.guid, "credentials": fresh_credentials()})
    return await mock(call)


@DEFECTS.breaking("mx.standard.required")
async def takes_its_first_institution_where_none_is_named(call: Call, mock: Mock) -> Reply:
    """Creates a member of an institution of its own choice where none is asked for."""
    member = asked(call)
    if "credentials" in member and "institution_guid" not in member:
        call = asking(call, member | {"institution_guid": STANDARD_INSTITUTION.guid})
    return await mock(call)


# Webhooks


@DEFECTS.breaking("mx.webhook.header")
async def knows_the_webhook_parameter_alone(call: Call, mock: Mock) -> Reply:
    """Refuses the header MX-Skip-Webhook where the parameter does not say the same."""
    is_strange = call.header("mx-skip-webhook") == "true" and "skip_webhook" not in asked(call)
    return Reply(400).saying({"error": "unknown header"}) if is_strange else await mock(call)


@DEFECTS.breaking("mx.webhook.header", "mx.webhook.both")
async def knows_no_webhook_header(call: Call, mock: Mock) -> Reply:
    """Refuses the header MX-Skip-Webhook."""
    is_strange = call.header("mx-skip-webhook") == "true"
    return Reply(400).saying({"error": "unknown header"}) if is_strange else await mock(call)


@DEFECTS.breaking("mx.webhook.parameter")
async def refuses_a_webhook_that_is_wanted(call: Call, mock: Mock) -> Reply:
    """Refuses skip_webhook where it is false."""
    is_refused = asked(call).get("skip_webhook") is False
    return Reply(400).saying({"error": "skip_webhook"}) if is_refused else await mock(call)


@DEFECTS.breaking("mx.webhook.parameter")
async def takes_two_options_at_most(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where skip_webhook comes as the third option of a standard member."""
    member = asked(call)
    is_full = member.get("is_oauth") is False and {"skip_aggregation", "skip_webhook"} <= set(member)
    return Reply(500) if is_full else await mock(call)


@DEFECTS.breaking("mx.webhook.both")
async def falls_over_two_wishes_about_webhooks(call: Call, mock: Mock) -> Reply:
    """Fails with 500 where the header and the parameter come together."""
    return Reply(500) if call.header("mx-skip-webhook") and "skip_webhook" in asked(call) else await mock(call)
