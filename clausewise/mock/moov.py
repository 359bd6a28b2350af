"""Moov's `POST /accounts/{accountID}/connections`, as its document describes it.

Written from the document alone and never from the contract of this project, so that a misreading on
either side shows up as a disagreement between the two. Where the document leaves a choice to the
server, the comments say what is chosen here.
"""

import re
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from clausewise.mock.answers import (
    Credentials,
    Refusal,
    answer,
    application,
    parse_credentials,
    parse_json,
    preferred_status,
)

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
# vYYYY.QQ.BB, or the word that the document uses for the most recent development state.
VERSION = re.compile(r"v[0-9]{4}\.(01|04|07|10)\.[0-9]{2}|latest")

# The document's own cURL sample names no media type, and curl then sends the one of HTML forms.
MEDIA_TYPES_READ_AS_JSON = ("", "application/json", "application/x-www-form-urlencoded")

# Each documented status with the body that the document shows for it.
DOCUMENTED: dict[int, dict[str, Any] | None] = {
    201: None,
    400: {"error": "string"},
    401: None,
    403: None,
    404: None,
    409: {"error": "string"},
    422: {"principalAccountID": "string", "allowScopes": {"0": "first element failed validation..."}},
    429: None,
    500: None,
    504: None,
}

# Fixtures, the same in every instance: a subject account, the principals it can share scopes with, and the account of
# somebody else.
FIXTURES = uuid5(NAMESPACE_URL, "clausewise:mock:moov")
ACCOUNT_ID = str(uuid5(FIXTURES, "subject account"))
PRINCIPAL_ACCOUNT_IDS = tuple(str(uuid5(FIXTURES, f"principal account {n}")) for n in range(1, 41))
STRANGERS_ACCOUNT_ID = str(uuid5(FIXTURES, "account of somebody else"))
ACCOUNT_IDS = frozenset({ACCOUNT_ID, STRANGERS_ACCOUNT_ID, *PRINCIPAL_ACCOUNT_IDS})

TOKEN = "mock-token-of-the-account-owner"
FORBIDDEN_TOKEN = "mock-token-of-somebody-else"
EXPIRED_TOKEN = "mock-token-that-has-expired"
BASIC_CREDENTIALS = "mock-public-key-of-the-owner:mock-secret-key-of-the-owner"

OWNER = frozenset({Credentials("bearer", TOKEN), Credentials("basic", BASIC_CREDENTIALS)})
STRANGER = Credentials("bearer", FORBIDDEN_TOKEN)


class Connection(NamedTuple):
    """Scopes of a subject account, shared with a principal account."""

    account_id: str
    principal_account_id: str
    scopes: frozenset[str]


class MoovMock:
    """One Moov with its own memory of the connections made."""

    def __init__(self) -> None:
        self.connections: set[Connection] = set()

    async def share_connection(self, request: Request) -> Response:
        """Answer the operation. The order of the steps is the order in which a request is judged."""
        headers = request.headers
        account_id = request.path_params["accountID"]
        caller = authenticated(headers)
        check_authorised(caller, account_id)
        check_account(account_id)
        check_version(headers)
        status = preferred_status(headers.getlist("prefer"))
        if status in DOCUMENTED:
            return answer(status, DOCUMENTED[status])
        check_media_type(headers)
        connection = requested_connection(account_id, json_object(await request.body()))
        self.establish(connection)
        return answer(201)

    def establish(self, connection: Connection) -> None:
        """Remember a connection. What 409 means is not documented; here: this very connection exists."""
        # No await between the look and the addition: no other request can come in between.
        if connection in self.connections:
            raise Refusal(409, {"error": "these scopes are already shared with this principal account"})
        self.connections.add(connection)


def authenticated(headers: Headers) -> Credentials:
    """Tell who calls. An expired token is one that is accepted no longer."""
    credentials = parse_credentials(headers.get("authorization", ""))
    if credentials is None or credentials not in {*OWNER, STRANGER}:
        raise Refusal(401)
    return credentials


