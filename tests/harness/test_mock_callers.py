"""The mock of Moov keeps what its document promises: callers, addresses, versions, and the order of judgement.

Expected values are taken from the document; where it leaves a choice, from what the mock says it chose.
"""

import pytest

from tests.harness.mock_caller import (
    DOCUMENTED_STATUSES,
    EMPTY_STATUSES,
    ERROR_STATUSES,
    Caller,
    assert_empty,
    assert_error,
    assert_invalid,
    basic,
)


class TestCredentials:
    """401 and 403, and the two ways to present credentials."""

    def test_basic(self, fresh: Caller) -> None:
        assert_empty(fresh.share(authorization=basic(fresh.environment["MOOV_BASIC_CREDENTIALS"])), 201)

    def test_the_name_of_a_scheme_ignores_case(self, fresh: Caller) -> None:
        assert_empty(fresh.share(authorization=f"bEARER {fresh.environment['MOOV_TOKEN']}"), 201)

    @pytest.mark.parametrize(
        "authorization",
        [
            pytest.param(None, id="missing"),
            pytest.param("Bearer", id="no-token"),
            pytest.param("Bearer unknown", id="unknown"),
            pytest.param("Basic !", id="not-base64"),
            pytest.param("Basic /w==", id="not-utf-8"),
            pytest.param(basic("unknown:unknown"), id="unknown-basic"),
        ],
    )
    def test_missing_or_unknown(self, moov: Caller, authorization: str | None) -> None:
        assert_empty(moov.share(authorization=authorization), 401)

    def test_expired(self, moov: Caller) -> None:
        assert_empty(moov.share(authorization=f"Bearer {moov.environment['MOOV_EXPIRED_TOKEN']}"), 401)

    def test_credentials_belong_to_their_scheme(self, moov: Caller) -> None:
        assert_empty(moov.share(authorization=f"Bearer {moov.environment['MOOV_BASIC_CREDENTIALS']}"), 401)
        assert_empty(moov.share(authorization=basic(moov.environment["MOOV_TOKEN"])), 401)

    def test_base64_is_read_strictly(self, moov: Caller) -> None:
        assert_empty(moov.share(authorization=basic(moov.environment["MOOV_BASIC_CREDENTIALS"]) + "!"), 401)

    def test_somebody_else_is_not_authorised(self, moov: Caller) -> None:
        assert_empty(moov.share(authorization=f"Bearer {moov.environment['MOOV_FORBIDDEN_TOKEN']}"), 403)

    def test_the_account_of_somebody_else_is_forbidden(self, moov: Caller) -> None:
        assert_empty(moov.share(account=moov.principals[0]), 403)


class TestAddress:
    """404, and addresses that are not documented."""

    @pytest.mark.parametrize("account", ["456cb5b6-20dc-4585-97b4-745d013adb1f", "no-uuid", "%20", "a%0Ab"])
    def test_unknown_account(self, moov: Caller, account: str) -> None:
        assert_empty(moov.share(account=account), 404)

    @pytest.mark.parametrize("path", ["/", "/accounts", "/accounts//connections", "/accounts/a/b/connections"])
    def test_unknown_path(self, moov: Caller, path: str) -> None:
        assert_empty(moov.http.post(path), 404)

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def test_other_method(self, moov: Caller, method: str) -> None:
        response = moov.http.request(method, f"/accounts/{moov.account}/connections")
        assert_empty(response, 405)
        assert response.headers["allow"] == "POST"


class TestVersion:
    """X-Moov-Version."""

    @pytest.mark.parametrize("version", ["v2024.01.00", "v2026.10.99", "v1999.04.01", "v2031.07.02", "latest"])
    def test_well_formed_versions_change_nothing(self, fresh: Caller, version: str) -> None:
        assert_empty(fresh.with_scopes(["accounts.read"], headers={"X-Moov-Version": version}), 201)

    @pytest.mark.parametrize(
        "version",
        [
            "",
            "2024.01.00",
            "v02024.01.00",
            "v2024.02.00",
            "v2024.1.00",
            "v2024.01",
            "v2024.01.0",
            "v2024.01.00.1",
            "Latest",
            "V2024.01.00",
        ],
    )
    def test_malformed_versions_are_not_understood(self, moov: Caller, version: str) -> None:
        assert_error(moov.share({}, headers={"X-Moov-Version": version, "Prefer": "code=500"}), 400)


class TestPrefer:
    """Prefer: code=NNN asks for any documented status."""

    @pytest.mark.parametrize("status", DOCUMENTED_STATUSES)
    def test_documented_status(self, moov: Caller, status: int) -> None:
        response = moov.share(headers={"Prefer": f"code={status}"})
        if status in EMPTY_STATUSES:
            assert_empty(response, status)
        elif status in ERROR_STATUSES:
            assert_error(response, status)
        else:
            assert_invalid(response, principal=True, scopes=("0",))

    @pytest.mark.parametrize(
        "prefer",
        [
            'code="429"',
            "CODE = 429",
            "respond-async, code=429; now=1",
            'note="a, code=500", code=429',
            "code=429, code=500",
        ],
    )
    def test_notation(self, moov: Caller, prefer: str) -> None:
        assert_empty(moov.share(headers={"Prefer": prefer}), 429)

    @pytest.mark.parametrize("prefer", ["code=200", "code=418", "code=0429", "code=", "code", "status=429", '"'])
    def test_what_is_not_documented_is_ignored(self, fresh: Caller, prefer: str) -> None:
        assert_empty(fresh.share(headers={"Prefer": prefer}), 201)


class TestOrder:
    """Of several faults the first one in the order of judgement is answered."""

    def test_each_fault_hides_the_later_ones(self, moov: Caller) -> None:
        faulty = {"X-Moov-Version": "x", "Prefer": "code=504", "Content-Type": "text/plain"}
        assert_empty(moov.share({}, account="unknown", authorization="Bearer unknown", headers=faulty), 401)
        forbidden = f"Bearer {moov.environment['MOOV_FORBIDDEN_TOKEN']}"
        assert_empty(moov.share({}, account="unknown", authorization=forbidden, headers=faulty), 403)
        assert_empty(moov.share({}, account="unknown", headers=faulty), 404)
        assert_error(moov.share({}, headers=faulty), 400)
        assert_empty(moov.share({}, headers=faulty | {"X-Moov-Version": "latest"}), 504)
        assert_error(moov.share({}, headers={"Content-Type": "text/plain"}), 400)
        assert_invalid(moov.share({}), principal=True)
