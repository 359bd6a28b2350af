"""Persona's connections API with Django REST framework, in one file.

Run it with ``python app.py --port 8000``. All state lives in memory.
"""

import argparse
import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings

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

settings.configure(
    DEBUG=False,
    SECRET_KEY=secrets.token_hex(32),
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[f"{__name__}.request_id_middleware", "django.middleware.common.CommonMiddleware"],
    TIME_ZONE="UTC",
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "EXCEPTION_HANDLER": f"{__name__}.api_exception_handler",
        "UNAUTHENTICATED_USER": None,
    },
)

import uvicorn  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import Http404, HttpRequest, HttpResponse  # noqa: E402
from rest_framework import serializers, viewsets  # noqa: E402
from rest_framework.authentication import BaseAuthentication, get_authorization_header  # noqa: E402
from rest_framework.decorators import action  # noqa: E402
from rest_framework.exceptions import (  # noqa: E402
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    NotFound,
    ParseError,
    PermissionDenied,
    Throttled,
    ValidationError,
)
from rest_framework.permissions import BasePermission  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.routers import SimpleRouter  # noqa: E402
from rest_framework.throttling import BaseThrottle  # noqa: E402
from rest_framework.views import exception_handler  # noqa: E402

# --- State -------------------------------------------------------------------------------------


@dataclass
class Connection:
    """A connection between two organizations."""

    destination_organization_id: str
    source_organization_id: str = ORGANIZATION_ID
    status: str = "pending"
    id: str = field(default_factory=lambda: "cxn_" + secrets.token_hex(12))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """A new connection has been updated when it was created."""
        self.updated_at = self.created_at

    def set_status(self, status: str) -> None:
        """Move the connection to another stage of its life."""
        self.status = status
        self.updated_at = datetime.now(UTC)


@dataclass
class SavedAnswer:
    """The first answer to a request with an idempotency key."""

    saved_at: float
    fingerprint: str
    status: int
    data: Any


connections: dict[str, Connection] = {}
saved_answers: dict[tuple[str, str], SavedAnswer] = {}
rate_windows: dict[str, tuple[float, int]] = {}
lock = threading.Lock()


# --- Errors ------------------------------------------------------------------------------------


class BadRequest(APIException):
    """A request the API cannot understand."""

    status_code = 400
    default_code = "bad_request"


class IdempotencyError(APIException):
    """An idempotency key that was used for another request."""

    status_code = 400
    default_code = "idempotency_error"
    default_detail = "This Idempotency-Key was used with different parameters."


class Conflict(APIException):
    """A request at odds with the present state of a connection."""

    status_code = 409
    default_code = "conflict"


class Unprocessable(APIException):
    """A well-formed request that cannot be carried out."""

    status_code = 422
    default_code = "unprocessable_entity"


ERROR_TITLES: dict[type[Exception], str] = {
    AuthenticationFailed: "Must be authenticated to access this endpoint",
    NotAuthenticated: "Must be authenticated to access this endpoint",
    PermissionDenied: "Forbidden",
    NotFound: "Record not found",
    Http404: "Record not found",
    Conflict: "Conflict",
    Unprocessable: "Unprocessable entity",
    Throttled: "Too many requests",
    IdempotencyError: "Idempotency error",
    ParseError: "Bad request",
    BadRequest: "Bad request",
    ValidationError: "Bad request",
}


def flatten(detail: Any, path: str = "") -> list[str]:
    """List the messages in the framework's nested description of an error."""
    if isinstance(detail, dict):
        return [text for name, part in detail.items() for text in flatten(part, f"{path}/{name}")]
    if isinstance(detail, list):
        return [text for part in detail for text in flatten(part, path)]
    return [f"{path}: {detail}" if path else str(detail)]


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Shape the errors the API documents; leave all others to the framework."""
    if isinstance(error, RecursionError):
        error = ParseError("The request body is nested too deeply.")
    response = exception_handler(error, context)
    title = ERROR_TITLES.get(type(error))
    if response is not None and title is not None:
        details = error.detail if isinstance(error, APIException) else "Not found."
        response.data = {"errors": [{"title": title, "details": text} for text in flatten(details)]}
    return response


# --- Authentication, permissions, limits -------------------------------------------------------


class ApiKeyUser:
    """The holder of an API key."""

    is_authenticated = True


class ApiKeyAuthentication(BaseAuthentication):
    """Accepts the known API keys as Bearer tokens."""

    def authenticate(self, request: Request) -> tuple[ApiKeyUser, str]:
        """Find the API key of a request."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        for key in (API_KEY, READ_ONLY_API_KEY):
            if scheme.lower() == b"bearer" and secrets.compare_digest(token.strip(), key.encode()):
                return ApiKeyUser(), key
        raise AuthenticationFailed("Send a valid API key as a Bearer token in the Authorization header.")

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the WWW-Authenticate header."""
        return "Bearer"


class MayChangeConnections(BasePermission):
    """Lets every key read, and all but the read-only one write."""

    message = "This API key is not permitted to change connections."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the request's key may do this."""
        return request.method == "GET" or request.auth != READ_ONLY_API_KEY