def check_authorised(caller: Credentials, account_id: str) -> None:
    """Refuse a stranger on all accounts but the stranger's own, and the owner on those of others."""
    is_strangers = account_id == STRANGERS_ACCOUNT_ID
    if account_id in PRINCIPAL_ACCOUNT_IDS or (caller in OWNER) == is_strangers:
        raise Refusal(403)


def check_account(account_id: str) -> None:
    """Refuse an account that does not exist."""
    if account_id not in ACCOUNT_IDS:
        raise Refusal(404)


def check_version(headers: Headers) -> None:
    """Refuse a malformed version, of which the document says nothing; here: 400. All others behave alike."""
    if not VERSION.fullmatch(headers.get("x-moov-version", DEFAULT_VERSION)):
        raise Refusal(400, {"error": "X-Moov-Version must look like v2024.01.00"})


def check_media_type(headers: Headers) -> None:
    """Refuse a body that is announced as anything but JSON. There is no documented 415; here: 400."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES_READ_AS_JSON:
        raise Refusal(400, {"error": "the body must be application/json"})


def json_object(body: bytes) -> dict[str, Any]:
    """Read the body. Another JSON value than an object has no fields that a 422 could name; here: 400."""
    try:
        value = parse_json(body)
    except ValueError as error:
        raise Refusal(400, {"error": f"the body is not JSON: {error}"}) from error
    if not isinstance(value, dict):
        raise Refusal(400, {"error": "the body must be a JSON object"})
    return value


def requested_connection(account_id: str, body: dict[str, Any]) -> Connection:
    """Validate all fields and report what is wrong with each of them at once."""
    problems: dict[str, Any] = {}
    if principal_problem := find_principal_problem(body):
        problems["principalAccountID"] = principal_problem
    if scope_problems := find_scope_problems(body.get("allowScopes", [])):
        problems["allowScopes"] = scope_problems
    if problems:
        raise Refusal(422, problems)
    # "If none are provided, all intersecting scopes are added": both accounts here have them all.
    return Connection(account_id, body["principalAccountID"], frozenset(body.get("allowScopes") or SCOPES))


def find_principal_problem(body: dict[str, Any]) -> str | None:
    """Say what is wrong with the principal, if anything."""
    if "principalAccountID" not in body:
        return "is required"
    if not isinstance(body["principalAccountID"], str):
        return "must be a string"
    if body["principalAccountID"] not in PRINCIPAL_ACCOUNT_IDS:
        return "is not an account that scopes can be shared with"
    return None


def find_scope_problems(scopes: Any) -> dict[str, str]:
    """Say what is wrong with which element. No list has no elements: that stands at the first one's place."""
    if not isinstance(scopes, list):
        return {"0": "allowScopes must be an array of scopes"}
    return {str(index): "is not a scope" for index, scope in enumerate(scopes) if scope not in SCOPES}


def create_app() -> ASGIApp:
    """Make a Moov that knows the fixtures and no connection yet."""
    return application(
        {("POST", "/accounts/(?P<accountID>[^/]+)/connections"): MoovMock().share_connection},
        id_header="x-request-id",
        new_id=lambda: str(uuid4()),
    )


def environment(base_url: str) -> dict[str, str]:
    """Name the variables with which a run reaches the mock at this address."""
    return {
        "MOOV_BASE_URL": base_url,
        "MOOV_TOKEN": TOKEN,
        "MOOV_FORBIDDEN_TOKEN": FORBIDDEN_TOKEN,
        "MOOV_FORBIDDEN_ACCOUNT_ID": STRANGERS_ACCOUNT_ID,
        "MOOV_EXPIRED_TOKEN": EXPIRED_TOKEN,
        "MOOV_BASIC_CREDENTIALS": BASIC_CREDENTIALS,
        "MOOV_ACCOUNT_ID": ACCOUNT_ID,
        "MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(PRINCIPAL_ACCOUNT_IDS),
        "MOOV_PREFER_CODE": "1",
    }
