"""Sends requests to a running mock of Persona, and says what its answers must look like."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from clausewise.mock import persona, serve_app

ERRORS = {
    400: "Bad Request Error",
    401: "Unauthorized Error",
    403: "Forbidden Error",
    409: "Conflict Error",
    422: "Unprocessable Entity Error",
    429: "Too Many Requests Error",
}

# The attributes of the document's example, in every casing.
ATTRIBUTES = {
    "kebab": ["status", "destination-organization-id", "source-organization-id", "created-at", "updated-at"],
    "snake": ["status", "destination_organization_id", "source_organization_id", "created_at", "updated_at"],
    "camel": ["status", "destinationOrganizationId", "sourceOrganizationId", "createdAt", "updatedAt"],
}
DESTINATION = "destination-organization-id"
FIELDS = "fields[connect/connection]"


class Caller:
    """Sends good requests to a running mock, each spoiled in one named way."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.environment = persona.environment(str(http.base_url))
        self.destinations = self.environment["PERSONA_DESTINATION_ORGANIZATION_ID"].split(",")

    def create(
        self,
        content: object = None,
        *,
        authorization: str | None = "",
        headers: dict[str, str] | None = None,
        query: tuple[tuple[str, str], ...] = (),
    ) -> httpx.Response:
        """Send a body: bytes as they are, anything else as JSON; no `authorization` leaves it out."""
        sent = {"Authorization": authorization or f"Bearer {self.environment['PERSONA_API_KEY']}"}
        if authorization is None:
            del sent["Authorization"]
        if not isinstance(content, bytes):
            content = json.dumps(self.body() if content is None else content).encode()
        return self.http.post(
            "/api/v1/connect/connections",
            params=query,
            content=content,
            headers=sent | {"Content-Type": "application/json"} | (headers or {}),
        )

    def body(self, destination: int = 0) -> object:
        """Ask for a connection to one of the known organizations."""
        return with_attributes({DESTINATION: self.destinations[destination]})


def with_attributes(attributes: object) -> object:
    """Put attributes where the document's request has them."""
    return {"data": {"attributes": attributes}}


@contextmanager
def running(*, once_per_destination: bool = False) -> Iterator[Caller]:
    """Serve a Persona with a state of its own, to a client that ignores proxies of the machine."""
    app = persona.create_app(once_per_destination=once_per_destination)
    with serve_app(app) as base_url, httpx.Client(base_url=base_url, trust_env=False) as http:
        yield Caller(http)


def assert_created(response: httpx.Response, casing: str = "kebab") -> dict[str, str]:
    """Expect the document's example with other ids and times; gives the attributes by their names in kebab case."""
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert_request_id(response)
    assert set(response.json()) == {"data"}
    data = response.json()["data"]
    assert set(data) == {"type", "id", "attributes"}
    assert data["type"] == "connect/connection"
    assert re.fullmatch("cxn_[A-Za-z0-9]+", data["id"])
    assert set(data["attributes"]) == set(ATTRIBUTES[casing])
    attributes = {
        name: data["attributes"][spelled] for name, spelled in zip(ATTRIBUTES["kebab"], ATTRIBUTES[casing], strict=True)
    }
    assert attributes["status"] == "pending"
    assert re.fullmatch("org_[A-Za-z0-9]+", attributes["source-organization-id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", attributes["created-at"])
    assert attributes["updated-at"] == attributes["created-at"]
    return attributes


def assert_refused(response: httpx.Response, status: int, title: str | None = None) -> None:
    """Expect one error, by the name that the document gives to its status."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert_request_id(response)
    assert set(response.json()) == {"errors"}
    (error,) = response.json()["errors"]
    assert set(error) == {"title", "details"}
    assert error["title"] == (title or ERRORS[status])
    assert isinstance(error["details"], str)
    assert error["details"]


def assert_request_id(response: httpx.Response) -> None:
    """Expect exactly one request id."""
    (request_id,) = response.headers.get_list("request-id")
    assert re.fullmatch("req_[A-Za-z0-9]+", request_id)