class ApiKeyThrottle(BaseThrottle):
    """Counts the requests of each API key in windows of a minute."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count a request and tell whether it is still within the limit."""
        now = time.monotonic()
        with lock:
            start, count = rate_windows.get(request.auth, (now, 0))
            if now - start >= RATE_WINDOW_SECONDS:
                start, count = now, 0
            count += 1
            rate_windows[request.auth] = (start, count)
        self.reset = max(1, round(RATE_WINDOW_SECONDS - (now - start)))
        view.rate_limit_headers = {
            "RateLimit-Limit": str(RATE_LIMIT),
            "RateLimit-Remaining": str(max(0, RATE_LIMIT - count)),
            "RateLimit-Reset": str(self.reset),
        }
        return count <= RATE_LIMIT

    def wait(self) -> float:
        """Give the seconds until the window ends."""
        return self.reset


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give every answer a request id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Request-Id"] = "req_" + secrets.token_urlsafe(16)
        return response

    return middleware


def idempotent(operation: Callable[..., Response]) -> Callable[..., Response]:
    """Run the operation once per Idempotency-Key and repeat its first answer afterwards."""

    @wraps(operation)
    def wrapper(view: "ConnectionViewSet", request: Request, **arguments: str) -> Response:
        key = request.headers.get("Idempotency-Key")
        with lock:
            if not key:
                return operation(view, request, **arguments)
            fingerprint = get_fingerprint(request)
            saved = saved_answers.get((request.auth, key))
            if saved is None or time.monotonic() - saved.saved_at >= IDEMPOTENCY_SECONDS:
                try:
                    response = operation(view, request, **arguments)
                except APIException as error:
                    response = api_exception_handler(error, view.get_exception_handler_context())
                saved = SavedAnswer(time.monotonic(), fingerprint, response.status_code, response.data)
                saved_answers[(request.auth, key)] = saved
            elif saved.fingerprint != fingerprint:
                raise IdempotencyError()
            return Response(saved.data, status=saved.status)

    return wrapper


def get_fingerprint(request: Request) -> str:
    """Condense the parameters of a request."""
    parameters = json.dumps([request.get_full_path(), request.data], sort_keys=True)
    return hashlib.sha256(parameters.encode()).hexdigest()


# --- Serializers -------------------------------------------------------------------------------


