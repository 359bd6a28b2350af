"""Moov's "Share account connection" operation, written with FastAPI.

One route, ``POST /accounts/{accountID}/connections``. Connections live in memory. Sharing again adds scopes to the
connection; a request that would add nothing conflicts with the connection as it is.
"""

import argparse
import os
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

import uvicorn
from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBasic, HTTPBasicCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteHTTPException

Scope = Literal[
    "accounts.read",
    "accounts.write",
    "analytics.read",
    "apple-pay-merchant.read",
    "apple-pay-merchant.write",
    "apple-pay.read",
    "apple-pay.write",
    "bank-accounts.read",
    "bank-accounts.write",
    "capabilities.read",
    "capabilities.write",
    "cards.read",
    "cards.write",
    "documents.read",
    "documents.write",
    "fed.read",
    "files.read",
    "files.write",
    "issued-cards.read",
    "issued-cards.write",
    "issued-cards.read-secure",
    "payment-methods.read",
    "ping.read",
    "profile-enrichment.read",
    "profile.read",
    "profile.write",
    "profile.disconnect",
    "representatives.read",
    "representatives.write",
    "transfers.read",
    "transfers.write",
    "wallets.read",
]
ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)
DEFAULT_VERSION = "v2024.01.00"
SUPPORTED_VERSIONS = (DEFAULT_VERSION, "v2024.07.00", "v2025.01.00", "v2025.07.00", "v2026.01.00", "v2026.07.00")
VERSION_PATTERN = r"^(latest|v[0-9]{4}\.(01|04|07|10)\.[0-9]{2})$"
REQUESTS_PER_SECOND = 200


@dataclass(frozen=True)
class Settings:
    """Credentials and accounts this server knows."""

    bearer_accounts: dict[str, uuid.UUID]
    basic_accounts: dict[tuple[str, str], uuid.UUID]
    expired_token: str
    accounts: frozenset[uuid.UUID]

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Reads the settings from environment variables, each with a default."""
        account = uuid.UUID(env.get("MOOV_ACCOUNT_ID", "456cb5b6-20dc-4585-97b4-745d013adb1f"))
        forbidden = uuid.UUID(env.get("MOOV_FORBIDDEN_ACCOUNT_ID", "7d3c1a52-93d5-4a0e-9c1b-0f6f6a4f1b77"))
        principals = env.get(
            "MOOV_PRINCIPAL_ACCOUNT_ID",
            "c520f1b9-0ba7-42f5-b977-248cdbe41c69,0a6d2f0e-6a55-4a39-8f4c-2f6d2f5b8f10,"
            "5b1b8a38-58f4-4d2e-9f43-6b6f5ffb0a9d",
        )
        public, _, secret = env.get("MOOV_BASIC_CREDENTIALS", "public-key-1:secret-key-1").partition(":")
        return cls(
            bearer_accounts={
                env.get("MOOV_TOKEN", "tok-valid-0123456789abcdef"): account,
                env.get("MOOV_FORBIDDEN_TOKEN", "tok-forbidden-0123456789ab"): forbidden,
            },
            basic_accounts={(public, secret): account},
            expired_token=env.get("MOOV_EXPIRED_TOKEN", "tok-expired-0123456789abcd"),
            accounts=frozenset({uuid.UUID(name.strip()) for name in principals.split(",")} | {account, forbidden}),
        )


class ShareScopes(BaseModel):
    """Describes the scopes being shared from a subject account to a principal account."""

    principalAccountID: uuid.UUID
    allowScopes: list[Scope] | None = None


class ApiError(Exception):
    """A documented refusal: a status, and a JSON body where the document gives one."""

    def __init__(self, status: int, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


class RateLimiter:
    """Counts requests in windows of one second, for each client and account."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.window = 0
        self.counts: dict[tuple[str, uuid.UUID], int] = {}

    def allows(self, client: str, account_id: uuid.UUID) -> bool:
        """Counts one request and says whether it is still within the limit."""
        now = int(time.monotonic())
        if now != self.window:
            self.window, self.counts = now, {}
        self.counts[client, account_id] = self.counts.get((client, account_id), 0) + 1
        return self.counts[client, account_id] <= self.limit


settings = Settings.from_environment(os.environ)
limiter = RateLimiter(REQUESTS_PER_SECOND)
connections: dict[tuple[uuid.UUID, uuid.UUID], set[Scope]] = {}
app = FastAPI(title="Moov account connections")
bearer_scheme = HTTPBearer(auto_error=False)
basic_scheme = HTTPBasic(auto_error=False)


