"""The mock of MX keeps what MX's document promises: sessions and their end, and bodies that are refused.

Expected values are taken from the document; where it leaves a choice, from what the mock says it chose.
"""

import json
from collections.abc import Iterator

import pytest

from clausewise.mock import mx
from tests.harness.mx_caller import MEDIA_TYPE, Caller, assert_refused, assert_request_id, calling, read_member

MINUTES = 60


@pytest.fixture
def caller() -> Iterator[Caller]:
    """A mock of MX for one test alone."""
    with calling() as caller:
        yield caller


@pytest.fixture(scope="module")
def refusing() -> Iterator[Caller]:
    """One mock of MX, shared among the tests that create nothing and leave the clock alone."""
    with calling() as caller:
        yield caller


class TestSession:
    """Valid for 30 minutes from its creation, and from each call."""

    def test_lasts_30_minutes(self, caller: Caller) -> None:
        caller.created(caller.standard("1"))
        caller.clock.now += 30 * MINUTES - 1
        caller.created(caller.standard("2"))
        caller.clock.now += 30 * MINUTES
        caller.created(caller.standard("3"))
        caller.clock.now += 30 * MINUTES + 1
        assert_refused(caller.create(caller.standard("4")), 4011)

    def test_each_call_refreshes_the_counter(self, caller: Caller) -> None:
        for number in range(5):
            caller.created(caller.oauth(number))
            caller.clock.now += 20 * MINUTES
        caller.created(caller.oauth(5))

    def test_a_refused_call_refreshes_the_counter(self, caller: Caller) -> None:
        caller.created(caller.standard("1"))
        caller.clock.now += 20 * MINUTES
        assert_refused(caller.send(b"{"), 4001)
        caller.clock.now += 20 * MINUTES
        caller.created(caller.standard("2"))

    def test_calls_without_the_session_refresh_nothing(self, caller: Caller) -> None:
        window = caller.window(caller.oauth())
        caller.clock.now += 20 * MINUTES
        assert caller.http.get(window).status_code == 302
        assert_refused(caller.create({}, MD_SESSION_TOKEN="unknown"), 4010)
        assert_refused(caller.create({}, MD_SESSION_TOKEN=caller.environment["MX_EXPIRED_SESSION_TOKEN"]), 4011)
        caller.clock.now += 20 * MINUTES
        assert_refused(caller.create(caller.standard()), 4011)

    def test_an_expired_session_stays_expired(self, caller: Caller) -> None:
        caller.created(caller.standard("1"))
        caller.clock.now += 31 * MINUTES
        assert_refused(caller.create(caller.standard("2")), 4011)
        assert_refused(caller.create(caller.standard("2")), 4011)
        caller.clock.now -= 31 * MINUTES
        assert_refused(caller.create(caller.standard("2")), 4011)

    def test_counts_as_created_at_its_first_call(self, caller: Caller) -> None:
        caller.clock.now += 1000 * MINUTES
        caller.created(caller.standard())

    def test_the_expired_one_was_never_valid(self, caller: Caller) -> None:
        expired = caller.environment["MX_EXPIRED_SESSION_TOKEN"]
        assert_refused(caller.create(caller.standard(), MD_SESSION_TOKEN=expired), 4011)
        caller.created(caller.standard())
        assert_refused(caller.create(caller.standard("2"), MD_SESSION_TOKEN=expired), 4011)

    @pytest.mark.parametrize("token", ["unknown", "{token}x", "{token}, {token}", "Bearer {token}"])
    def test_unknown(self, refusing: Caller, token: str) -> None:
        wrong = token.format(token=refusing.environment["MX_SESSION_TOKEN"])
        assert_refused(refusing.create(refusing.standard(), MD_SESSION_TOKEN=wrong), 4010)

    @pytest.mark.parametrize("tokens", [[], [""], ["{token}", "{token}"], ["{token}", ""]])
    def test_not_exactly_one(self, refusing: Caller, tokens: list[str]) -> None:
        sent = [token.format(token=refusing.environment["MX_SESSION_TOKEN"]) for token in tokens]
        headers = [("MD-SESSION-TOKEN", token) for token in sent] + [("Content-Type", MEDIA_TYPE)]
        content = json.dumps({"member": refusing.standard()}).encode()
        assert_refused(refusing.http.post("/members", content=content, headers=headers), 4010)

    def test_windows_outlive_the_session(self, caller: Caller) -> None:
        window = caller.window(caller.oauth())
        caller.clock.now += 31 * MINUTES
        assert caller.http.get(window).status_code == 302


