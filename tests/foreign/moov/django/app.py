"""Moov's "Share account connection" operation, written with Django REST framework in one file.

One route, ``POST /accounts/{accountID}/connections``. Connections live in memory, one for each pair of accounts:
a second one for the same pair is a conflict.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django
from django.conf import settings as django_settings

REQUESTS_PER_SECOND = 200

django_settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-tests",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    MIDDLEWARE=[
        f"{__name__}.request_id_middleware",
        "django.middleware.common.CommonMiddleware",
        f"{__name__}.chunked_body_middleware",
    ],
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "DEFAULT_THROTTLE_RATES": {"connections": f"{REQUESTS_PER_SECOND}/second"},
        "EXCEPTION_HANDLER": f"{__name__}.handle_exception",
    },
)
django.setup()

import uvicorn  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import exceptions, serializers, status  # noqa: E402
from rest_framework.authentication import BaseAuthentication, BasicAuthentication, get_authorization_header  # noqa: E402
from rest_framework.permissions import BasePermission, IsAuthenticated  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.throttling import SimpleRateThrottle  # noqa: E402
from rest_framework.versioning import BaseVersioning  # noqa: E402
from rest_framework.views import APIView, exception_handler  # noqa: E402

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


@dataclass(frozen=True)
class Settings:
    """Credentials and accounts this server knows."""

    bearer_accounts: dict[str, uuid.UUID]
    basic_accounts: dict[tuple[str, str], uuid.UUID]
    expired_token: str
    accounts: frozenset[uuid.UUID]

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
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


settings = Settings.from_environment(os.environ)


@dataclass(frozen=True)
class Caller:
    """An authenticated caller and the account whose connections it may share."""

    account_id: uuid.UUID
    is_authenticated: bool = True


class Conflict(exceptions.APIException):
    """The connection asked for exists already."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "The two accounts are already connected."
    default_code = "conflict"


class BearerAuthentication(BaseAuthentication):
    """Authenticates by an access token."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        """Returns the caller a Bearer token stands for, None for other schemes."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        token = words[1].decode("latin-1") if len(words) == 2 else ""
        if token == settings.expired_token:
            raise exceptions.AuthenticationFailed("The token has expired.")
        if token not in settings.bearer_accounts:
            raise exceptions.AuthenticationFailed("Invalid token.")
        return Caller(settings.bearer_accounts[token]), token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return "Bearer"


class KeyAuthentication(BasicAuthentication):
    """Authenticates by public and secret key."""

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[Caller, None]:
        """Returns the caller a pair of keys stands for."""
        if (userid, password) not in settings.basic_accounts:
            raise exceptions.AuthenticationFailed("Invalid public or secret key.")
        return Caller(settings.basic_accounts[userid, password]), None


class MayShareConnections(BasePermission):
    """Only the account's own credentials may share its connections."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Answers 404 for an account that does not exist, then compares accounts."""
        account_id: uuid.UUID = view.kwargs["accountID"]
        if account_id not in settings.accounts:
            raise exceptions.NotFound()
        return request.user.account_id == account_id


class MoovVersioning(BaseVersioning):
    """Reads the API version from the X-Moov-Version header."""

    default_version = DEFAULT_VERSION

    def determine_version(self, request: Request, *args: Any, **kwargs: Any) -> str:
        """Returns the newest supported version that is not newer than the requested one."""
        requested = request.headers.get("X-Moov-Version", self.default_version)
        if requested == "latest":
            return SUPPORTED_VERSIONS[-1]
        if not VERSION_FORMAT.fullmatch(requested) or requested < SUPPORTED_VERSIONS[0]:
            raise exceptions.NotFound("Invalid version in X-Moov-Version header.")
        return max(version for version in SUPPORTED_VERSIONS if version <= requested)