@app.middleware("http")
async def add_request_id(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Gives every response the identifier that traces its request."""
    response = await call_next(request)
    response.headers["x-request-id"] = str(uuid.uuid4())
    return response


@app.exception_handler(ApiError)
async def handle_api_error(request: Request, error: ApiError) -> Response:
    """Turns a refusal into its response."""
    if error.body is None:
        return Response(status_code=error.status, headers=error.headers)
    return JSONResponse(error.body, status_code=error.status, headers=error.headers)


@app.exception_handler(StarletteHTTPException)
async def handle_http_exception(request: Request, error: StarletteHTTPException) -> Response:
    """Shapes the framework's own 400 and 401 as documented; all others keep the framework's body."""
    if error.status_code == 400:
        return JSONResponse({"error": str(error.detail)}, status_code=400)
    if error.status_code == 401:
        return Response(status_code=401, headers=error.headers)
    return await http_exception_handler(request, error)


@app.exception_handler(RequestValidationError)
async def handle_validation_error(request: Request, error: RequestValidationError) -> Response:
    """Answers 404 for an impossible account ID, 400 for what cannot be read and 422 for invalid fields."""
    errors = error.errors()
    if any(item["loc"][0] == "path" for item in errors):
        return Response(status_code=404)
    for item in errors:
        if item["loc"][0] != "body" or item["loc"] == ("body",) or item["type"] == "json_invalid":
            return JSONResponse({"error": f"{item['loc'][0]}: {item['msg']}"}, status_code=400)
    return JSONResponse(field_errors(errors), status_code=422)


@app.exception_handler(Exception)
async def handle_unexpected_error(request: Request, error: Exception) -> Response:
    """Answers an unexpected error by 500 without a body."""
    return Response(status_code=500, headers={"x-request-id": str(uuid.uuid4())})


def field_errors(errors: Sequence[Any]) -> dict[str, Any]:
    """Turns pydantic's list of errors into the documented map of fields."""
    body: dict[str, Any] = {}
    for item in errors:
        _, field, *index = item["loc"]
        if field == "allowScopes":
            body.setdefault(field, {})[str(index[0]) if index else "0"] = item["msg"]
        else:
            body[field] = item["msg"]
    return body


async def permitted_account(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_scheme)],
    basic: Annotated[HTTPBasicCredentials | None, Depends(basic_scheme)],
) -> uuid.UUID:
    """Returns the account the caller may share connections of, or refuses by 401."""
    account: uuid.UUID | None = None
    if bearer is not None and bearer.credentials != settings.expired_token:
        account = settings.bearer_accounts.get(bearer.credentials)
    elif basic is not None:
        account = settings.basic_accounts.get((basic.username, basic.password))
    if account is None:
        raise ApiError(401, headers={"WWW-Authenticate": "Bearer"})
    return account


async def api_version(x_moov_version: Annotated[str, Header(pattern=VERSION_PATTERN)] = DEFAULT_VERSION) -> str:
    """Returns the newest supported version that is not newer than the requested one."""
    if x_moov_version == "latest":
        return SUPPORTED_VERSIONS[-1]
    if x_moov_version < SUPPORTED_VERSIONS[0]:
        raise ApiError(400, {"error": f"there is no version {x_moov_version} of this API"})
    return max(version for version in SUPPORTED_VERSIONS if version <= x_moov_version)


async def subject_account(
    request: Request, accountID: uuid.UUID, permitted: Annotated[uuid.UUID, Depends(permitted_account)]
) -> uuid.UUID:
    """Returns the account in the path if it exists and the caller may share its connections."""
    if accountID not in settings.accounts:
        raise ApiError(404)
    if accountID != permitted:
        raise ApiError(403)
    if not limiter.allows(request.client.host if request.client else "", accountID):
        raise ApiError(429)
    return accountID


@app.post("/accounts/{accountID}/connections", status_code=201, dependencies=[Depends(api_version)])
async def share_connection(subject: Annotated[uuid.UUID, Depends(subject_account)], share: ShareScopes) -> None:
    """Shares scopes of the account in the path with the principal account in the body."""
    principal = share.principalAccountID
    if principal not in settings.accounts:
        raise ApiError(422, {"principalAccountID": "There is no account with this ID"})
    if principal == subject:
        raise ApiError(422, {"principalAccountID": "An account cannot be connected to itself"})
    scopes = set(share.allowScopes or ALL_SCOPES)
    shared = connections.get((subject, principal), set())
    if scopes <= shared:
        raise ApiError(409, {"error": "These scopes are already shared with the principal account"})
    connections[subject, principal] = shared | scopes


def main() -> None:
    """Runs the server on the port given on the command line or in PORT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="critical")


if __name__ == "__main__":
    main()
