"""MX Nexus "create member" as a FastAPI application."""

from __future__ import annotations

import argparse
import os
import uuid
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, StringConstraints, model_validator

PUBLIC_URL = "https://int-data.moneydesktop.com"
OAUTH_APPLICATION = "https://oauth.example.com/authorize"
SESSION_LIFETIME = timedelta(minutes=30)
USER_GUID = "USR-fa7537f3-48aa-a683-a02a-b18940482f54"

# A length limit makes pydantic look at the characters too: a lone surrogate could not be sent back.
Text = Annotated[str, StringConstraints(max_length=100_000)]


class NexusResponse(JSONResponse):
    """A JSON response of the Nexus media type."""

    media_type = "application/vnd.mx.nexus.v1+json"


class Credential(BaseModel):
    """One credential with the end user's value."""

    guid: str
    value: Annotated[str, StringConstraints(min_length=1)]


class NewMember(BaseModel):
    """The parameters to create a member."""

    institution_guid: Text
    credentials: list[Credential] = []
    is_oauth: bool = False
    skip_aggregation: bool = False
    skip_webhook: bool = False
    background_aggregation_is_disabled: bool = False
    external_guid: Text | None = None
    metadata: Text | None = None
    name: Text | None = None
    use_cases: list[Text] = ["PFM"]

    @model_validator(mode="after")
    def standard_members_need_credentials(self) -> NewMember:
        """Require credentials unless the member is an OAuth member."""
        if not self.is_oauth and not self.credentials:
            raise ValueError("credentials are required unless is_oauth is true")
        return self


class CreateMemberRequest(BaseModel):
    """The request body."""

    member: NewMember


class Member(BaseModel):
    """A member as the API shows it."""

    aggregated_at: datetime | None = None
    background_aggregation_is_disabled: bool = False
    connection_status: str
    external_guid: str | None = None
    guid: str
    institution_code: str
    institution_guid: str
    is_being_aggregated: bool
    is_managed_by_user: bool = False
    is_oauth: bool
    is_user_created: bool = True
    most_recent_job_guid: str | None = None
    metadata: str | None = None
    name: str
    oauth_window_uri: str | None = None
    successfully_aggregated_at: datetime | None = None
    use_cases: list[str]
    user_guid: str


class MemberResponse(BaseModel):
    """The response body."""

    member: Member


class Institution(BaseModel):
    """A financial institution and what it asks for."""

    guid: str
    code: str
    name: str
    credential_guids: set[str] = set()
    supports_oauth: bool = False


class Session(BaseModel):
    """A session token's user and the moment of its last call."""

    user_guid: str
    last_call: datetime


def now() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)


def env(name: str, default: str) -> str:
    """Read a setting from the environment."""
    return os.environ.get(name) or default


def env_list(name: str, default: str) -> list[str]:
    """Read a comma-separated setting from the environment."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def load_sessions() -> dict[str, Session]:
    """Set up one live session and one that has run out."""
    expired = env("MX_EXPIRED_SESSION_TOKEN", "session-expired-0123456789ab")
    valid = env("MX_SESSION_TOKEN", "session-valid-0123456789abcdef")
    return {
        expired: Session(user_guid=USER_GUID, last_call=now() - 2 * SESSION_LIFETIME),
        valid: Session(user_guid=USER_GUID, last_call=now()),
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
    institutions = [
        Institution(
            guid=env("MX_INSTITUTION_GUID", "INS-1572a04c-912b-59bf-5841-332c7dfafaef"),
            code="chase",
            name=env("MX_INSTITUTION_NAME", "Chase Bank"),
            credential_guids=set(credential_guids),
        )
    ]
    for number, guid in enumerate(oauth_guids, start=1):
        institutions.append(
            Institution(guid=guid, code=f"oauth_{number}", name=f"OAuth Bank {number}", supports_oauth=True)
        )
    return {institution.guid: institution for institution in institutions}


app = FastAPI(title="MX Nexus API", default_response_class=NexusResponse)
session_token = APIKeyHeader(name="MD-SESSION-TOKEN", description="MX Session Token")

sessions = load_sessions()
institutions = load_institutions()
members: dict[str, Member] = {}
pending_windows: dict[str, str] = {}
webhooks: deque[dict[str, str]] = deque(maxlen=1000)


@app.exception_handler(RequestValidationError)
def show_validation_errors(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Answer with FastAPI's list of errors, without the input: it may hold the end user's credentials."""
    errors = [{"type": item["type"], "loc": item["loc"], "msg": item["msg"]} for item in error.errors()]
    return JSONResponse({"detail": errors}, status_code=422)


