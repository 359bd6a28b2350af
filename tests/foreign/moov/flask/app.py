"""Moov's "Share account connection" operation, written with Flask.

One route, ``POST /accounts/{accountID}/connections``. Connections live in memory; sharing again with the same
principal adds the new scopes to the connection that is already there.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest, InternalServerError

SCOPES = (
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
)
DEFAULT_VERSION = "v2024.01.00"
SUPPORTED_VERSIONS = (DEFAULT_VERSION, "v2024.07.00", "v2025.01.00", "v2025.07.00", "v2026.01.00", "v2026.07.00")
VERSION_FORMAT = re.compile(r"v[0-9]{4}\.(01|04|07|10)\.[0-9]{2}")
REQUESTS_PER_SECOND = 200


@dataclass(frozen=True)
class Settings:
    """Credentials and accounts this server knows."""

    bearer_accounts: dict[str, str]
    basic_accounts: dict[str, str]
    expired_token: str
    accounts: frozenset[str]

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Reads the settings from environment variables, each with a default."""
        account = env.get("MOOV_ACCOUNT_ID", "456cb5b6-20dc-4585-97b4-745d013adb1f").lower()
        forbidden = env.get("MOOV_FORBIDDEN_ACCOUNT_ID", "7d3c1a52-93d5-4a0e-9c1b-0f6f6a4f1b77").lower()
        principals = env.get(
            "MOOV_PRINCIPAL_ACCOUNT_ID",
            "c520f1b9-0ba7-42f5-b977-248cdbe41c69,0a6d2f0e-6a55-4a39-8f4c-2f6d2f5b8f10,"
            "5b1b8a38-58f4-4d2e-9f43-6b6f5ffb0a9d",
        )
        names = {name.strip().lower() for name in principals.split(",") if name.strip()}
        return cls(
            bearer_accounts={
                env.get("MOOV_TOKEN", "tok-valid-0123456789abcdef"): account,
                env.get("MOOV_FORBIDDEN_TOKEN", "tok-forbidden-0123456789ab"): forbidden,
            },
            basic_accounts={env.get("MOOV_BASIC_CREDENTIALS", "public-key-1:secret-key-1"): account},
            expired_token=env.get("MOOV_EXPIRED_TOKEN", "tok-expired-0123456789abcd"),
            accounts=frozenset(names | {account, forbidden}),
        )


