"""Persona's `POST /api/v1/connect/connections`, as its document describes it.

Written from the document and never from the contract of this project, so that a misreading on either side
shows up as a disagreement between the two. What the document leaves out is as in Persona's other public
material: the status of success, the body of an error, the versions and casings, and how `fields` and
Idempotency-Key work. Where both leave a choice to the server, the comments say what is chosen here.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from uuid import NAMESPACE_URL, uuid4, uuid5

from starlette.datastructures import Headers, QueryParams
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
DEFAULT_VERSION = VERSIONS[0]  # nothing depends on which of them it is: all behave alike here

CREATED = 201
# Each documented error, by the name that the document gives it.
ERRORS = {
    400: "Bad Request Error",
    401: "Unauthorized Error",
    403: "Forbidden Error",
    409: "Conflict Error",
    422: "Unprocessable Entity Error",
    429: "Too Many Requests Error",
}
# Persona saves no 401 and no 429. Of 403 nothing is known; here it is treated like 401: both are about
# the caller, and who is let in later shall not meet what was said before.
NEVER_SAVED = (401, 403, 429)

CONNECTION = "connect/connection"
DESTINATION = "destination-organization-id"

# Fixtures, the same in every instance: the caller's organization, and those it can be connected to.
FIXTURES = uuid5(NAMESPACE_URL, "clausewise:mock:persona")
SOURCE_ORGANIZATION_ID = f"org_{uuid5(FIXTURES, 'source organization').hex}"
DESTINATION_ORGANIZATION_IDS = tuple(f"org_{uuid5(FIXTURES, f'destination {n}').hex}" for n in range(1, 5))

API_KEY = "mock-api-key-of-the-organization"
FORBIDDEN_API_KEY = "mock-api-key-without-permission"


def camel(name: str) -> str:
    """Write a name of several words in camel case."""
    first, *others = name.split("-")
    return first + "".join(word.capitalize() for word in others)


def snake(name: str) -> str:
    """Write a name of several words in snake case."""
    return name.replace("-", "_")


# How each value of Key-Inflection writes a name, which in this module always is in kebab case.
INFLECTIONS: dict[str, Callable[[str], str]] = {"kebab": str, "snake": snake, "camel": camel}


def spellings(name: str) -> list[str]:
    """Write a name in all the ways in which a caller may write it."""
    return [spell(name) for spell in INFLECTIONS.values()]


class Parameters(NamedTuple):
    """What a request with the same Idempotency-Key must repeat, as it was sent.

    It is all that the document lists for the operation. The headers belong to it because they shape the
    answer: one saved in one casing is no answer to a caller who asks for another.
    """

    version: str | None
    inflection: str | None
    query: bytes
    body: bytes

    @classmethod
    def of(cls, request: Request, body: bytes) -> Self:
        """Take the parameters of a request."""
        headers = request.headers
        return cls(headers.get("persona-version"), headers.get("key-inflection"), request.scope["query_string"], body)


class Saved(NamedTuple):
    """What the first request with an Idempotency-Key was, and how it was answered."""

    parameters: Parameters
    status: int
    body: bytes


class PersonaMock:
    """One Persona with its own memory of connections and of answers."""

    def __init__(self, *, once_per_destination: bool) -> None:
        self.once_per_destination = once_per_destination
        self.destinations: set[str] = set()
        # By Idempotency-Key alone: only one API key ever gets this far.
        self.saved: dict[str, Saved] = {}

    async def create_connection(self, request: Request) -> Response:
        """Answer the operation. Who may not call does not learn what others were answered."""
        check_caller(request.headers)
        body = await request.body()
        # No await from here on: no other request can come in between a look and what is remembered after it.
        return self.answer_once(request, body)

    def answer_once(self, request: Request, body: bytes) -> Response:
        """Answer a repeated request as it was answered first. An empty Idempotency-Key is none."""
        key = request.headers.get("idempotency-key")
        if not key:
            return self.judge(request, body)
        parameters = Parameters.of(request, body)
        if key not in self.saved:
            response = self.judge(request, body)
            if response.status_code in NEVER_SAVED:
                return response
            self.saved[key] = Saved(parameters, response.status_code, bytes(response.body))
        saved = self.saved[key]
        if saved.parameters != parameters:
            raise refusal(400, "this Idempotency-Key was used with other parameters", title="Idempotency error")
        return Response(saved.body, saved.status, media_type="application/json")

    def judge(self, request: Request, body: bytes) -> Response:
        """Make the answer to a request, be it good or bad."""
        try:
            return self.connect(request, body)
        except Refusal as reason:
            return answer(reason.status, reason.body)

    def connect(self, request: Request, body: bytes) -> Response:
        """Make a connection. The order of the steps is the order in which a request is judged."""
        headers = request.headers
        check_version(headers)
        spell = find_inflection(headers)
        status = preferred_status(headers.getlist("prefer"))
        if status in ERRORS:
            raise refusal(status, "this status was asked for")
        if status == CREATED:  # shown, and not remembered
            return created(DESTINATION_ORGANIZATION_IDS[0], spell, request.query_params)
        check_media_type(headers)
        destination = requested_destination(json_object(body))
        self.establish(destination)
        return created(destination, spell, request.query_params)

    def establish(self, destination: str) -> None:
        """Remember a connection. What 409 means is not documented; here, if at all: there is one already."""
        if self.once_per_destination and destination in self.destinations:
            raise refusal(409, "there is a connection to this organization")
        self.destinations.add(destination)


def refusal(status: int, details: str, *, title: str | None = None) -> Refusal:
    """Make a refusal with its body, whose names are the same in every casing."""
    return Refusal(status, {"errors": [{"title": title or ERRORS[status], "details": details}]})


def check_caller(headers: Headers) -> None:
    """Refuse whoever does not present the API key."""
    caller = parse_credentials(headers.get("authorization", ""))
    if caller == Credentials("bearer", FORBIDDEN_API_KEY):
        raise refusal(403, "this API key may not create connections")
    if caller != Credentials("bearer", API_KEY):
        raise refusal(401, "a known API key must be presented as a bearer token")


def check_version(headers: Headers) -> None:
    """Refuse an unknown version, of which the document says nothing; here: 400."""
    if headers.get("persona-version", DEFAULT_VERSION) not in VERSIONS:
        raise refusal(400, f"Persona-Version must be one of: {', '.join(VERSIONS)}")


def find_inflection(headers: Headers) -> Callable[[str], str]:
    """Find the casing asked for. Of an unknown one the document says nothing; here: 400."""
    name = headers.get("key-inflection", "kebab")
    if name not in INFLECTIONS:
        raise refusal(400, f"Key-Inflection must be one of: {', '.join(INFLECTIONS)}")
    return INFLECTIONS[name]


def check_media_type(headers: Headers) -> None:
    """Refuse a body that is not announced as JSON. There is no documented 415; here: 400."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise refusal(400, "the body must be application/json")