class TestBody:
    """What cannot be understood."""

    @pytest.mark.parametrize("content_type", ["", "application/json", "text/plain", MEDIA_TYPE + "x", "*/*"])
    def test_announced_as_something_else(self, refusing: Caller, content_type: str) -> None:
        assert_refused(refusing.create(refusing.standard(), Content_Type=content_type), 4150)

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"{", id="unfinished"),
            pytest.param(b'{"member": NaN}', id="NaN"),
            pytest.param(b'{"member": "\xff"}', id="invalid-utf-8"),
            pytest.param(b'\xef\xbb\xbf{"member": {}}', id="byte-order-mark"),
            pytest.param('{"member": {}}'.encode("utf-16"), id="utf-16"),
            pytest.param(b'{"member": "\0"}', id="NUL"),
            pytest.param(b'{"member": ' + b"9" * 100_000 + b"}", id="huge-integer"),
            pytest.param(b'{"member": 1e999}', id="huge-float"),
            pytest.param(b"[" * 100_000, id="deep-arrays"),
            pytest.param(b'{"member":' * 100_000 + b"1" + b"}" * 100_000, id="deep-objects"),
            pytest.param(b'{"member": {}, "member": 1}', id="duplicate-keys"),
            pytest.param(b"null", id="null"),
            pytest.param(b"[]", id="array"),
            pytest.param(b"{}", id="no-member"),
        ],
    )
    def test_no_json_with_a_member(self, refusing: Caller, content: bytes) -> None:
        assert_refused(refusing.send(content), 4001)

    @pytest.mark.parametrize("member", [None, "text", 1, True, [], [{}], {}])
    def test_no_member(self, refusing: Caller, member: object) -> None:
        assert_refused(refusing.create(member), 4001)

    @pytest.mark.parametrize(
        ("property_name", "values"),
        [
            ("institution_guid", [None, 1, True, [], {}]),
            ("credentials", [None, "text", 1, {}, [1], [None], [[]]]),
            ("is_oauth", [None, "true", 1, 0]),
            ("skip_aggregation", [None, "true", 1, 0]),
            ("skip_webhook", [None, "true", 1, 0]),
            ("name", [None, 1, True, [], {}, "", "\ud800", "text \udfff", "\udc00\ud800"]),
        ],
    )
    def test_wrong_type(self, refusing: Caller, property_name: str, values: list[object]) -> None:
        for value in values:
            assert_refused(refusing.create(refusing.standard("secret", **{property_name: value})), 4001)
            assert_refused(refusing.create(refusing.oauth(0, **{property_name: value})), 4001)

    @pytest.mark.parametrize("value", [None, "true", 1])
    def test_wrong_type_beside_the_member(self, refusing: Caller, value: object) -> None:
        content = json.dumps({"member": refusing.standard(), "skip_webhook": value}).encode()
        assert_refused(refusing.send(content), 4001)

    @pytest.mark.parametrize("changes", [{"guid": None}, {"value": None}, {"guid": []}, {"value": 1}])
    def test_credential_of_a_wrong_type(self, refusing: Caller, changes: dict[str, object]) -> None:
        good = [{"guid": guid, "value": "secret"} for guid in refusing.credentials]
        assert_refused(refusing.create(refusing.standard(credentials=[good[0], good[1] | changes])), 4001)
        lacking = {name: value for name, value in good[1].items() if name not in changes}
        assert_refused(refusing.create(refusing.standard(credentials=[good[0], lacking])), 4001)

    @pytest.mark.parametrize("picked", [[], [0], [1], [0, 0], [0, 1, 1], [0, 1, 2], [0, 2], [0, 3], [0, 4]])
    def test_not_the_credentials_of_the_institution(self, refusing: Caller, picked: list[int]) -> None:
        guids = [*refusing.credentials, "CRD-e36d7b46-b4ab-4fd0-a4b2-f7ef4a1bd4b5", refusing.institution, "\ud800"]
        given = [{"guid": guids[n], "value": "secret"} for n in picked]
        assert_refused(refusing.create(refusing.standard(credentials=given)), 4002)

    def test_no_credentials(self, refusing: Caller) -> None:
        assert_refused(refusing.create({"institution_guid": refusing.institution}), 4002)

    @pytest.mark.parametrize("guid", ["", "\ud800", "\0", "INS-1572a04c-912b-59bf-5841-332c7dfafaef"])
    def test_unknown_institution(self, refusing: Caller, guid: str) -> None:
        assert_refused(refusing.create(refusing.standard(institution_guid=guid)), 4220)
        assert_refused(refusing.create(refusing.oauth(institution_guid=guid)), 4220)

    @pytest.mark.parametrize("value", ["", "\ud800", "\0", "v" * 100_000])
    def test_any_text_is_a_value_of_a_credential(self, caller: Caller, value: str) -> None:
        caller.created(caller.standard(value))
        assert_refused(caller.create(caller.standard(value)), 4090)

    def test_of_duplicate_keys_the_last_counts(self, caller: Caller) -> None:
        member = json.dumps(caller.standard())
        read_member(caller.send(b'{"member": 1, "member": %s}' % member.encode()))


