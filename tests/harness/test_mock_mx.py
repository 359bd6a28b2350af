"""The mock of MX keeps what MX's document promises: members of both kinds, OAuth windows, and what is refused.

Expected values are taken from the document; where it leaves a choice, from what the mock says it chose.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from tests.harness.mx_caller import MEDIA_TYPE, Caller, assert_refused, assert_request_id, calling, read_member

# The fields of the member in the document's example.
FIELDS = {
    "aggregated_at",
    "background_aggregation_is_disabled",
    "connection_status",
    "external_guid",
    "guid",
    "institution_code",
    "institution_guid",
    "is_being_aggregated",
    "is_managed_by_user",
    "is_oauth",
    "is_user_created",
    "most_recent_job_guid",
    "metadata",
    "name",
    "successfully_aggregated_at",
    "use_cases",
    "user_guid",
}


def assert_guid(guid: object, prefix: str) -> None:
    """Expect a prefix and a UUID, as in the document's example."""
    found, _, uuid = str(guid).partition("-")
    assert (found, str(UUID(uuid))) == (prefix, uuid)


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A mock of MX for one test alone."""
    with calling() as caller:
        yield caller


class TestStandardMember:
    """Created with credentials and institution_guid."""

    def test_every_field_of_the_example(self, caller: Caller) -> None:
        member = caller.created(caller.standard())
        assert set(member) == FIELDS
        for field, prefix in {"guid": "MBR", "user_guid": "USR", "most_recent_job_guid": "JOB"}.items():
            assert_guid(member[field], prefix)
        assert {field: member[field] for field in FIELDS if member[field] in (None, True, False)} == {
            "aggregated_at": None,
            "background_aggregation_is_disabled": False,
            "external_guid": None,
            "is_being_aggregated": True,
            "is_managed_by_user": False,
            "is_oauth": False,
            "is_user_created": True,
            "metadata": None,
            "successfully_aggregated_at": None,
        }
        assert member["institution_guid"] == caller.institution
        assert member["connection_status"] == "CREATED"
        assert member["use_cases"] == ["PFM"]

    def test_members_differ_and_the_user_stays(self, caller: Caller) -> None:
        one, other = caller.created(caller.standard("one")), caller.created(caller.standard("other"))
        assert one["guid"] != other["guid"]
        assert one["most_recent_job_guid"] != other["most_recent_job_guid"]
        assert one["user_guid"] == other["user_guid"]

    @pytest.mark.parametrize("skipped", [True, False])
    def test_skip_aggregation(self, caller: Caller, skipped: bool) -> None:
        member = caller.created(caller.standard(skip_aggregation=skipped))
        assert member["is_being_aggregated"] is not skipped
        assert (member["most_recent_job_guid"] is None) is skipped
        assert member["connection_status"] == "CREATED"

    def test_the_default_name_is_that_of_the_institution(self, caller: Caller) -> None:
        one, other = caller.created(caller.standard("one")), caller.created(caller.standard("other", is_oauth=False))
        assert one["name"] == other["name"] != ""
        names = {caller.created(caller.oauth(n))["name"] for n in range(8)}
        assert len(names | {one["name"]}) == 9

    @pytest.mark.parametrize("name", ["My bank", " ", "\0", "Bänk \U0001f3e6", '"', "n" * 100_000])
    def test_a_name_is_taken_as_it_is(self, caller: Caller, name: str) -> None:
        assert caller.created(caller.standard(name=name))["name"] == name

    def test_a_second_member_with_the_same_credentials_is_a_duplicate(self, caller: Caller) -> None:
        member = caller.standard()
        caller.created(member)
        assert_refused(caller.create(member), 4090)
        backwards = [{"guid": guid, "value": "secret", "note": 1} for guid in reversed(caller.credentials)]
        assert_refused(caller.create(member | {"credentials": backwards, "name": "Another"}), 4090)
        one_changed = [{"guid": guid, "value": guid[:n]} for n, guid in enumerate(caller.credentials)]
        caller.created(member | {"credentials": one_changed})

    def test_of_simultaneous_duplicates_one_is_created(self, caller: Caller) -> None:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(caller.create, [caller.standard()] * 24))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 23

    def test_a_refused_request_leaves_nothing_behind(self, caller: Caller) -> None:
        assert_refused(caller.create(caller.standard(name="")), 4001)
        assert_refused(caller.create(caller.standard(is_oauth=True)), 4002)
        caller.created(caller.standard())

    def test_unknown_properties_are_ignored(self, caller: Caller) -> None:
        body = {"member": caller.standard(note=["\ud800"], metadata=1), "note": None}
        assert read_member(caller.send(json.dumps(body).encode()))["metadata"] is None

    @pytest.mark.parametrize("content_type", ["Application/VND.MX.Nexus.v1+JSON", f"{MEDIA_TYPE} ; charset=utf-8"])
    def test_letter_case_and_parameters_of_the_media_type(self, caller: Caller, content_type: str) -> None:
        read_member(caller.create(caller.standard(), Content_Type=content_type))


class TestSkipWebhook:
    """The optional MX-Skip-Webhook header and skip_webhook parameter."""

    @pytest.mark.parametrize("value", ["true", "false", "anything"])
    def test_header(self, caller: Caller, value: str) -> None:
        member = read_member(caller.create(caller.standard(), MX_Skip_Webhook=value))
        assert set(member) == FIELDS

    @pytest.mark.parametrize("value", [True, False])
    def test_parameter_of_the_body(self, caller: Caller, value: bool) -> None:
        assert set(caller.created(caller.standard("one", skip_webhook=value))) == FIELDS
        beside = {"member": caller.standard("other"), "skip_webhook": value}
        assert set(read_member(caller.send(json.dumps(beside).encode()))) == FIELDS

    def test_parameter_of_the_query(self, caller: Caller) -> None:
        content = json.dumps({"member": caller.standard()}).encode()
        assert set(read_member(caller.send(content, query="?skip_webhook=true"))) == FIELDS


class TestOAuthMember:
    """Created without credentials, and finished in a window of its own."""

    @pytest.mark.parametrize("changes", [{}, {"skip_aggregation": True}, {"credentials": []}])
    def test_waits_for_the_end_user(self, caller: Caller, changes: dict[str, list[object] | bool]) -> None:
        member = caller.created(caller.oauth(0, **changes))
        assert set(member) == {*FIELDS, "oauth_window_uri"}
        assert (member["connection_status"], member["is_oauth"]) == ("PENDING", True)
        assert (member["is_being_aggregated"], member["most_recent_job_guid"]) == (False, None)
        assert member["institution_guid"] == caller.oauth_institutions[0]

    def test_the_window_opens_once(self, caller: Caller) -> None:
        window = caller.window(caller.oauth())
        first = caller.http.get(window)
        assert (first.status_code, first.content) == (302, b"")
        address = urlsplit(first.headers["location"])
        assert (address.scheme, address.netloc.rpartition(".")[2]) == ("https", "invalid")
        assert_request_id(first)
        assert_refused(caller.http.get(window), 4100)
        assert_refused(caller.http.get(window), 4100)

    def test_every_member_has_a_window_of_its_own(self, caller: Caller) -> None:
        windows = [caller.window(caller.oauth(n)) for n in range(8)]
        assert len(set(windows)) == 8
        assert all(window.startswith(f"{caller.base_url}/oauth/") for window in windows)
        assert all(len(window.rpartition("/")[2]) >= 43 for window in windows)  # 256 bits
        assert [caller.http.get(window).status_code for window in windows] == [302] * 8

    def test_the_window_is_where_the_caller_found_the_mock(self, caller: Caller) -> None:
        member = read_member(caller.create(caller.oauth(), Host="mx.example:8080"))
        assert str(member["oauth_window_uri"]).startswith("http://mx.example:8080/oauth/")

    def test_unknown_windows_and_other_methods(self, caller: Caller) -> None:
        window = caller.window(caller.oauth())
        assert_refused(caller.http.get(window + "x"), 4040)
        assert [caller.http.request(m, window).status_code for m in ("HEAD", "POST", "DELETE")] == [405] * 3
        assert caller.http.get(window).status_code == 302

    def test_a_second_member_of_the_institution_is_a_duplicate(self, caller: Caller) -> None:
        caller.created(caller.oauth())
        assert_refused(caller.create(caller.oauth()), 4090)
        given = [{"guid": caller.credentials[0], "value": "secret"}]
        assert_refused(caller.create(caller.oauth(credentials=given, name="Another")), 4090)
        assert caller.created(caller.oauth(1, credentials=given))["connection_status"] == "PENDING"

    def test_only_where_it_is_supported(self, caller: Caller) -> None:
        assert_refused(caller.create({"institution_guid": caller.institution, "is_oauth": True}), 4002)
        for member in (caller.oauth(is_oauth=False), caller.standard(institution_guid=caller.oauth_institutions[0])):
            assert_refused(caller.create(member), 4002)
        caller.created(caller.oauth())
