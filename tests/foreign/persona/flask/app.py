"""Persona's connections API as a Flask application.

Run it with ``python app.py --port 8000``. All state lives in memory.
"""

import argparse
import hashlib
import hmac
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import BadRequest

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
DEFAULT_PAGE_SIZE = 10
MAX_PAGE_SIZE = 100

CONNECTION_TYPE = "connect/connection"
INFLECTIONS = ("camel", "kebab", "snake")
VERSIONS = (
    "2025-12-08",
    "2025-10-27",
    "2023-01-05",
    "2022-09-01",
    "2021-08-18",
    "2021-07-05",
    "2021-02-21",
    "2020-05-18",
)

# Connections by id, in order of creation.
connections: dict[str, dict[str, Any]] = {}
# (API key, idempotency key) -> (saved at, fingerprint, status, body).
saved_answers: dict[tuple[str, str], tuple[float, str, int, dict[str, Any]]] = {}
# API key -> (start of the window, requests in it).
rate_windows: dict[str, tuple[float, int]] = {}
lock = threading.Lock()

app = Flask(__name__)
api = Blueprint("connections", __name__, url_prefix="/api/v1/connect/connections")


class ApiError(Exception):
    """An error the API answers in its own shape."""

    def __init__(self, status: int, title: str, details: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.headers = headers or {}
        self.body = {"errors": [{"title": title, "details": details}]}


@app.errorhandler(ApiError)
def answer_api_error(error: ApiError) -> tuple[Response, int, dict[str, str]]:
    """Turn an ApiError into its JSON answer."""
    return jsonify(error.body), error.status, error.headers


# --- What happens before every operation -------------------------------------------------------


def same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


@api.before_request
def authenticate() -> None:
    """Demand a known API key in the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not (same(token, API_KEY) or same(token, READ_ONLY_API_KEY)):
        raise ApiError(
            401,
            "Must be authenticated to access this endpoint",
            "Send a valid API key as a Bearer token in the Authorization header.",
            {"WWW-Authenticate": "Bearer"},
        )
    g.api_key = token


@api.before_request
def limit_rate() -> None:
    """Count the request and refuse it when the key has used up its minute."""
    now = time.monotonic()
    with lock:
        start, count = rate_windows.get(g.api_key, (now, 0))
        if now - start >= RATE_WINDOW_SECONDS:
            start, count = now, 0
        count += 1
        rate_windows[g.api_key] = (start, count)
    reset = max(1, round(RATE_WINDOW_SECONDS - (now - start)))
    g.rate_limit = {
        "RateLimit-Limit": str(RATE_LIMIT),
        "RateLimit-Remaining": str(max(0, RATE_LIMIT - count)),
        "RateLimit-Reset": str(reset),
    }
    if count > RATE_LIMIT:
        raise ApiError(
            429, "Too many requests", "The rate limit of this API key is used up.", {"Retry-After": str(reset)}
        )


@api.before_request
def check_headers() -> None:
    """Validate the headers that choose casing and version."""
    inflection = request.headers.get("Key-Inflection") or "kebab"
    if inflection not in INFLECTIONS:
        raise ApiError(400, "Bad request", "Key-Inflection must be one of camel, kebab and snake.")
    version = request.headers.get("Persona-Version") or VERSIONS[0]
    if version not in VERSIONS:
        raise ApiError(400, "Bad request", "Persona-Version is not a known version.")
    g.inflection = inflection


@app.after_request
def add_headers(response: Response) -> Response:
    """Add the request id, and for known keys the rate limit and organization."""
    response.headers["Request-Id"] = "req_" + secrets.token_urlsafe(16)
    if "api_key" in g:
        response.headers["Persona-Organization-Id"] = ORGANIZATION_ID
        response.headers["Persona-Environment-Id"] = ENVIRONMENT_ID
        response.headers.update(g.get("rate_limit", {}))
    return response


def require_write_permission() -> None:
    """Refuse keys that may only read."""
    if same(g.api_key, READ_ONLY_API_KEY):
        raise ApiError(403, "Forbidden", "This API key is not permitted to change connections.")


Operation = Callable[..., tuple[dict[str, Any], int]]


def idempotent(operation: Operation) -> Operation:
    """Run the operation once per Idempotency-Key and repeat its first answer afterwards."""

    @wraps(operation)
    def wrapper(**arguments: str) -> tuple[dict[str, Any], int]:
        key = request.headers.get("Idempotency-Key")
        fingerprint = hashlib.sha256(request.full_path.encode() + b"\n" + request.get_data()).hexdigest()
        with lock:
            if not key:
                return operation(**arguments)
            saved = saved_answers.get((g.api_key, key))
            if saved and time.monotonic() - saved[0] < IDEMPOTENCY_SECONDS:
                if saved[1] != fingerprint:
                    raise ApiError(400, "Idempotency error", "This Idempotency-Key was used with different parameters.")
                return saved[3], saved[2]
            try:
                body, status = operation(**arguments)
            except ApiError as error:
                body, status = error.body, error.status
            saved_answers[(g.api_key, key)] = (time.monotonic(), fingerprint, status, body)
            return body, status

    return wrapper


# --- Reading requests --------------------------------------------------------------------------


def read_json() -> Any:
    """Parse the request's body."""
    try:
        return request.get_json()
    except (BadRequest, RecursionError):
        raise ApiError(400, "Bad request", "The request body is not valid JSON.") from None


def read_destination() -> str:
    """Take the destination organization out of the request's body."""
    document = read_json()
    if not isinstance(document, dict):
        raise ApiError(400, "Bad request", "The request body must be a JSON object.")
    data = document.get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(attributes, dict):
        raise ApiError(422, "Unprocessable entity", "data.attributes must be an object.")
    for name in ("destination-organization-id", "destination_organization_id", "destinationOrganizationId"):
        if name in attributes:
            destination = attributes[name]
            break
    else:
        raise ApiError(422, "Unprocessable entity", "destination-organization-id is required.")
    if not isinstance(destination, str):
        raise ApiError(422, "Unprocessable entity", "destination-organization-id must be a string.")
    return destination


def read_page_size() -> int:
    """Take the page size out of the query."""
    text = request.args.get("page[size]", str(DEFAULT_PAGE_SIZE))
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise ApiError(400, "Bad request", f"page[size] must be between 1 and {MAX_PAGE_SIZE}.")
    return int(text)


def find_connection(connection_id: str) -> dict[str, Any]:
    """Look a connection up by its id."""
    if connection_id not in connections:
        raise ApiError(404, "Record not found", "There is no connection with this id.")
    return connections[connection_id]


# --- Writing answers ---------------------------------------------------------------------------


def kebab(name: str) -> str:
    """Write a name in any of the three casings in kebab case."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", name).replace("_", "-").lower()


def inflect(name: str) -> str:
    """Write a kebab-case name in the casing the request asks for."""
    if g.inflection == "snake":
        return name.replace("-", "_")
    if g.inflection == "camel":
        return re.sub(r"-(.)", lambda match: match.group(1).upper(), name)
    return name


def serialize(connection: dict[str, Any]) -> dict[str, Any]:
    """Show a connection, with the attributes and casing the request asks for."""
    attributes = connection["attributes"]
    fields = request.args.get(f"fields[{CONNECTION_TYPE}]")
    if fields is not None:
        wanted = {kebab(name.strip()) for name in fields.split(",")}
        attributes = {name: value for name, value in attributes.items() if name in wanted}
    return {
        "type": CONNECTION_TYPE,
        "id": connection["id"],
        "attributes": {inflect(name): value for name, value in attributes.items()},
    }


def timestamp() -> str:
    """Give the present time in the API's format."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- Operations --------------------------------------------------------------------------------


@api.post("")
@idempotent
def create_connection() -> tuple[dict[str, Any], int]:
    """Create a pending connection to a destination organization."""
    require_write_permission()
    destination = read_destination()
    if destination not in DESTINATION_IDS:
        raise ApiError(422, "Unprocessable entity", "The destination organization does not exist.")
    if any(c["attributes"]["destination-organization-id"] == destination for c in connections.values()):
        raise ApiError(409, "Conflict", "A connection to this organization exists already.")
    now = timestamp()
    connection = {
        "id": "cxn_" + secrets.token_hex(12),
        "attributes": {
            "status": "pending",
            "destination-organization-id": destination,
            "source-organization-id": ORGANIZATION_ID,
            "created-at": now,
            "updated-at": now,
        },
    }
    connections[connection["id"]] = connection
    return {"data": serialize(connection)}, 201


@api.get("")
def list_connections() -> dict[str, Any]:
    """List the connections, newest first, a page at a time."""
    size = read_page_size()
    newest_first = list(reversed(connections.values()))
    ids = [connection["id"] for connection in newest_first]
    after, before = request.args.get("page[after]"), request.args.get("page[before]")
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
    return {"data": [serialize(c) for c in page], "links": page_links(page, start > 0, end < len(ids), size)}


def page_links(page: list[dict[str, Any]], has_prev: bool, has_next: bool, size: int) -> dict[str, str | None]:
    """Link to the neighbouring pages."""
    links: dict[str, str | None] = {"prev": None, "next": None}
    if page and has_prev:
        links["prev"] = f"{request.path}?" + urlencode({"page[before]": page[0]["id"], "page[size]": size})
    if page and has_next:
        links["next"] = f"{request.path}?" + urlencode({"page[after]": page[-1]["id"], "page[size]": size})
    return links


@api.get("/<connection_id>")
def retrieve_connection(connection_id: str) -> dict[str, Any]:
    """Show one connection."""
    return {"data": serialize(find_connection(connection_id))}


@api.post("/<connection_id>/deactivate")
@idempotent
def deactivate_connection(connection_id: str) -> tuple[dict[str, Any], int]:
    """Make a connection inactive."""
    require_write_permission()
    connection = find_connection(connection_id)
    if connection["attributes"]["status"] == "inactive":
        raise ApiError(409, "Conflict", "The connection is inactive already.")
    connection["attributes"].update({"status": "inactive", "updated-at": timestamp()})
    return {"data": serialize(connection)}, 200


@api.post("/<connection_id>/reactivate")
@idempotent
def reactivate_connection(connection_id: str) -> tuple[dict[str, Any], int]:
    """Make an inactive connection pending again."""
    require_write_permission()
    connection = find_connection(connection_id)
    if connection["attributes"]["status"] != "inactive":
        raise ApiError(409, "Conflict", "Only an inactive connection can be reactivated.")
    connection["attributes"].update({"status": "pending", "updated-at": timestamp()})
    return {"data": serialize(connection)}, 200


app.register_blueprint(api)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    app.run(host="127.0.0.1", port=parser.parse_args().port)
