"""Moov's own Python client understands the mock of Moov: each documented answer, with either kind of credentials."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from moovio_sdk import Moov
from moovio_sdk.models import components, errors, operations

from clausewise.contract import load
from clausewise.mock import RunningMock

# What the client raises for each documented refusal, and the body that the document shows for it.
ERROR = {"error": "string"}
REFUSALS = {
    400: (errors.GenericError, ERROR),
    401: (errors.APIError, None),
    403: (errors.APIError, None),
    404: (errors.APIError, None),
    409: (errors.GenericError, ERROR),
    422: (
        errors.ConnectAccountRequestValidationError,
        {"principalAccountID": "string", "allowScopes": {"0": "first element failed validation..."}},
    ),
    429: (errors.APIError, None),
    500: (errors.APIError, None),
    504: (errors.APIError, None),
}

NOBODY = "nobody:nothing"
UNKNOWN_ACCOUNT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Sdk:
    """The client, sharing scopes of the mock's account. It has no setting for Bearer: its headers are replaced."""

    mock: RunningMock
    http: httpx.Client
    user_and_password: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_headers(self, **headers: str) -> "Sdk":
        """The same, replacing these headers of what the client sends, or adding them."""
        return replace(self, headers={**self.headers, **headers})

    def connect(
        self,
        *,
        account: str | None = None,
        principal: str | None = None,
        scopes: list[components.ApplicationScope] | None = None,
    ) -> operations.ConnectAccountResponse:
        """Share scopes with the first of the mock's principals, unless told otherwise."""
        username, _, password = self.user_and_password.partition(":")
        known = self.mock.environment
        security = components.Security(username=username, password=password)
        with Moov(server_url=self.mock.base_url, security=security, client=self.http) as moov:
            response: operations.ConnectAccountResponse = moov.accounts.connect(
                account_id=account or known["MOOV_ACCOUNT_ID"],
                principal_account_id=principal or known["MOOV_PRINCIPAL_ACCOUNT_ID"].split(",")[0],
                allow_scopes=scopes,
                http_headers=self.headers,
            )
            return response


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """What the client sends its requests with: one for all of them, which ignores proxies of the machine."""
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def principals(moov: RunningMock) -> Iterator[str]:
    """Accounts that nothing is shared with yet, for tests that do."""
    return iter(moov.environment["MOOV_PRINCIPAL_ACCOUNT_ID"].split(","))


@pytest.fixture
def basic(moov: RunningMock, http: httpx.Client) -> Sdk:
    """The client with the key pair of the account's owner."""
    return Sdk(moov, http, moov.environment["MOOV_BASIC_CREDENTIALS"])


@pytest.fixture
def bearer(moov: RunningMock, http: httpx.Client) -> Sdk:
    """The client with the token of the account's owner, and a key pair that opens nothing."""
    return Sdk(moov, http, NOBODY).with_headers(Authorization=f"Bearer {moov.environment['MOOV_TOKEN']}")


@pytest.fixture(params=["basic", "bearer"])
def sdk(request: pytest.FixtureRequest) -> Sdk:
    """The client with good credentials of either kind."""
    owner: Sdk = request.getfixturevalue(request.param)
    return owner


def refusal(sdk: Sdk, status: int, **arguments: Any) -> errors.MoovError:
    """What the client raises: an error of the class for this status, with a request id to trace it by."""
    with pytest.raises(errors.MoovError) as caught:
        sdk.connect(**arguments)
    assert type(caught.value) is REFUSALS[status][0]
    assert caught.value.status_code == status
    assert_one_request_id(caught.value.headers.get_list("x-request-id"))
    return caught.value


def assert_one_request_id(values: list[str]) -> None:
    """Expect what the document requires with every status."""
    assert len(values) == 1
    assert values[0]


def parsed(error: errors.MoovError) -> Any:
    """The fields that the client read from the body, by the document's names for them; None if no body came."""
    if isinstance(error, errors.GenericError | errors.ConnectAccountRequestValidationError):
        return error.data.model_dump(by_alias=True)
    return error.body or None


# Every documented status


def test_no_documented_status_is_left_out() -> None:
    (path,) = load("moov").openapi["paths"].values()
    assert set(path["post"]["responses"]) == {"201", *map(str, REFUSALS)}


def test_the_success_shown_on_demand_parses(sdk: Sdk) -> None:
    response = sdk.with_headers(Prefer="code=201").connect()
    assert_one_request_id(response.headers["x-request-id"])


@pytest.mark.parametrize("status", REFUSALS)
def test_every_documented_refusal_raises_its_class_with_its_fields(sdk: Sdk, status: int) -> None:
    error = refusal(sdk.with_headers(Prefer=f"code={status}"), status)
    assert parsed(error) == REFUSALS[status][1]


# What the mock says on its own account


def test_scopes_are_shared_once(sdk: Sdk, principals: Iterator[str]) -> None:
    scopes = [components.ApplicationScope.TRANSFERS_WRITE, components.ApplicationScope.PAYMENT_METHODS_READ]
    principal = next(principals)
    assert_one_request_id(sdk.connect(principal=principal, scopes=scopes).headers["x-request-id"])

    again = refusal(sdk, 409, principal=principal, scopes=scopes)

    assert "already shared" in parsed(again)["error"]


def test_an_unknown_key_pair_is_refused(basic: Sdk) -> None:
    assert parsed(refusal(replace(basic, user_and_password=NOBODY), 401)) is None


@pytest.mark.parametrize(("name", "status"), [("MOOV_EXPIRED_TOKEN", 401), ("MOOV_FORBIDDEN_TOKEN", 403)])
def test_a_token_counts_and_not_the_good_key_pair_that_it_replaces(basic: Sdk, name: str, status: int) -> None:
    sdk = basic.with_headers(Authorization=f"Bearer {basic.mock.environment[name]}")
    assert parsed(refusal(sdk, status)) is None


def test_an_unknown_account_is_not_found(sdk: Sdk) -> None:
    assert parsed(refusal(sdk, 404, account=UNKNOWN_ACCOUNT)) is None


def test_a_principal_that_does_not_exist_is_named(sdk: Sdk) -> None:
    problems = parsed(refusal(sdk, 422, principal=UNKNOWN_ACCOUNT))
    assert problems["principalAccountID"]
    assert problems["allowScopes"] is None


def test_a_scope_that_the_document_does_not_list_is_named_by_its_place(sdk: Sdk) -> None:
    """This client has one: it came to Moov after the document was read."""
    scopes = [components.ApplicationScope.PING_READ, components.ApplicationScope.ISSUED_CARDS_READ_PRIVATE]
    problems = parsed(refusal(sdk, 422, scopes=scopes))
    assert problems["principalAccountID"] is None
    assert list(problems["allowScopes"]) == ["1"]
    assert problems["allowScopes"]["1"]


def test_a_body_that_is_not_announced_as_json_is_a_bad_request(sdk: Sdk) -> None:
    error = refusal(sdk.with_headers(**{"content-type": "text/plain"}), 400)
    assert "application/json" in parsed(error)["error"]
