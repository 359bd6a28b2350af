"""Moov, "Share account connection": whoever calls is the same caller in every request (lines 50 to 53, 183 and 189)."""

from typing import Any

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.run import Run

NOTHING_NAMED: dict[str, Any] = {
    "headers": {"X-Moov-Version": None},
    "body": {"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID"},
}


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param("basic", marks=pytest.mark.clause("moov.sample.basic")),
        pytest.param("expired", marks=pytest.mark.clause("moov.401.expired")),
        pytest.param("forbidden", marks=pytest.mark.clause("moov.403.status")),
    ],
)
def test_neither_scopes_nor_a_version_named(api: Run, credentials: str) -> None:
    case = baseline_case(api.contract, f"nothing named, {credentials}", credentials=credentials, **NOTHING_NAMED)
    api.expect(case)


@pytest.mark.clause("moov.403.status", "moov.422.scope")
def test_a_success_vouches_for_no_later_request(api: Run) -> None:
    principal = api.fixture("MOOV_PRINCIPAL_ACCOUNT_ID")

    def sharing(*scopes: str, credentials: str | None = None) -> Case:
        body = {"principalAccountID": principal, "allowScopes": list(scopes)}
        return baseline_case(api.contract, " and ".join(scopes), body=body, credentials=credentials)

    api.judge(sharing("cards.read", "files.read"))
    api.send(sharing("cards.read", "unicorns.read"))
    api.expect(sharing("documents.read", "fed.read", credentials="forbidden"))
