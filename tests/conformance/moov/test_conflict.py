"""Moov, "Share account connection", section Responses: the conflict (lines 201 to 210)."""

import pytest

from clausewise.cases import baseline_case
from clausewise.run import Run


@pytest.mark.clause("moov.409.repetition")
def test_the_same_connection_again(api: Run) -> None:
    scopes = ["accounts.read", "documents.read", "files.read"]  # no other test shares just these
    principal = api.fixture("MOOV_PRINCIPAL_ACCOUNT_ID")
    case = baseline_case(api.contract, "three scopes", body={"principalAccountID": principal, "allowScopes": scopes})
    api.send(case)
    api.expect(case)