def kebab(name: str) -> str:
    """Write a name in any of the three casings in kebab case."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", name).replace("_", "-").lower()


def inflect(name: str, inflection: str) -> str:
    """Write a snake-case name in another casing."""
    if inflection == "kebab":
        return name.replace("_", "-")
    if inflection == "camel":
        return re.sub(r"_(.)", lambda match: match.group(1).upper(), name)
    return name


class NewConnectionAttributesSerializer(serializers.Serializer):
    """Attributes of a connection to be created."""

    destination_organization_id = serializers.CharField()

    def to_internal_value(self, data: Any) -> Any:
        """Accept names in any of the three casings."""
        if isinstance(data, dict):
            data = {kebab(name).replace("-", "_"): value for name, value in data.items()}
        return super().to_internal_value(data)


class NewConnectionDataSerializer(serializers.Serializer):
    """The data member of a request to create a connection."""

    attributes = NewConnectionAttributesSerializer()


class NewConnectionSerializer(serializers.Serializer):
    """A request to create a connection."""

    data = NewConnectionDataSerializer(required=False)

    # The field hides the framework's property of the same name, so read the parsed value directly.
    def destination(self) -> str:
        """Give the destination organization of the validated request."""
        if "data" not in self.validated_data:
            raise Unprocessable("destination-organization-id is required.")
        return self.validated_data["data"]["attributes"]["destination_organization_id"]


class ConnectionAttributesSerializer(serializers.Serializer):
    """Attributes of a connection in an answer."""

    status = serializers.CharField()
    destination_organization_id = serializers.CharField()
    source_organization_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


# --- Operations --------------------------------------------------------------------------------


class ConnectionViewSet(viewsets.ViewSet):
    """The operations on connections."""

    authentication_classes = [ApiKeyAuthentication]
    permission_classes = [MayChangeConnections]
    throttle_classes = [ApiKeyThrottle]
    lookup_value_regex = "[^/]+"
    rate_limit_headers: dict[str, str] = {}

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Let the framework see chunked bodies, which come without the length it looks for."""
        if "Transfer-Encoding" in request.headers:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Validate the headers that choose casing and version."""
        super().initial(request, *args, **kwargs)
        self.inflection = request.headers.get("Key-Inflection") or "kebab"
        if self.inflection not in INFLECTIONS:
            raise BadRequest("Key-Inflection must be one of camel, kebab and snake.")
        if (request.headers.get("Persona-Version") or VERSIONS[0]) not in VERSIONS:
            raise BadRequest("Persona-Version is not a known version.")

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Tell the holder of a key its organization and rate limit."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in self.rate_limit_headers.items():
            response[name] = value
        if getattr(request, "_auth", None):
            response["Persona-Organization-Id"] = ORGANIZATION_ID
            response["Persona-Environment-Id"] = ENVIRONMENT_ID
        return response

    def show(self, connection: Connection) -> dict[str, Any]:
        """Show a connection with the casing and the attributes the request asks for."""
        attributes = ConnectionAttributesSerializer(connection).data
        fields = self.request.query_params.get(f"fields[{CONNECTION_TYPE}]")
        if fields is not None:
            wanted = {kebab(name.strip()) for name in fields.split(",")}
            attributes = {name: value for name, value in attributes.items() if kebab(name) in wanted}
        return {
            "type": CONNECTION_TYPE,
            "id": connection.id,
            "attributes": {inflect(name, self.inflection): value for name, value in attributes.items()},
        }

    def find(self, connection_id: str) -> Connection:
        """Look a connection up by its id."""
        if connection_id not in connections:
            raise NotFound("There is no connection with this id.")
        return connections[connection_id]

    @idempotent
    def create(self, request: Request) -> Response:
        """Create a pending connection to a destination organization."""
        serializer = NewConnectionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        destination = serializer.destination()
        if destination not in DESTINATION_IDS:
            raise Unprocessable("The destination organization does not exist.")
        if any(c.destination_organization_id == destination for c in connections.values()):
            raise Conflict("A connection to this organization exists already.")
        connection = Connection(destination)
        connections[connection.id] = connection
        return Response({"data": self.show(connection)}, status=201)

    def list(self, request: Request) -> Response:
        """List the connections, newest first, a page at a time."""
        size = self.read_page_size()
        newest_first = [*reversed(connections.values())]
        ids = [connection.id for connection in newest_first]
        after, before = (request.query_params.get(name) for name in ("page[after]", "page[before]"))
        for cursor in (after, before):
            if cursor and cursor not in ids:
                raise BadRequest("The page cursor is not the id of a connection.")
        start, end = 0, size
        if after:
            start = ids.index(after) + 1
            end = start + size
        elif before:
            end = ids.index(before)
            start = max(0, end - size)
        page = newest_first[start:end]
        links = {
            "prev": f"{request.path}?page[before]={page[0].id}&page[size]={size}" if page and start > 0 else None,
            "next": f"{request.path}?page[after]={page[-1].id}&page[size]={size}" if page and end < len(ids) else None,
        }
        return Response({"data": [self.show(connection) for connection in page], "links": links})

    def read_page_size(self) -> int:
        """Take the page size out of the query."""
        text = self.request.query_params.get("page[size]", "10")
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
            raise BadRequest(f"page[size] must be between 1 and {MAX_PAGE_SIZE}.")
        return int(text)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Show one connection."""
        return Response({"data": self.show(self.find(pk))})

    @action(detail=True, methods=["post"])
    @idempotent
    def deactivate(self, request: Request, pk: str) -> Response:
        """Make a connection inactive."""
        connection = self.find(pk)
        if connection.status == "inactive":
            raise Conflict("The connection is inactive already.")
        connection.set_status("inactive")
        return Response({"data": self.show(connection)})

    @action(detail=True, methods=["post"])
    @idempotent
    def reactivate(self, request: Request, pk: str) -> Response:
        """Make an inactive connection pending again."""
        connection = self.find(pk)
        if connection.status != "inactive":
            raise Conflict("Only an inactive connection can be reactivated.")
        connection.set_status("pending")
        return Response({"data": self.show(connection)})


router = SimpleRouter(trailing_slash=False)
router.register("api/v1/connect/connections", ConnectionViewSet, basename="connection")
urlpatterns = router.urls

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    uvicorn.run(get_asgi_application(), host="127.0.0.1", port=parser.parse_args().port, log_level="warning")
