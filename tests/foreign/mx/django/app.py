"""MX Nexus "create member" with Django REST framework, in one file."""

from __future__ import annotations

import argparse
import os
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django
from django.conf import settings

MEDIA_TYPE = "application/vnd.mx.nexus.v1+json"
SESSION_SECONDS = 30 * 60
USER_GUID = "USR-fa7537f3-48aa-a683-a02a-b18940482f54"
OAUTH_APPLICATION = "https://oauth.example.com/authorize"

settings.configure(
    DEBUG=False,
    SECRET_KEY=uuid.uuid4().hex,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=[f"{__name__}.measure_chunked_body"],
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "EXCEPTION_HANDLER": f"{__name__}.handle_exception",
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

import uvicorn  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect  # noqa: E402
from django.urls import path, reverse  # noqa: E402
from rest_framework import exceptions, serializers  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402
from rest_framework.parsers import JSONParser  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView, exception_handler  # noqa: E402


class InvalidSession(exceptions.AuthenticationFailed):
    """The session token is unknown."""

    default_detail = "The session token is invalid."
    default_code = "4010"


class ExpiredSession(exceptions.AuthenticationFailed):
    """The session token has not been used for 30 minutes."""

    default_detail = "The session token has expired."
    default_code = "4011"


class WrongCredentials(exceptions.APIException):
    """The credentials are not those that the institution requires."""

    status_code = 400
    default_detail = "The credentials are not those the institution requires."
    default_code = "4001"


class OAuthNotSupported(exceptions.APIException):
    """The institution does not support OAuth."""

    status_code = 400
    default_detail = "The institution does not support OAuth."
    default_code = "4002"


class DuplicateMember(exceptions.APIException):
    """The user has a member with these credentials."""

    status_code = 409
    default_detail = "The member already exists."
    default_code = "4090"


class UnknownInstitution(exceptions.APIException):
    """The institution does not exist."""

    status_code = 422
    default_detail = "The institution does not exist."
    default_code = "4220"


class ExternalGuidTaken(exceptions.APIException):
    """Another member has the external_guid."""

    status_code = 422
    default_detail = "external_guid is already in use."
    default_code = "4220"


NEXUS_ERRORS = (
    InvalidSession,
    ExpiredSession,
    WrongCredentials,
    OAuthNotSupported,
    DuplicateMember,
    UnknownInstitution,
    ExternalGuidTaken,
)


def handle_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Give the API's own errors their code; leave the others as the framework shows them."""
    response = exception_handler(exc, context)
    if response is not None and isinstance(exc, NEXUS_ERRORS):
        response.data = {"error": {"code": exc.get_codes(), "message": exc.detail}}
    return response


@dataclass
class Session:
    """A session token's user and the moment of its last call."""

    user_guid: str
    last_call: float
    is_authenticated: bool = True

    def expired(self) -> bool:
        """Tell whether 30 minutes have passed since the last call."""
        return time.time() - self.last_call > SESSION_SECONDS


@dataclass(frozen=True)
class Institution:
    """A financial institution and what it asks for."""

    guid: str
    code: str
    name: str
    credential_guids: frozenset[str] = frozenset()
    supports_oauth: bool = False


def env(name: str, default: str) -> str:
    """Read a setting from the environment."""
    return os.environ.get(name) or default


def env_list(name: str, default: str) -> list[str]:
    """Read a comma-separated setting from the environment."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def load_sessions() -> dict[str, Session]:
    """Set up one live session and one that has run out."""
    now = time.time()
    return {
        env("MX_EXPIRED_SESSION_TOKEN", "session-expired-0123456789ab"): Session(USER_GUID, now - 2 * SESSION_SECONDS),
        env("MX_SESSION_TOKEN", "session-valid-0123456789abcdef"): Session(USER_GUID, now),
    }


def load_institutions() -> dict[str, Institution]:
    """Set up the institution with credentials and those with OAuth."""
    credential_guids = env_list(
        "MX_CREDENTIAL_GUIDS",
        "CRD-27d0edb8-1d50-5b90-bcbc-be270ca42b9f,CRD-1ec152cd-e628-e81a-e852-d1e7104624da",
    )
    oauth_guids = env_list(
        "MX_OAUTH_INSTITUTION_GUID",
        "INS-f1a3285d-e855-b61f-6aa7-8ae575c0e0e9,INS-2b1bd3b5-54f1-4f0e-90f4-5d2a10f05b2e,"
        "INS-9d2f8a3c-7a57-44d0-9d7e-b1b5a6a0c1ef,INS-0c7dbb8c-22f0-4c0a-8fd1-6a8f1ef9a5d3,"
        "INS-66aa6a08-2e63-4d24-8a0b-4cf6ea1de6f7,INS-7f3e0a9e-4a1e-4ff0-b2c6-1d4c1e3f7a11",
    )
    guid = env("MX_INSTITUTION_GUID", "INS-1572a04c-912b-59bf-5841-332c7dfafaef")
    name = env("MX_INSTITUTION_NAME", "Chase Bank")
    found = {guid: Institution(guid, "chase", name, frozenset(credential_guids))}
    for number, oauth_guid in enumerate(oauth_guids, start=1):
        found[oauth_guid] = Institution(oauth_guid, f"oauth_bank_{number}", f"OAuth Bank {number}", supports_oauth=True)
    return found


SESSIONS = load_sessions()
INSTITUTIONS = load_institutions()
MEMBERS: dict[str, dict[str, Any]] = {}
LOGINS: set[tuple[str, frozenset[tuple[str, str]]]] = set()
PENDING_WINDOWS: dict[str, str] = {}
WEBHOOKS: deque[dict[str, str]] = deque(maxlen=1000)


def measure_chunked_body(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give a chunked request its length, without which REST framework takes the body for empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return get_response(request)

    return middleware


class NexusRenderer(JSONRenderer):
    """JSON of the Nexus media type."""

    media_type = MEDIA_TYPE


class NexusParser(JSONParser):
    """JSON of the Nexus media type, always in UTF-8."""

    media_type = MEDIA_TYPE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Read the body; one that is nested too deeply counts as unreadable."""
        try:
            return super().parse(stream, media_type, {**(parser_context or {}), "encoding": "utf-8"})
        except RecursionError as error:
            raise exceptions.ParseError("JSON parse error - nested too deeply") from error


class SessionTokenAuthentication(BaseAuthentication):
    """The session token of the MD-SESSION-TOKEN header."""

    def authenticate(self, request: Request) -> tuple[Session, str] | None:
        """Find the caller's session and restart its 30 minutes."""
        token = request.headers.get("MD-SESSION-TOKEN")
        if not token:
            return None
        session = SESSIONS.get(token)
        if session is None:
            raise InvalidSession
        if session.expired():
            raise ExpiredSession
        session.last_call = time.time()
        return session, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that the framework answers 401 and not 403."""
        return "MD-SESSION-TOKEN"


class CredentialSerializer(serializers.Serializer):
    """One credential with the end user's value."""

    guid = serializers.CharField()
    value = serializers.CharField(trim_whitespace=False)


class NewMemberSerializer(serializers.Serializer):
    """The parameters to create a member."""

    institution_guid = serializers.CharField()
    credentials = CredentialSerializer(many=True, required=False)
    is_oauth = serializers.BooleanField(default=False)
    skip_aggregation = serializers.BooleanField(default=False)
    skip_webhook = serializers.BooleanField(default=False)
    background_aggregation_is_disabled = serializers.BooleanField(default=False)
    external_guid = serializers.CharField(default=None, allow_null=True)
    metadata = serializers.CharField(default=None, allow_null=True, allow_blank=True)
    name = serializers.CharField(default=None, allow_null=True)
    use_cases = serializers.ListField(child=serializers.CharField(), default=["PFM"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require credentials unless the member is an OAuth member."""
        if not attrs["is_oauth"] and not attrs.get("credentials"):
            raise serializers.ValidationError({"credentials": ["This field is required."]})
        return attrs


class CreateMemberSerializer(serializers.Serializer):
    """The request body."""

    member = NewMemberSerializer()


def find_institution(wanted: dict[str, Any]) -> Institution:
    """Find the institution and check that the member can be made there."""
    institution = INSTITUTIONS.get(wanted["institution_guid"])
    if institution is None:
        raise UnknownInstitution
    if wanted["is_oauth"]:
        if not institution.supports_oauth:
            raise OAuthNotSupported
    elif {credential["guid"] for credential in wanted["credentials"]} != institution.credential_guids:
        raise WrongCredentials
    return institution


def check_unique(wanted: dict[str, Any]) -> None:
    """Refuse a member that the user has, or an external_guid that is in use."""
    external_guid = wanted["external_guid"]
    if external_guid is not None and any(m["external_guid"] == external_guid for m in MEMBERS.values()):
        raise ExternalGuidTaken
    if wanted["is_oauth"]:
        return
    login = frozenset((credential["guid"], credential["value"]) for credential in wanted["credentials"])
    if (wanted["institution_guid"], login) in LOGINS:
        raise DuplicateMember
    LOGINS.add((wanted["institution_guid"], login))


def build_member(wanted: dict[str, Any], institution: Institution, session: Session) -> dict[str, Any]:
    """Make the new member; a standard one begins its aggregation unless told not to."""
    is_oauth = wanted["is_oauth"]
    aggregating = not is_oauth and not wanted["skip_aggregation"]
    return {
        "aggregated_at": None,
        "background_aggregation_is_disabled": wanted["background_aggregation_is_disabled"],
        "connection_status": "PENDING" if is_oauth else "CREATED",
        "external_guid": wanted["external_guid"],
        "guid": f"MBR-{uuid.uuid4()}",
        "institution_code": institution.code,
        "institution_guid": institution.guid,
        "is_being_aggregated": aggregating,
        "is_managed_by_user": False,
        "is_oauth": is_oauth,
        "is_user_created": True,
        "most_recent_job_guid": f"JOB-{uuid.uuid4()}" if aggregating else None,
        "metadata": wanted["metadata"],
        "name": wanted["name"] or institution.name,
        "successfully_aggregated_at": None,
        "use_cases": wanted["use_cases"],
        "user_guid": session.user_guid,
    }


def open_window(request: Request, member: dict[str, Any]) -> str:
    """Make the one-time address at which the end user starts OAuth."""
    token = uuid.uuid4().hex
    PENDING_WINDOWS[token] = member["guid"]
    return request.build_absolute_uri(reverse("oauth-window", args=[token]))


class MemberView(APIView):
    """The members of the session's user."""

    authentication_classes = [SessionTokenAuthentication]
    parser_classes = [NexusParser]
    renderer_classes = [NexusRenderer]

    def post(self, request: Request) -> Response:
        """Create a standard or an OAuth member."""
        serializer = CreateMemberSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data["member"]
        institution = find_institution(wanted)
        check_unique(wanted)
        member = build_member(wanted, institution, request.user)
        if wanted["is_oauth"]:
            member["oauth_window_uri"] = open_window(request, member)
        MEMBERS[member["guid"]] = member
        if not wanted["skip_webhook"] and request.headers.get("MX-Skip-Webhook", "").lower() != "true":
            WEBHOOKS.append({"type": "MEMBER", "action": "CREATED", "member_guid": member["guid"]})
        return Response({"member": member})


def oauth_window(request: HttpRequest, token: str) -> HttpResponse:
    """Send the end user to the OAuth application, once."""
    if PENDING_WINDOWS.pop(token, None) is None:
        return HttpResponse("This link has been used.", status=410)
    return HttpResponseRedirect(f"{OAUTH_APPLICATION}?state={token}")


urlpatterns = [
    path("members", MemberView.as_view()),
    path("oauth/window/<str:token>", oauth_window, name="oauth-window"),
]


def main() -> None:
    """Serve the application on the local host."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    port = parser.parse_args().port
    uvicorn.run(get_asgi_application(), host="127.0.0.1", port=port, log_level="critical", lifespan="off")


if __name__ == "__main__":
    main()
