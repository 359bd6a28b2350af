"""Persona's connections API as a FastAPI application.

Run it with ``python app.py --port 8000``. All state lives in memory.
"""

import argparse
import hashlib
import os
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AliasChoices, BaseModel, Field

API_KEY = os.environ.get("PERSONA_API_KEY", "persona_sandbox_valid-0123456789ab")
READ_ONLY_API_KEY = os.environ.get("PERSONA_FORBIDDEN_API_KEY", "persona_sandbox_forbidden-01234567")
ORGANIZATION_ID = os.environ.get("PERSONA_ORGANIZATION_ID", "org_ABC123")
DESTINATION_IDS = [
    name.strip()
    for name in os.environ.get("PERSONA_DESTINATION_ORGANIZATION_ID", "org_XYZ789,org_XYZ790,org_XYZ791").split(",")
]
ENVIRONMENT_ID = "env_Sandbox0000000000000001"

RATE_LIMIT = int(os.environ.get("PERSONA_RATE_LIMIT", "3000"))
RATE_WINDOW_SECONDS = 60
IDEMPOTENCY_SECONDS = 24 * 60 * 60

CONNECTION_TYPE = "connect/connection"


# --- Models ------------------------------------------------------------------------------------


class KeyInflection(StrEnum):
    """Casings of the names in an answer."""

    camel = "camel"
    kebab = "kebab"
    snake = "snake"


class PersonaVersion(StrEnum):
    """Versions of the API."""

    v2025_12_08 = "2025-12-08"
    v2025_10_27 = "2025-10-27"
    v2023_01_05 = "2023-01-05"
    v2022_09_01 = "2022-09-01"
    v2021_08_18 = "2021-08-18"
    v2021_07_05 = "2021-07-05"
    v2021_02_21 = "2021-02-21"
    v2020_05_18 = "2020-05-18"


class Status(StrEnum):
    """Stages in the life of a connection."""

    pending = "pending"
    active = "active"
    inactive = "inactive"


class NewConnectionAttributes(BaseModel):
    """Attributes of a connection to be created; names may come in any of the three casings."""

    destination_organization_id: str = Field(
        validation_alias=AliasChoices(
            "destination-organization-id", "destination_organization_id", "destinationOrganizationId"
        )
    )


class NewConnectionData(BaseModel):
    """The data member of a request to create a connection."""

    attributes: NewConnectionAttributes


class NewConnection(BaseModel):
    """A request to create a connection."""

    data: NewConnectionData | None = None


class ConnectionAttributes(BaseModel):
    """Attributes of a connection."""

    status: Status = Status.pending
    destination_organization_id: str
    source_organization_id: str = ORGANIZATION_ID
    created_at: datetime
    updated_at: datetime


class Connection(BaseModel):
    """A connection between two organizations."""

    id: str = Field(default_factory=lambda: "cxn_" + secrets.token_hex(12))
    attributes: ConnectionAttributes


# --- Errors ------------------------------------------------------------------------------------


