"""Defects of what a member shows: whether it is aggregated, whether it is an OAuth one, and its name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from clausewise.mock.mx import STANDARD_INSTITUTION
from clausewise.variants.call import Call
from clausewise.variants.change import showing
from clausewise.variants.mx.members import Member, asked, of_member
from clausewise.variants.variant import Variants

DEFECTS = Variants()

LONGEST_NAME = 20
LAST_OF_THE_FIRST_PLANE = "\uffff"


# Aggregation


@DEFECTS.breaking("mx.aggregation.starts", "mx.aggregation.skipped", "mx.oauth.not-yet")
@of_member
def reads_skip_aggregation_the_wrong_way_round(wanted: Member, member: Member) -> None:
    """Aggregates where it should not, and does not where it should."""
    member |= {"is_being_aggregated": wanted.get("skip_aggregation", False), "most_recent_job_guid": None}


def is_left_alone(member: Member) -> None:
    """Show a member that nobody aggregates."""
    member |= {"is_being_aggregated": False, "most_recent_job_guid": None}


@DEFECTS.breaking("mx.aggregation.starts")
@of_member
def takes_a_false_skip_aggregation_for_a_true_one(wanted: Member, member: Member) -> None:
    """Skips the aggregation where skip_aggregation is there, even if it is false."""
    if "skip_aggregation" in wanted:
        is_left_alone(member)


@DEFECTS.breaking("mx.aggregation.starts")
@showing
def skips_the_aggregation_by_the_webhook_header(call: Call, document: Any) -> None:
    """Skips the aggregation where the header asks for no webhook."""
    if call.header("mx-skip-webhook") == "true":
        is_left_alone(document["member"])


@DEFECTS.breaking("mx.aggregation.skipped")
@showing
def aggregates_in_spite_of_the_webhook_header(call: Call, document: Any) -> None:
    """Forgets skip_aggregation where the header asks for no webhook."""
    if call.header("mx-skip-webhook") == "true":
        document["member"]["is_being_aggregated"] = True


@DEFECTS.breaking("mx.aggregation.skipped")
@of_member
def aggregates_members_whose_webhook_is_wanted(wanted: Member, member: Member) -> None:
    """Forgets skip_aggregation where the webhook is wanted expressly."""
    if wanted.get("skip_webhook") is False:
        member["is_being_aggregated"] = True


@DEFECTS.breaking("mx.aggregation.skipped")
@of_member
def has_aggregated_what_should_be_skipped(wanted: Member, member: Member) -> None:
    """Shows the end of an aggregation where it should be skipped."""
    if wanted.get("skip_aggregation") and not wanted.get("is_oauth"):
        member |= {"connection_status": "CONNECTED", "most_recent_job_guid": f"JOB-{uuid4()}"}
        member |= dict.fromkeys(("aggregated_at", "successfully_aggregated_at"), "2026-11-21T09:30:00Z")


@DEFECTS.breaking("mx.oauth.not-yet")
@of_member
def has_aggregated_before_consent(wanted: Member, member: Member) -> None:
    """Shows the time of an aggregation in a new OAuth member."""
    if wanted.get("is_oauth"):
        member["aggregated_at"] = "2026-11-21T09:30:00Z"


@DEFECTS.breaking("mx.standard.no-oauth")
@of_member
def calls_standard_members_oauth(wanted: Member, member: Member) -> None:
    """Shows is_oauth as true in standard members."""
    member["is_oauth"] = member["is_oauth"] or not wanted.get("is_oauth")


# Names


@DEFECTS.breaking("mx.name.default", "mx.name.institution")
@of_member
def numbers_default_names(wanted: Member, member: Member) -> None:
    """Writes a number of its own behind the name of the institution."""
    if "name" not in wanted:
        member["name"] += f" {uuid4()}"


@DEFECTS.breaking("mx.name.institution")
@of_member
def has_one_name_for_all_members(wanted: Member, member: Member) -> None:
    """Calls every member by the same name, which is not that of its institution."""
    if "name" not in wanted:
        member["name"] = "My bank"


@DEFECTS.breaking("mx.name.no-guid")
@of_member
def names_members_after_the_guid_of_the_institution(wanted: Member, member: Member) -> None:
    """Takes the guid of the institution for its name."""
    if "name" not in wanted:
        member["name"] = member["institution_guid"]


@DEFECTS.breaking("mx.name.default")
@showing
def keeps_a_given_name_for_those_that_follow(call: Call, document: Any) -> None:
    """Takes the last name that was given for the default one."""
    if "name" in asked(call):
        call.memory["name"] = asked(call)["name"]
    document["member"]["name"] = call.memory.get("name", document["member"]["name"])


@DEFECTS.breaking("mx.name.default")
@of_member
def has_another_default_name_without_aggregation(wanted: Member, member: Member) -> None:
    """Calls a member whose aggregation is skipped a manual one."""
    if "name" not in wanted and wanted.get("skip_aggregation"):
        member["name"] = "Manual account"


@DEFECTS.breaking("mx.name.given")
@of_member
def ignores_given_names(wanted: Member, member: Member) -> None:
    """Gives every member the name of its institution."""
    if "name" in wanted:
        member["name"] = STANDARD_INSTITUTION.name


@DEFECTS.breaking("mx.name.given")
@of_member
def loses_letters_beyond_ascii(wanted: Member, member: Member) -> None:
    """Writes question marks for letters beyond ASCII in a name."""
    if "name" in wanted:
        member["name"] = member["name"].encode("ascii", "replace").decode()


@DEFECTS.breaking("mx.name.given")
@of_member
def cuts_long_names(wanted: Member, member: Member) -> None:
    """Keeps the first twenty characters of a name."""
    if "name" in wanted:
        member["name"] = member["name"][:LONGEST_NAME]


@DEFECTS.breaking("mx.name.given")
@of_member
def loses_letters_beyond_the_first_plane(wanted: Member, member: Member) -> None:
    """Leaves letters beyond the first plane of Unicode out of a name, as some tables do."""
    if "name" in wanted:
        member["name"] = "".join(letter for letter in member["name"] if letter <= LAST_OF_THE_FIRST_PLANE)
