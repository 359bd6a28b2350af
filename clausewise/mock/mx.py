"""MX Nexus's `POST /members`, as its document describes it.

Written from the document and never from the contract of this project, so that a misreading on either
side shows up as a disagreement between the two. Where the document leaves a choice to the server, the
comments say what is chosen here. What happens to a member after its creation, at the
institution or in the OAuth application, is not played: the document promises no answer that shows it.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from secrets import token_urlsafe
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid4, uuid5

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from clausewise.mock.answers import Refusal, answer, application, parse_json

MEDIA_TYPE = "application/vnd.mx.nexus.v1+json"
SESSION_SECONDS = 30 * 60

# The one error code of the document is 4011. MX also knows 4001, 4002 and 4220, which come with the statuses that
# they begin with. Here every code does, and the others are made up.
NOT_UNDERSTOOD = 4001
NOT_POSSIBLE = 4002
NO_SESSION = 4010
SESSION_EXPIRED = 4011
NO_SUCH_WINDOW = 4040
DUPLICATE_MEMBER = 4090
WINDOW_USED = 4100
WRONG_MEDIA_TYPE = 4150
NO_SUCH_INSTITUTION = 4220

# The document shows no schema of the request, only names in its prose; that a credential is a guid with a value
# is known from MX's other material. Nor does it say where the parameter skip_webhook belongs; here: inside
# `member`, beside it, or in the query. All three are without effect, and so is the header MX-Skip-Webhook, since
# the mock sends no webhooks.
BODY_PROPERTIES: dict[str, type] = {"member": dict, "skip_webhook": bool}
MEMBER_PROPERTIES: dict[str, type] = {
    "institution_guid": str,
    "credentials": list,
    "is_oauth": bool,
    "skip_aggregation": bool,
    "skip_webhook": bool,
    "name": str,
}
CREDENTIAL_PROPERTIES: dict[str, type] = {"guid": str, "value": str}
JSON_TYPES: dict[type, str] = {str: "a string", bool: "a boolean", list: "an array", dict: "an object"}


class Institution(NamedTuple):
    """A financial institution, with the types of credentials it requires of a standard member."""

    guid: str
    code: str
    name: str
    credential_guids: tuple[str, ...] = ()

    @property
    def supports_oauth(self) -> bool:
        """Whether OAuth members can be created. Here an institution takes either those or standard ones."""
        return not self.credential_guids


class Wanted(NamedTuple):
    """A member as it was requested. One that connects with OAuth has no credentials."""

    institution: Institution
    credentials: frozenset[tuple[str, str]]
    is_oauth: bool
    skip_aggregation: bool
    name: str


# Fixtures, the same in every instance: a user, an institution with two credentials, and some with OAuth.
FIXTURES = uuid5(NAMESPACE_URL, "clausewise:mock:mx")
USER_GUID = f"USR-{uuid5(FIXTURES, 'user')}"
STANDARD_INSTITUTION = Institution(
    guid=f"INS-{uuid5(FIXTURES, 'standard institution')}",
    code="mock_standard_bank",
    name="Mock Standard Bank",
    credential_guids=(f"CRD-{uuid5(FIXTURES, 'login')}", f"CRD-{uuid5(FIXTURES, 'password')}"),
)
OAUTH_INSTITUTIONS = tuple(
    Institution(f"INS-{uuid5(FIXTURES, f'OAuth institution {n}')}", f"mock_oauth_bank_{n}", f"Mock OAuth Bank {n}")
    for n in range(1, 9)
)
INSTITUTIONS = {institution.guid: institution for institution in (STANDARD_INSTITUTION, *OAUTH_INSTITUTIONS)}
OAUTH_APPLICATION = "https://oauth-application.invalid/authorize"

SESSION_TOKEN = "mock-session-token-of-the-user"
EXPIRED_SESSION_TOKEN = "mock-session-token-that-has-expired"


class MxMock:
    """One MX with its own memory of sessions, members and OAuth windows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.last_calls: dict[str, float] = {}
        self.expired = {EXPIRED_SESSION_TOKEN}
        self.connected: set[tuple[str, frozenset[tuple[str, str]]]] = set()
        self.unused_windows: set[str] = set()
        self.used_windows: set[str] = set()

    async def create_member(self, request: Request) -> Response:
        """Answer the operation. The order of the steps is the order in which a request is judged."""
        body = await request.body()
        # Nothing is awaited from here on: no other request can come in between.
        self.check_session(request.headers)
        check_media_type(request.headers)
        wanted = wanted_member(member_properties(body))
        self.connect(wanted)
        member = new_member(wanted)
        if wanted.is_oauth:
            member["oauth_window_uri"] = f"{request.base_url}oauth/{self.new_window()}"
        return answer(200, {"member": member}, media_type=MEDIA_TYPE)

    async def open_window(self, request: Request) -> Response:
        """Take the end user to the OAuth application, once. For later visits nothing is documented; here: 410."""
        window = request.path_params["window"]
        if window in self.used_windows:
            raise refusal(WINDOW_USED, "this OAuth window has been used")
        if window not in self.unused_windows:
            raise refusal(NO_SUCH_WINDOW, "there is no such OAuth window")
        self.unused_windows.remove(window)
        self.used_windows.add(window)
        return Response(status_code=302, headers={"Location": OAUTH_APPLICATION})

    def check_session(self, headers: Headers) -> None:
        """Refuse what is no session or an expired one, and restart the 30 minutes of any other.

        Only the code 4011 is documented; the status of all these refusals is 401 here. "Each call" counts,
        whatever becomes of it.
        """
        tokens = headers.getlist("md-session-token")
        if len(tokens) != 1 or tokens[0] not in {SESSION_TOKEN, EXPIRED_SESSION_TOKEN}:
            raise refusal(NO_SESSION, "MD-SESSION-TOKEN must be the token of a session, sent once")
        token, now = tokens[0], self.clock()
        # A session counts as created when it is first used: the mock may have been started long before.
        if now - self.last_calls.get(token, now) > SESSION_SECONDS:
            self.expired.add(token)
        if token in self.expired:
            raise refusal(SESSION_EXPIRED, "the session has expired")
        self.last_calls[token] = now

    def connect(self, wanted: Wanted) -> None:
        """Remember a connection. The document calls a second one undefined behaviour; here: 409."""
        connection = (wanted.institution.guid, wanted.credentials)
        if connection in self.connected:
            raise refusal(DUPLICATE_MEMBER, "the user has a member of this institution with these credentials")
        self.connected.add(connection)

    def new_window(self) -> str:
        """Prepare a window that nobody can guess."""
        window = token_urlsafe()
        self.unused_windows.add(window)
        return window


