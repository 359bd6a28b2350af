"""Sends requests to a running mock of MX, and says what its answers must look like."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import httpx

from clausewise.mock import mx, serve_app

MEDIA_TYPE = "application/vnd.mx.nexus.v1+json"


class Clock:
    """A clock that a test moves."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Caller:
    """Sends requests to one mock of MX, good ones unless told otherwise."""

    def __init__(self, base_url: str, http: httpx.Client, clock: Clock) -> None:
        self.base_url, self.http, self.clock = base_url, http, clock
        self.environment = mx.environment(base_url)
        self.institution = self.environment["MX_INSTITUTION_GUID"]
        self.credentials = self.environment["MX_CREDENTIAL_GUIDS"].split(",")
        self.oauth_institutions = self.environment["MX_OAUTH_INSTITUTION_GUID"].split(",")

    def standard(self, value: str = "secret", **changes: object) -> dict[str, object]:
        """A standard member whose credentials all have this value."""
        credentials = [{"guid": guid, "value": value} for guid in self.credentials]
        return {"institution_guid": self.institution, "credentials": credentials} | changes

    def oauth(self, institution: int = 0, **changes: object) -> dict[str, object]:
        """An OAuth member at one of the institutions that support it."""
        return {"institution_guid": self.oauth_institutions[institution], "is_oauth": True} | changes

    def create(self, member: object, **headers: str) -> httpx.Response:
        """Ask for a member; headers are named with underscores, and those without a value are left out."""
        return self.send(json.dumps({"member": member}).encode(), **headers)

    def send(self, content: bytes, *, query: str = "", **headers: str) -> httpx.Response:
        """Send any body."""
        sent = {"MD_SESSION_TOKEN": self.environment["MX_SESSION_TOKEN"], "Content_Type": MEDIA_TYPE} | headers
        named = {name.replace("_", "-"): value for name, value in sent.items() if value}
        return self.http.post("/members" + query, content=content, headers=named)

    def created(self, member: object) -> dict[str, object]:
        """Create a member and give the one in the answer."""
        return read_member(self.create(member))

    def window(self, member: object) -> str:
        """Create an OAuth member and give the address of its window."""
        return str(self.created(member)["oauth_window_uri"])


def read_member(response: httpx.Response) -> dict[str, object]:
    """Expect the documented success, and give the member in it."""
    assert (response.status_code, response.headers["content-type"]) == (200, MEDIA_TYPE)
    assert list(response.json()) == ["member"]
    assert_request_id(response)
    member: dict[str, object] = response.json()["member"]
    return member


def assert_refused(response: httpx.Response, code: int) -> None:
    """Expect an error with this code and the status that it begins with."""
    assert (response.status_code, response.headers["content-type"]) == (code // 10, MEDIA_TYPE)
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message"}
    assert response.json()["error"]["code"] == code
    assert re.search(r"\w", response.json()["error"]["message"])
    assert_request_id(response)


def assert_request_id(response: httpx.Response) -> None:
    """Expect exactly one request id, a UUID."""
    (request_id,) = response.headers.get_list("x-request-id")
    assert str(UUID(request_id)) == request_id


@contextmanager
def calling() -> Iterator[Caller]:
    """Start a mock of MX that knows no member and whose session was not used yet."""
    clock = Clock()
    with serve_app(mx.create_app(clock)) as base_url, httpx.Client(base_url=base_url, trust_env=False) as http:
        yield Caller(base_url, http, clock)