class TestOrder:
    """Of several faults the first one in the order of judgement is answered."""

    def test_each_fault_hides_the_later_ones(self, refusing: Caller) -> None:
        faulty = refusing.oauth(institution_guid="unknown", name="")
        assert_refused(refusing.create(faulty, Content_Type="text/plain", MD_SESSION_TOKEN="unknown"), 4010)
        assert_refused(refusing.create(faulty, Content_Type="text/plain"), 4150)
        assert_refused(refusing.create(faulty), 4001)
        assert_refused(refusing.create(faulty | {"name": "Name"}), 4220)


class TestAddress:
    """Where the mock answers, and what a run needs to reach it."""

    @pytest.mark.parametrize(
        "path", ["/", "/members/", "/members/MBR-1", "/Members", "/oauth", "/oauth/", "/oauth/a/b"]
    )
    def test_unknown_path(self, refusing: Caller, path: str) -> None:
        for response in (refusing.http.post(path), refusing.http.get(path)):
            assert response.status_code == 404
            assert_request_id(response)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_other_method(self, refusing: Caller, method: str) -> None:
        response = refusing.http.request(method, "/members")
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert_request_id(response)

    def test_request_ids_are_unique(self, refusing: Caller) -> None:
        ids = {refusing.send(b"").headers["x-request-id"] for _ in range(20)}
        assert len(ids | {refusing.http.get("/oauth/unknown").headers["x-request-id"]}) == 21

    def test_environment(self, refusing: Caller) -> None:
        environment = refusing.environment
        assert set(environment) == {
            "MX_BASE_URL",
            "MX_SESSION_TOKEN",
            "MX_EXPIRED_SESSION_TOKEN",
            "MX_INSTITUTION_GUID",
            "MX_INSTITUTION_NAME",
            "MX_CREDENTIAL_GUIDS",
            "MX_OAUTH_INSTITUTION_GUID",
        }
        assert environment["MX_BASE_URL"] == refusing.base_url
        assert all(len(environment[name]) >= 20 for name in ("MX_SESSION_TOKEN", "MX_EXPIRED_SESSION_TOKEN"))
        assert environment["MX_SESSION_TOKEN"] != environment["MX_EXPIRED_SESSION_TOKEN"]
        assert len({*refusing.credentials}) == 2
        assert len({refusing.institution, *refusing.oauth_institutions}) == 9
        assert mx.environment(refusing.base_url) == environment

    def test_mocks_share_nothing(self, caller: Caller) -> None:
        caller.created(caller.standard())
        with calling() as other:
            other.created(other.standard())
