"""Sends requests to a running mock of Moov, and says what its answers must look like."""

import base64
import json
from uuid import UUID

import httpx

from clausewise.mock import RunningMock

EMPTY_STATUSES = (201, 401, 403, 404, 429, 500, 504)
ERROR_STATUSES = (400, 409)
DOCUMENTED_STATUSES = (*EMPTY_STATUSES, *ERROR_STATUSES, 422)

# "Possible values" of allowScopes.
POSSIBLE_VALUES = (
    "accounts.read, accounts.write, analytics.read, apple-pay-merchant.read, apple-pay-merchant.write, "
    "apple-pay.read, apple-pay.write, bank-accounts.read, bank-accounts.write, capabilities.read, "
    "capabilities.write, cards.read, cards.write, documents.read, documents.write, fed.read, "
    "files.read, files.write, issued-cards.read, issued-cards.write, issued-cards.read-secure, "
    "payment-methods.read, ping.read, profile-enrichment.read, profile.read, profile.write, "
    "profile.disconnect, representatives.read, representatives.write, transfers.read, transfers.write, "
    "wallets.read"
)


class Caller:
    """Sends good requests to a running mock, each spoiled in one named way."""

    def __init__(self, mock: RunningMock, http: httpx.Client) -> None:
        self.environment = mock.environment
        self.http = http
        self.account = mock.environment["MOOV_ACCOUNT_ID"]
        self.principals = mock.environment["MOOV_PRINCIPAL_ACCOUNT_ID"].split(",")

    def share(
        self,
        body: object = None,
        *,
        content: bytes | None = None,
        account: str | None = None,
        authorization: str | None = "",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Share scopes of an account; `content` replaces the body, no `authorization` leaves it out."""
        sent = {"Authorization": authorization or f"Bearer {self.environment['MOOV_TOKEN']}"}
        if authorization is None:
            del sent["Authorization"]
        if content is None:
            content = json.dumps({"principalAccountID": self.principals[0]} if body is None else body).encode()
        return self.http.post(
            f"/accounts/{account or self.account}/connections",
            content=content,
            headers=sent | {"Content-Type": "application/json"} | (headers or {}),
        )

    def with_scopes(self, scopes: object, principal: int = 0, headers: dict[str, str] | None = None) -> httpx.Response:
        """Share these scopes with one of the principals."""
        body = {"principalAccountID": self.principals[principal], "allowScopes": scopes}
        return self.share(body, headers=headers)


def calling(mock: RunningMock) -> httpx.Client:
    """Open a client of this mock that ignores proxies of the machine."""
    return httpx.Client(base_url=mock.base_url, trust_env=False)


def assert_empty(response: httpx.Response, status: int) -> None:
    """Expect a status for which the document shows no body."""
    assert (response.status_code, response.content) == (status, b"")
    assert_request_id(response)


def assert_error(response: httpx.Response, status: int) -> None:
    """Expect a status for which the document shows `{"error": "string"}`."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert list(response.json()) == ["error"]
    assert isinstance(response.json()["error"], str)
    assert_request_id(response)


def assert_invalid(response: httpx.Response, *, principal: bool = False, scopes: tuple[str, ...] = ()) -> None:
    """Expect a 422 that names exactly these fields, and these elements by their index."""
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/json"
    problems = response.json()
    assert ("principalAccountID" in problems, "allowScopes" in problems) == (principal, bool(scopes))
    assert set(problems) <= {"principalAccountID", "allowScopes"}
    assert isinstance(problems.get("principalAccountID", ""), str)
    assert set(problems.get("allowScopes", {})) == set(scopes)
    assert all(isinstance(problem, str) for problem in problems.get("allowScopes", {}).values())
    assert_request_id(response)


def assert_request_id(response: httpx.Response) -> None:
    """Expect exactly one request id, a UUID."""
    (request_id,) = response.headers.get_list("x-request-id")
    assert str(UUID(request_id)) == request_id


def basic(credentials: str) -> str:
    """Write an Authorization header of the scheme Basic."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()
