"""Defects of single fields of a member: missing ones, and values that are not what the document's example shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from clausewise.mock.mx import STANDARD_INSTITUTION
from clausewise.variants.mx.members import Member, leaves_out, of_member, of_oauth_member, shows
from clausewise.variants.variant import Variants

DEFECTS = Variants()

WRONG_VALUES: tuple[tuple[str, str, str, Any], ...] = (
    ("shows_a_time_without_a_zone", "Writes aggregated_at without its zone.", "aggregated_at", "2026-11-21T09:30:00"),
    (
        "shows_a_truth_as_text",
        "Writes background_aggregation_is_disabled as a text.",
        "background_aggregation_is_disabled",
        "false",
    ),
    ("shows_no_connection_status", "Has no connection status yet.", "connection_status", None),
    ("shows_a_number_for_the_external_guid", "Writes external_guid as a number.", "external_guid", 17),
    ("shows_no_institution_code", "Writes institution_code as null.", "institution_code", None),
    ("shows_a_truth_as_number", "Writes is_managed_by_user as 0.", "is_managed_by_user", 0),
    ("shows_a_truth_as_yes", "Writes is_user_created as yes.", "is_user_created", "yes"),
    ("shows_metadata_as_object", "Writes metadata as an object.", "metadata", {}),
    ("shows_no_time_as_empty_text", "Writes an empty text where null is meant.", "successfully_aggregated_at", ""),
    ("shows_a_user_by_number", "Writes the number of a user for its guid.", "user_guid", 42),
)
LEFT_OUT = ("institution_guid", "is_oauth")


def clause_of(field: str) -> str:
    """The clause that promises a field."""
    return f"mx.member.{field.replace('_', '-')}"


for _name, _says, _field, _value in WRONG_VALUES:
    DEFECTS.add(_name, _says, shows(_field, _value), clause_of(_field))
for _field in LEFT_OUT:
    DEFECTS.add(f"leaves_out_{_field}", f"Has no {_field} in its members.", leaves_out(_field), clause_of(_field))


@DEFECTS.breaking("mx.member.guid")
@of_oauth_member
def shows_oauth_members_by_number(_: Member, member: Member) -> None:
    """Writes a number for the guid of a member that is still pending."""
    member["guid"] = UUID(member["guid"].removeprefix("MBR-")).int


@DEFECTS.breaking("mx.member.is-being-aggregated")
@of_member
def says_done(wanted: Member, member: Member) -> None:
    """Writes a word for is_being_aggregated where the aggregation is over."""
    if not wanted.get("skip_aggregation"):
        member |= {"is_being_aggregated": "done", "aggregated_at": "2026-11-21T09:30:00Z"}


@DEFECTS.breaking("mx.member.most-recent-job-guid")
@of_member
def leaves_out_the_job_of_a_member_that_has_none(wanted: Member, member: Member) -> None:
    """Leaves out the job where the aggregation was skipped, and has it elsewhere."""
    if wanted.get("skip_aggregation"):
        del member["most_recent_job_guid"]


@DEFECTS.breaking("mx.member.name")
@of_member
def has_no_default_name(wanted: Member, member: Member) -> None:
    """Writes null for the name where none was given."""
    if "name" not in wanted:
        member["name"] = None


@DEFECTS.breaking("mx.member.use-cases")
@of_oauth_member
def shows_one_use_case_of_oauth_members(_: Member, member: Member) -> None:
    """Writes a single use case without its list in OAuth members."""
    member["use_cases"] = "PFM"


# Whether it is the field of this request


@DEFECTS.breaking("mx.member.own-institution")
@of_oauth_member
def shows_another_institution_in_oauth_members(_: Member, member: Member) -> None:
    """Shows another institution than that of the request in OAuth members."""
    member["institution_guid"] = STANDARD_INSTITUTION.guid