class ApiError(Exception):
    """A documented refusal: a status, and a JSON body where the document gives one."""

    def __init__(self, status: int, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


class RateLimiter:
    """Counts requests in windows of one second, for each client and account."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.window = 0
        self.counts: dict[tuple[str, str], int] = {}
        self.lock = threading.Lock()

    def allows(self, client: str, account_id: str) -> bool:
        """Counts one request and says whether it is still within the limit."""
        with self.lock:
            now = int(time.monotonic())
            if now != self.window:
                self.window, self.counts = now, {}
            self.counts[client, account_id] = self.counts.get((client, account_id), 0) + 1
            return self.counts[client, account_id] <= self.limit


class ConnectionStore:
    """The scopes shared from a subject account to a principal account."""

    def __init__(self) -> None:
        self.scopes: dict[tuple[str, str], set[str]] = {}
        self.lock = threading.Lock()

    def share(self, subject: str, principal: str, scopes: list[str]) -> None:
        """Creates the connection, or adds the scopes to the existing one."""
        with self.lock:
            self.scopes.setdefault((subject, principal), set()).update(scopes)


settings = Settings.from_environment(os.environ)
limiter = RateLimiter(REQUESTS_PER_SECOND)
connections = ConnectionStore()
app = Flask(__name__)


@app.after_request
def add_request_id(response: Response) -> Response:
    """Gives every response the identifier that traces its request."""
    response.headers["X-Request-ID"] = str(uuid.uuid4())
    return response


@app.errorhandler(ApiError)
def handle_api_error(error: ApiError) -> Response:
    """Turns a refusal into its response."""
    response = jsonify(error.body) if error.body is not None else Response()
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


@app.errorhandler(BadRequest)
def handle_bad_request(error: BadRequest) -> tuple[Response, int]:
    """Gives a request that could not be read the documented body."""
    return jsonify(error=error.description), 400


@app.errorhandler(RecursionError)
def handle_deep_nesting(error: RecursionError) -> tuple[Response, int]:
    """Treats JSON nested too deeply for the parser as a request that could not be read."""
    return jsonify(error="The request body is nested too deeply."), 400


@app.errorhandler(InternalServerError)
def handle_unexpected_error(error: InternalServerError) -> Response:
    """Answers an unexpected error by 500 without a body."""
    return Response(status=500)


def authenticate() -> str:
    """Returns the account the caller may share connections of, or refuses by 401."""
    authorization = request.authorization
    if authorization is None:
        raise ApiError(401, headers={"WWW-Authenticate": 'Bearer realm="moov", Basic realm="moov"'})
    account: str | None = None
    if authorization.type == "bearer" and authorization.token != settings.expired_token:
        account = settings.bearer_accounts.get(authorization.token or "")
    elif authorization.type == "basic":
        account = settings.basic_accounts.get(f"{authorization.username}:{authorization.password}")
    if account is None:
        raise ApiError(401, headers={"WWW-Authenticate": 'Bearer realm="moov", error="invalid_token"'})
    return account


def resolve_version(requested: str | None) -> str:
    """Returns the newest supported version that is not newer than the requested one, 404 if there is none."""
    if requested is None:
        return DEFAULT_VERSION
    if requested == "latest":
        return SUPPORTED_VERSIONS[-1]
    if not VERSION_FORMAT.fullmatch(requested) or requested < SUPPORTED_VERSIONS[0]:
        raise ApiError(404)
    return max(version for version in SUPPORTED_VERSIONS if version <= requested)


def validate_principal(value: Any, subject: str) -> str | None:
    """Returns what is wrong with a principalAccountID, or None."""
    if value is None:
        return "is required"
    if not isinstance(value, str):
        return "must be a string"
    if value.lower() not in settings.accounts:
        return "must be the ID of an existing account"
    if value.lower() == subject:
        return "must not be the account whose scopes are shared"
    return None


def validate_scopes(value: Any) -> dict[str, str]:
    """Returns what is wrong with allowScopes, keyed by the index of the element."""
    if value is None:
        return {}
    if not isinstance(value, list):
        return {"0": "allowScopes must be an array of strings"}
    return {
        str(index): "must be one of the known scopes"
        for index, scope in enumerate(value)
        if not isinstance(scope, str) or scope not in SCOPES
    }


def read_share(payload: Any, subject: str) -> tuple[str, list[str]]:
    """Returns the principal and the scopes of a valid body, or refuses by 422."""
    fields = payload if isinstance(payload, dict) else {}
    errors: dict[str, Any] = {}
    if principal_error := validate_principal(fields.get("principalAccountID"), subject):
        errors["principalAccountID"] = principal_error
    if scope_errors := validate_scopes(fields.get("allowScopes")):
        errors["allowScopes"] = scope_errors
    if errors:
        raise ApiError(422, errors)
    return fields["principalAccountID"].lower(), fields.get("allowScopes") or list(SCOPES)


@app.post("/accounts/<account_id>/connections")
def share_connection(account_id: str) -> Response:
    """Shares scopes of the account in the path with the principal account in the body."""
    permitted_account = authenticate()
    resolve_version(request.headers.get("X-Moov-Version"))
    subject = account_id.lower()
    if subject not in settings.accounts:
        raise ApiError(404)
    if subject != permitted_account:
        raise ApiError(403)
    if not limiter.allows(request.remote_addr or "", subject):
        raise ApiError(429)
    principal, scopes = read_share(request.get_json(), subject)
    connections.share(subject, principal, scopes)
    return Response(status=201)


def main() -> None:
    """Runs the server on the port given on the command line or in PORT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "5000")))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app.run(host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