def refusal(status: int, code: int, message: str) -> HTTPException:
    """Make an HTTP error that carries a code and a message."""
    headers = {"WWW-Authenticate": "APIKey"} if status == 401 else None
    return HTTPException(status, detail={"code": code, "message": message}, headers=headers)


def current_session(token: Annotated[str, Security(session_token)]) -> Session:
    """Find the caller's session and restart its 30 minutes."""
    session = sessions.get(token)
    if session is None:
        raise refusal(401, 4010, "The session token is invalid")
    if now() - session.last_call > SESSION_LIFETIME:
        raise refusal(401, 4011, "The session token has expired")
    session.last_call = now()
    return session


def find_institution(wanted: NewMember) -> Institution:
    """Find the institution and check that the member can be made there."""
    institution = institutions.get(wanted.institution_guid)
    if institution is None:
        raise refusal(422, 4220, "The institution does not exist")
    if wanted.is_oauth and not institution.supports_oauth:
        raise refusal(400, 4002, "The institution does not support OAuth")
    sent = {credential.guid for credential in wanted.credentials}
    if not wanted.is_oauth and sent != institution.credential_guids:
        raise refusal(400, 4001, "The credentials are not those the institution requires")
    return institution


def open_window(member_guid: str) -> str:
    """Make the one-time address at which the end user starts OAuth."""
    token = uuid.uuid4().hex
    pending_windows[token] = member_guid
    return f"{PUBLIC_URL}/oauth/predirect_to/{token}"


def build_member(wanted: NewMember, institution: Institution, session: Session) -> Member:
    """Make the new member; a standard one begins its aggregation unless told not to."""
    guid = f"MBR-{uuid.uuid4()}"
    aggregating = not wanted.is_oauth and not wanted.skip_aggregation
    return Member(
        background_aggregation_is_disabled=wanted.background_aggregation_is_disabled,
        connection_status="PENDING" if wanted.is_oauth else "CREATED",
        external_guid=wanted.external_guid,
        guid=guid,
        institution_code=institution.code,
        institution_guid=institution.guid,
        is_being_aggregated=aggregating,
        is_oauth=wanted.is_oauth,
        most_recent_job_guid=f"JOB-{uuid.uuid4()}" if aggregating else None,
        metadata=wanted.metadata,
        name=wanted.name or institution.name,
        oauth_window_uri=open_window(guid) if wanted.is_oauth else None,
        use_cases=wanted.use_cases,
        user_guid=session.user_guid,
    )


@app.post("/members")
def create_member(
    body: CreateMemberRequest,
    session: Annotated[Session, Depends(current_session)],
    mx_skip_webhook: Annotated[bool, Header()] = False,
) -> MemberResponse:
    """Create a standard or an OAuth member."""
    institution = find_institution(body.member)
    member = build_member(body.member, institution, session)
    members[member.guid] = member
    if not mx_skip_webhook and not body.member.skip_webhook:
        webhooks.append({"type": "MEMBER", "action": "CREATED", "member_guid": member.guid})
    return MemberResponse(member=member)


@app.get("/oauth/predirect_to/{token}", include_in_schema=False)
def predirect(token: str) -> RedirectResponse:
    """Send the end user to the OAuth application, once."""
    if pending_windows.pop(token, None) is None:
        raise HTTPException(410)
    return RedirectResponse(f"{OAUTH_APPLICATION}?state={token}", status_code=302)


def main() -> None:
    """Serve the application on the local host."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    uvicorn.run(app, host="127.0.0.1", port=parser.parse_args().port, log_level="critical")


if __name__ == "__main__":
    main()