def json_object(body: bytes) -> dict[str, Any]:
    """Read the body. Of equal names the last one counts. "This endpoint expects an object": else 400."""
    try:
        value = parse_json(body)
    except ValueError as error:
        raise refusal(400, f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise refusal(400, "the body must be a JSON object")
    return value


def requested_destination(body: dict[str, Any]) -> str:
    """Find the organization to connect to.

    The document calls `data` optional, yet nobody can be connected to an organization that is not named;
    here: 422. Of several spellings of the name the first one in the order of INFLECTIONS counts.
    """
    attributes = inner_object(inner_object(body, "data"), "attributes")
    destination = next((attributes[name] for name in spellings(DESTINATION) if name in attributes), None)
    if not isinstance(destination, str):
        raise refusal(422, f"{DESTINATION} must be a string")
    if destination not in DESTINATION_ORGANIZATION_IDS:
        raise refusal(422, f"{DESTINATION} must be an organization that can be connected to")
    return destination


def inner_object(outer: dict[str, Any], name: str) -> dict[str, Any]:
    """Take an object out of another one."""
    value = outer.get(name)
    if not isinstance(value, dict):
        raise refusal(422, f"{name} must be an object")
    return value


def created(destination: str, spell: Callable[[str], str], query: QueryParams) -> Response:
    """Show a new connection to this organization; the names outside `attributes` are the same in every casing."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    attributes = {
        "status": "pending",
        DESTINATION: destination,
        "source-organization-id": SOURCE_ORGANIZATION_ID,
        "created-at": now,
        "updated-at": now,
    }
    data = {
        "type": CONNECTION,
        "id": f"cxn_{uuid4().hex}",
        "attributes": {spell(name): attributes[name] for name in attributes if is_asked_for(name, query)},
    }
    return answer(CREATED, {"data": data})


def is_asked_for(attribute: str, query: QueryParams) -> bool:
    """Tell if an attribute is to be shown: without lists each one is, else what any of the lists names."""
    lists = query.getlist(f"fields[{CONNECTION}]")
    names = {name for listed in lists for name in listed.split(",")}
    return not lists or not names.isdisjoint(spellings(attribute))


def create_app(*, once_per_destination: bool = False) -> ASGIApp:
    """Make a Persona that knows the fixtures and no connection yet.

    With `once_per_destination` it refuses a second connection to an organization, as real servers do. The
    document says nothing of that, so that otherwise a second connection is made.
    """
    mock = PersonaMock(once_per_destination=once_per_destination)
    return application(
        {("POST", "/api/v1/connect/connections"): mock.create_connection},
        id_header="Request-Id",
        new_id=lambda: f"req_{uuid4().hex}",
    )


def environment(base_url: str) -> dict[str, str]:
    """Name the variables with which a run reaches the mock at this address."""
    return {
        "PERSONA_BASE_URL": base_url,
        "PERSONA_API_KEY": API_KEY,
        "PERSONA_FORBIDDEN_API_KEY": FORBIDDEN_API_KEY,
        "PERSONA_DESTINATION_ORGANIZATION_ID": ",".join(DESTINATION_ORGANIZATION_IDS),
        "PERSONA_ORGANIZATION_ID": SOURCE_ORGANIZATION_ID,
        "PERSONA_PREFER_CODE": "1",
    }