class ConnectionThrottle(SimpleRateThrottle):
    """Limits requests for each client and account."""

    scope = "connections"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The key requests are counted by."""
        return f"{self.get_ident(request)}:{view.kwargs['accountID']}"


class ShareScopesSerializer(serializers.Serializer):
    """Describes the scopes being shared from a subject account to a principal account."""

    principalAccountID = serializers.UUIDField()
    allowScopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES, error_messages={"invalid_choice": "This is not a known scope."}),
        required=False,
    )

    def validate_principalAccountID(self, value: uuid.UUID) -> uuid.UUID:
        """The principal must be another existing account."""
        if value not in settings.accounts:
            raise serializers.ValidationError("There is no account with this ID.")
        if value == self.context["subject"]:
            raise serializers.ValidationError("An account cannot be connected to itself.")
        return value


class ConnectionStore:
    """The scopes shared from a subject account to a principal account."""

    def __init__(self) -> None:
        self.scopes: dict[tuple[uuid.UUID, uuid.UUID], set[str]] = {}
        self.lock = threading.Lock()

    def create(self, subject: uuid.UUID, principal: uuid.UUID, scopes: list[str]) -> None:
        """Adds a connection; each pair of accounts has at most one."""
        with self.lock:
            if (subject, principal) in self.scopes:
                raise Conflict()
            self.scopes[subject, principal] = set(scopes)


connections = ConnectionStore()


class ConnectionsView(APIView):
    """The connections of one account."""

    authentication_classes = [BearerAuthentication, KeyAuthentication]
    permission_classes = [IsAuthenticated, MayShareConnections]
    throttle_classes = [ConnectionThrottle]
    versioning_class = MoovVersioning

    def post(self, request: Request, accountID: uuid.UUID) -> Response:
        """Shares scopes of the account in the path with the principal account in the body."""
        serializer = ShareScopesSerializer(data=request.data, context={"subject": accountID})
        serializer.is_valid(raise_exception=True)
        share = serializer.validated_data
        connections.create(accountID, share["principalAccountID"], share.get("allowScopes") or list(SCOPES))
        return Response(status=status.HTTP_201_CREATED)


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Gives every response the identifier that traces its request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Request-Id"] = str(uuid.uuid4())
        return response

    return middleware


def chunked_body_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Gives a chunked request its length: Django REST framework takes a body without Content-Length for empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "CONTENT_LENGTH" not in request.META:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return get_response(request)

    return middleware


def field_errors(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Turns the serializer's errors into the documented map of fields."""
    body: dict[str, Any] = {}
    for field, problem in detail.items():
        if field == "allowScopes":
            items = problem.items() if isinstance(problem, dict) else [(0, problem)]
            body[field] = {str(index): str(messages[0]) for index, messages in items}
        elif field == "non_field_errors":
            body["principalAccountID"] = str(problem[0])
        else:
            body[field] = str(problem[0])
    return body


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Shapes the errors whose body the document gives; leaves others to the framework."""
    if isinstance(error, RecursionError):
        error = exceptions.ParseError("The request body is nested too deeply.")
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, serializers.ValidationError):
        response.status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
        response.data = field_errors(error.detail)
    elif response.status_code in (400, 409):
        response.data = {"error": response.data["detail"]}
    elif response.status_code in (401, 403, 404, 429):
        response.data = None
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Gives requests that Django itself refuses, such as a body over its limit, the documented body."""
    return JsonResponse({"error": "The request could not be processed."}, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answers an unexpected error by 500 without a body."""
    return HttpResponse(status=500)


urlpatterns = [path("accounts/<uuid:accountID>/connections", ConnectionsView.as_view())]
handler400 = bad_request
handler500 = server_error


def main() -> None:
    """Runs the server on the port given on the command line or in PORT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    port = parser.parse_args().port
    logging.getLogger("django").setLevel(logging.CRITICAL)
    uvicorn.run(get_asgi_application(), host="127.0.0.1", port=port, log_level="critical", lifespan="off")


if __name__ == "__main__":
    main()
