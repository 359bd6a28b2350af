"""The mock of Moov keeps what Moov's document promises: creation, syntax and validation.

Expected values are taken from the document; where it leaves a choice, from what the mock says it chose.
"""

import json

import pytest

from tests.harness.mock_caller import POSSIBLE_VALUES, Caller, assert_empty, assert_error, assert_invalid


class TestCreation:
    """201, and what is known afterwards."""

    def test_one_scope(self, fresh: Caller) -> None:
        assert_empty(fresh.with_scopes(["accounts.read"]), 201)

    def test_the_same_connection_again_is_a_conflict(self, fresh: Caller) -> None:
        fresh.with_scopes(["accounts.read", "files.read"])
        assert_error(fresh.with_scopes(["accounts.read", "files.read"]), 409)
        assert_error(fresh.with_scopes(["files.read", "accounts.read"]), 409)
        assert_error(fresh.with_scopes(["files.read", "accounts.read", "files.read"]), 409)

    def test_other_scopes_or_another_principal_are_another_connection(self, fresh: Caller) -> None:
        fresh.with_scopes(["accounts.read"])
        assert_empty(fresh.with_scopes(["accounts.write"]), 201)
        assert_empty(fresh.with_scopes(["accounts.read", "accounts.write"]), 201)
        assert_empty(fresh.with_scopes(["accounts.read"], principal=1), 201)

    def test_no_scopes_mean_all_of_them(self, fresh: Caller) -> None:
        assert_empty(fresh.share({"principalAccountID": fresh.principals[0]}), 201)
        assert_error(fresh.with_scopes([]), 409)

    def test_a_refused_request_leaves_nothing_behind(self, fresh: Caller) -> None:
        fresh.with_scopes(["accounts.read", "no.such"])
        fresh.with_scopes(["accounts.read"], headers={"Prefer": "code=201"})
        assert_empty(fresh.with_scopes(["accounts.read"]), 201)

    def test_every_principal_is_known(self, fresh: Caller) -> None:
        assert len(set(fresh.principals)) == 40
        for principal in range(40):
            assert_empty(fresh.with_scopes(["ping.read"], principal), 201)

    def test_every_documented_scope_is_known(self, fresh: Caller) -> None:
        scopes = POSSIBLE_VALUES.split(", ")
        assert len(scopes) == 32
        for scope in scopes:
            assert_empty(fresh.with_scopes([scope]), 201)
        assert_empty(fresh.with_scopes(scopes), 201)

    def test_fields_that_the_document_does_not_name_are_ignored(self, fresh: Caller) -> None:
        assert_empty(fresh.share({"principalAccountID": fresh.principals[0], "note": 1}), 201)

    @pytest.mark.parametrize(
        "content_type", ["", "application/x-www-form-urlencoded", "Application/JSON; charset=utf-8"]
    )
    def test_the_body_is_read_as_json(self, fresh: Caller, content_type: str) -> None:
        assert_empty(fresh.share(headers={"Content-Type": content_type}), 201)

    def test_no_content_type_at_all(self, fresh: Caller) -> None:
        response = fresh.http.post(
            f"/accounts/{fresh.account}/connections",
            content=json.dumps({"principalAccountID": fresh.principals[0]}).encode(),
            headers={"Authorization": f"Bearer {fresh.environment['MOOV_TOKEN']}"},
        )
        assert "content-type" not in response.request.headers
        assert_empty(response, 201)


class TestSyntax:
    """400: the server could not understand the request."""

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"{", id="unfinished"),
            pytest.param(b"{'a': 1}", id="single-quotes"),
            pytest.param(b'{"principalAccountID": NaN}', id="NaN"),
            pytest.param(b'{"principalAccountID": -Infinity}', id="Infinity"),
            pytest.param(b'{"principalAccountID": "\xff"}', id="invalid-utf-8"),
            pytest.param(b"\xef\xbb\xbf{}", id="byte-order-mark"),
            pytest.param("{}".encode("utf-16"), id="utf-16"),
            pytest.param(b"[" * 100_000, id="nested-too-deeply"),
            pytest.param(b"[]", id="array"),
            pytest.param(b"null", id="null"),
        ],
    )
    def test_the_body_is_not_a_json_object(self, moov: Caller, content: bytes) -> None:
        assert_error(moov.share(content=content), 400)

    @pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/jsonp"])
    def test_the_body_is_announced_as_something_else(self, moov: Caller, content_type: str) -> None:
        assert_error(moov.share(headers={"Content-Type": content_type}), 400)


class TestValidation:
    """422, which names what is wrong."""

    @pytest.mark.parametrize("principal", [None, 1, True, [], {}])
    def test_principal_of_a_wrong_type(self, moov: Caller, principal: object) -> None:
        assert_invalid(moov.share({"principalAccountID": principal}), principal=True)

    @pytest.mark.parametrize("principal", ["", "no-uuid", "c520f1b9-0ba7-42f5-b977-248cdbe41c69", "\ud800"])
    def test_unknown_principal(self, moov: Caller, principal: str) -> None:
        assert_invalid(moov.share({"principalAccountID": principal}), principal=True)

    def test_no_principal(self, moov: Caller) -> None:
        assert_invalid(moov.share({"allowScopes": ["accounts.read"]}), principal=True)

    def test_an_account_is_not_its_own_principal(self, moov: Caller) -> None:
        assert_invalid(moov.share({"principalAccountID": moov.account}), principal=True)

    @pytest.mark.parametrize("scope", ["", "accounts", "Accounts.read", "accounts.read ", "\ud800", None, 1, []])
    def test_no_scope(self, moov: Caller, scope: object) -> None:
        assert_invalid(moov.with_scopes([scope]), scopes=("0",))

    def test_the_index_names_the_element(self, moov: Caller) -> None:
        assert_invalid(moov.with_scopes(["accounts.read", "no.such"]), scopes=("1",))
        assert_invalid(moov.with_scopes(["no.such", "accounts.read", 1]), scopes=("0", "2"))

    @pytest.mark.parametrize("scopes", [None, "accounts.read", {}, 0, False])
    def test_scopes_that_are_no_array(self, moov: Caller, scopes: object) -> None:
        assert_invalid(moov.with_scopes(scopes), scopes=("0",))

    def test_all_problems_at_once(self, moov: Caller) -> None:
        assert_invalid(moov.share({"allowScopes": ["no.such"]}), principal=True, scopes=("0",))