class ApiError(Exception):
    """An error the API answers in its own shape."""

    def __init__(self, status: int, title: str, details: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.headers = headers
        self.body = {"errors": [{"title": title, "details": details}]}


app = FastAPI(title="Connections")


@app.exception_handler(ApiError)
async def answer_api_error(request: Request, error: ApiError) -> JSONResponse:
    """Turn an ApiError into its JSON answer."""
    return JSONResponse(error.body, status_code=error.status, headers=error.headers)


@app.exception_handler(RequestValidationError)
async def answer_validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
    """List what is wrong with a request in the API's own shape."""
    errors = [
        {"title": "Unprocessable entity", "details": f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"}
        for item in error.errors()
    ]
    return JSONResponse({"errors": errors}, status_code=422)


@app.middleware("http")
async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the request id, and what the dependencies noted for the answer."""
    response = await call_next(request)
    response.headers["Request-Id"] = "req_" + secrets.token_urlsafe(16)
    for name, value in getattr(request.state, "answer_headers", {}).items():
        response.headers[name] = value
    return response


# --- State -------------------------------------------------------------------------------------


@dataclass
class SavedAnswer:
    """The first answer to a request with an idempotency key."""

    saved_at: float
    fingerprint: str
    status: int
    body: dict[str, Any]


connections: dict[str, Connection] = {}
saved_answers: dict[tuple[str, str], SavedAnswer] = {}
rate_windows: dict[str, tuple[float, int]] = {}
lock = threading.Lock()


# --- Dependencies ------------------------------------------------------------------------------

bearer = HTTPBearer(auto_error=False)


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return secrets.compare_digest(left.encode(), right.encode())


def authenticate(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> str:
    """Demand a known API key, and count the request towards its rate limit."""
    token = credentials.credentials if credentials else ""
    if not (same(token, API_KEY) or same(token, READ_ONLY_API_KEY)):
        raise ApiError(
            401,
            "Must be authenticated to access this endpoint",
            "Send a valid API key as a Bearer token in the Authorization header.",
            {"WWW-Authenticate": "Bearer"},
        )
    limit_rate(request, token)
    return token


def limit_rate(request: Request, api_key: str) -> None:
    """Refuse the request when its key has used up its minute."""
    now = time.monotonic()
    with lock:
        start, count = rate_windows.get(api_key, (now, 0))
        if now - start >= RATE_WINDOW_SECONDS:
            start, count = now, 0
        count += 1
        rate_windows[api_key] = (start, count)
    reset = str(max(1, round(RATE_WINDOW_SECONDS - (now - start))))
    request.state.answer_headers = {
        "RateLimit-Limit": str(RATE_LIMIT),
        "RateLimit-Remaining": str(max(0, RATE_LIMIT - count)),
        "RateLimit-Reset": reset,
        "Persona-Organization-Id": ORGANIZATION_ID,
        "Persona-Environment-Id": ENVIRONMENT_ID,
    }
    if count > RATE_LIMIT:
        raise ApiError(429, "Too many requests", "The rate limit of this API key is used up.", {"Retry-After": reset})


ApiKey = Annotated[str, Depends(authenticate)]


def require_write_permission(api_key: ApiKey) -> str:
    """Refuse keys that may only read."""
    if same(api_key, READ_ONLY_API_KEY):
        raise ApiError(403, "Forbidden", "This API key is not permitted to change connections.")
    return api_key


class Serializer:
    """Shows connections with the casing and the attributes a request asks for."""

    def __init__(
        self,
        fields: Annotated[str | None, Query(alias=f"fields[{CONNECTION_TYPE}]")] = None,
        key_inflection: Annotated[KeyInflection, Header()] = KeyInflection.kebab,
        persona_version: Annotated[PersonaVersion, Header()] = PersonaVersion.v2025_12_08,
    ) -> None:
        self.inflection = key_inflection
        self.wanted = None if fields is None else {snake(name.strip()) for name in fields.split(",")}

    def inflect(self, name: str) -> str:
        """Write a snake-case name in the casing asked for."""
        if self.inflection is KeyInflection.kebab:
            return name.replace("_", "-")
        if self.inflection is KeyInflection.camel:
            return re.sub(r"_(.)", lambda match: match.group(1).upper(), name)
        return name

    def show(self, connection: Connection) -> dict[str, Any]:
        """Show a connection."""
        attributes = connection.attributes.model_dump(mode="json", include=self.wanted)
        return {
            "type": CONNECTION_TYPE,
            "id": connection.id,
            "attributes": {self.inflect(name): value for name, value in attributes.items()},
        }


def snake(name: str) -> str:
    """Write a name in any of the three casings in snake case."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).replace("-", "_").lower()


class Idempotency:
    """Runs an operation once per Idempotency-Key and repeats its first answer afterwards."""

    def __init__(self, api_key: str, idempotency_key: str | None, fingerprint: str) -> None:
        self.key = (api_key, idempotency_key) if idempotency_key else None
        self.fingerprint = fingerprint

    def run(self, operation: Callable[[], tuple[int, dict[str, Any]]]) -> JSONResponse:
        """Answer with the saved or else with a new answer."""
        with lock:
            if self.key is None:
                status, body = operation()
                return JSONResponse(body, status_code=status)
            saved = saved_answers.get(self.key)
            if saved is None or time.monotonic() - saved.saved_at >= IDEMPOTENCY_SECONDS:
                try:
                    status, body = operation()
                except ApiError as error:
                    status, body = error.status, error.body
                saved = SavedAnswer(time.monotonic(), self.fingerprint, status, body)
                saved_answers[self.key] = saved
            elif saved.fingerprint != self.fingerprint:
                raise ApiError(400, "Idempotency error", "This Idempotency-Key was used with different parameters.")
            return JSONResponse(saved.body, status_code=saved.status)


async def get_idempotency(
    request: Request,
    api_key: Annotated[str, Depends(require_write_permission)],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Idempotency:
    """Read the idempotency key and the fingerprint of a request."""
    fingerprint = hashlib.sha256(str(request.url).encode() + b"\n" + await request.body()).hexdigest()
    return Idempotency(api_key, idempotency_key, fingerprint)


SerializerDep = Annotated[Serializer, Depends()]
IdempotencyDep = Annotated[Idempotency, Depends(get_idempotency)]

# --- Operations --------------------------------------------------------------------------------

router = APIRouter(prefix="/api/v1/connect/connections", dependencies=[Depends(authenticate)])


def find_connection(connection_id: str) -> Connection:
    """Look a connection up by its id."""
    if connection_id not in connections:
        raise ApiError(404, "Record not found", "There is no connection with this id.")
    return connections[connection_id]


@router.post("", status_code=201)
def create_connection(
    new_connection: NewConnection, idempotency: IdempotencyDep, serializer: SerializerDep
) -> JSONResponse:
    """Create a pending connection to a destination organization."""

    def create() -> tuple[int, dict[str, Any]]:
        if new_connection.data is None:
            raise ApiError(422, "Unprocessable entity", "destination-organization-id is required.")
        destination = new_connection.data.attributes.destination_organization_id
        if destination not in DESTINATION_IDS:
            raise ApiError(422, "Unprocessable entity", "The destination organization does not exist.")
        if any(c.attributes.destination_organization_id == destination for c in connections.values()):
            raise ApiError(409, "Conflict", "A connection to this organization exists already.")
        now = datetime.now(UTC)
        connection = Connection(
            attributes=ConnectionAttributes(destination_organization_id=destination, created_at=now, updated_at=now)
        )
        connections[connection.id] = connection
        return 201, {"data": serializer.show(connection)}

    return idempotency.run(create)


@router.get("")
def list_connections(
    request: Request,
    serializer: SerializerDep,
    size: Annotated[int, Query(alias="page[size]", ge=1, le=100)] = 10,
    after: Annotated[str | None, Query(alias="page[after]")] = None,
    before: Annotated[str | None, Query(alias="page[before]")] = None,
) -> dict[str, Any]:
    """List the connections, newest first, a page at a time."""
    newest_first = list(reversed(connections.values()))
    ids = [connection.id for connection in newest_first]
    for cursor in (after, before):
        if cursor and cursor not in ids:
            raise ApiError(400, "Bad request", "The page cursor is not the id of a connection.")
    start, end = 0, size
    if after:
        start = ids.index(after) + 1
        end = start + size
    elif before:
        end = ids.index(before)
        start = max(0, end - size)
    page = newest_first[start:end]
    links: dict[str, str | None] = {"prev": None, "next": None}
    if page and start > 0:
        links["prev"] = f"{request.url.path}?" + urlencode({"page[before]": page[0].id, "page[size]": size})
    if page and end < len(ids):
        links["next"] = f"{request.url.path}?" + urlencode({"page[after]": page[-1].id, "page[size]": size})
    return {"data": [serializer.show(connection) for connection in page], "links": links}


@router.get("/{connection_id}")
def retrieve_connection(connection_id: str, serializer: SerializerDep) -> dict[str, Any]:
    """Show one connection."""
    return {"data": serializer.show(find_connection(connection_id))}


@router.post("/{connection_id}/deactivate")
def deactivate_connection(connection_id: str, idempotency: IdempotencyDep, serializer: SerializerDep) -> JSONResponse:
    """Make a connection inactive."""

    def deactivate() -> tuple[int, dict[str, Any]]:
        connection = find_connection(connection_id)
        if connection.attributes.status is Status.inactive:
            raise ApiError(409, "Conflict", "The connection is inactive already.")
        set_status(connection, Status.inactive)
        return 200, {"data": serializer.show(connection)}

    return idempotency.run(deactivate)


@router.post("/{connection_id}/reactivate")
def reactivate_connection(connection_id: str, idempotency: IdempotencyDep, serializer: SerializerDep) -> JSONResponse:
    """Make an inactive connection pending again."""

    def reactivate() -> tuple[int, dict[str, Any]]:
        connection = find_connection(connection_id)
        if connection.attributes.status is not Status.inactive:
            raise ApiError(409, "Conflict", "Only an inactive connection can be reactivated.")
        set_status(connection, Status.pending)
        return 200, {"data": serializer.show(connection)}

    return idempotency.run(reactivate)


def set_status(connection: Connection, status: Status) -> None:
    """Move a connection to another stage of its life."""
    connection.attributes.status = status
    connection.attributes.updated_at = datetime.now(UTC)


app.include_router(router)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