def refusal(code: int, message: str) -> Refusal:
    """Refuse with an error code, which the document leaves without a place; here: in an object `error`."""
    return Refusal(code // 10, {"error": {"code": code, "message": message}})


def check_media_type(headers: Headers) -> None:
    """Refuse a body that is not announced as the one documented type. No status is documented; here: 415."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise refusal(WRONG_MEDIA_TYPE, f"the body must be {MEDIA_TYPE}")


def member_properties(body: bytes) -> dict[str, Any]:
    """Read the member out of the body. Properties that the document does not name are ignored."""
    try:
        value = parse_json(body)
    except ValueError as error:
        raise refusal(NOT_UNDERSTOOD, f"the body is not JSON: {error}") from error
    check_properties(value, "the body", BODY_PROPERTIES, required=["member"])
    member: dict[str, Any] = value["member"]
    check_properties(member, "member", MEMBER_PROPERTIES, required=["institution_guid"])
    if "name" in member:
        check_name(member["name"])
    for credential in member.get("credentials", []):
        check_properties(credential, "a credential", CREDENTIAL_PROPERTIES, required=CREDENTIAL_PROPERTIES)
    return member


def check_properties(value: Any, what: str, types: Mapping[str, type], *, required: Iterable[str]) -> None:
    """Refuse what is no object, lacks a required property, or has a known one of a wrong type."""
    if not isinstance(value, dict):
        raise refusal(NOT_UNDERSTOOD, f"{what} must be an object")
    for name in required:
        if name not in value:
            raise refusal(NOT_UNDERSTOOD, f"{what} must have {name}")
    for name, expected in types.items():
        if name in value and not isinstance(value[name], expected):
            raise refusal(NOT_UNDERSTOOD, f"{name} must be {JSON_TYPES[expected]}")


def check_name(name: str) -> None:
    """Refuse a name that is empty or, with half a surrogate pair, cannot be sent back as UTF-8."""
    if not name or any("\ud800" <= character <= "\udfff" for character in name):
        raise refusal(NOT_UNDERSTOOD, "name must be text and not empty")


def wanted_member(member: dict[str, Any]) -> Wanted:
    """Judge the properties of a member together."""
    institution = INSTITUTIONS.get(member["institution_guid"])
    if institution is None:
        raise refusal(NO_SUCH_INSTITUTION, "institution_guid is not that of a known institution")
    is_oauth = member.get("is_oauth", False)
    if is_oauth and not institution.supports_oauth:
        raise refusal(NOT_POSSIBLE, "the institution does not support OAuth")
    return Wanted(
        institution=institution,
        credentials=frozenset() if is_oauth else required_credentials(institution, member.get("credentials", [])),
        is_oauth=is_oauth,
        skip_aggregation=member.get("skip_aggregation", False),
        name=member.get("name", institution.name),
    )


def required_credentials(institution: Institution, given: list[dict[str, str]]) -> frozenset[tuple[str, str]]:
    """Take the credentials of a standard member: each that the institution requires once, and no other."""
    if institution.supports_oauth:
        raise refusal(NOT_POSSIBLE, "the institution supports OAuth members only")
    if sorted(credential["guid"] for credential in given) != sorted(institution.credential_guids):
        raise refusal(NOT_POSSIBLE, "credentials must be those of the institution, each of them once")
    return frozenset((credential["guid"], credential["value"]) for credential in given)


def new_member(wanted: Wanted) -> dict[str, Any]:
    """Make a member that nothing has happened to yet, with every field of the document's example.

    The document says that aggregation is attempted immediately, with OAuth after the end user's consent. Of
    the values, it names PENDING alone; here a standard member is CREATED, and what is not yet known is null.
    """
    is_being_aggregated = not (wanted.is_oauth or wanted.skip_aggregation)
    return {
        "aggregated_at": None,
        "background_aggregation_is_disabled": False,
        "connection_status": "PENDING" if wanted.is_oauth else "CREATED",
        "external_guid": None,
        "guid": f"MBR-{uuid4()}",
        "institution_code": wanted.institution.code,
        "institution_guid": wanted.institution.guid,
        "is_being_aggregated": is_being_aggregated,
        "is_managed_by_user": False,
        "is_oauth": wanted.is_oauth,
        "is_user_created": True,
        "most_recent_job_guid": f"JOB-{uuid4()}" if is_being_aggregated else None,
        "metadata": None,
        "name": wanted.name,
        "successfully_aggregated_at": None,
        "use_cases": ["PFM"],
        "user_guid": USER_GUID,
    }


def create_app(clock: Callable[[], float] = time.time) -> ASGIApp:
    """Make an MX that knows the fixtures and no member yet. Its sessions age by this clock of seconds."""
    mx = MxMock(clock)
    return application(
        {("POST", "/members"): mx.create_member, ("GET", "/oauth/(?P<window>[^/]+)"): mx.open_window},
        id_header="x-request-id",  # no id is documented; here: a UUID on every answer
        new_id=lambda: str(uuid4()),
        media_type=MEDIA_TYPE,
    )


def environment(base_url: str) -> dict[str, str]:
    """Name the variables with which a run reaches the mock at this address."""
    return {
        "MX_BASE_URL": base_url,
        "MX_SESSION_TOKEN": SESSION_TOKEN,
        "MX_EXPIRED_SESSION_TOKEN": EXPIRED_SESSION_TOKEN,
        "MX_INSTITUTION_GUID": STANDARD_INSTITUTION.guid,
        "MX_INSTITUTION_NAME": STANDARD_INSTITUTION.name,
        "MX_CREDENTIAL_GUIDS": ",".join(STANDARD_INSTITUTION.credential_guids),
        "MX_OAUTH_INSTITUTION_GUID": ",".join(institution.guid for institution in OAUTH_INSTITUTIONS),
    }
