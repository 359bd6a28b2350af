"""MX Nexus "create member" as a Flask application."""

from __future__ import annotations

import argparse
import os
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import uvicorn
from asgiref.wsgi import WsgiToAsgi
from flask import Flask, jsonify, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Gone
from werkzeug.wrappers import Response

MEDIA_TYPE = "application/vnd.mx.nexus.v1+json"
SESSION_SECONDS = 30 * 60
USER_GUID = "USR-fa7537f3-48aa-a683-a02a-b18940482f54"
OAUTH_APPLICATION = "https://oauth.example.com/authorize"


@dataclass
class Session:
    """A session token's user and the moment of its last call."""

    user_guid: str
    last_call: float

    def expired(self) -> bool:
        """Tell whether 30 minutes have passed since the last call."""
        return time.time() - self.last_call > SESSION_SECONDS


@dataclass(frozen=True)
class Institution:
    """A financial institution and what it asks for."""

    guid: str
    code: str
    name: str
    credential_guids: frozenset[str]
    supports_oauth: bool = False


class ApiError(Exception):
    """A refusal with an HTTP status, an error code and a message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


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
    institutions = [
        Institution(guid, f"oauth_bank_{number}", f"OAuth Bank {number}", frozenset(), supports_oauth=True)
        for number, guid in enumerate(
            env_list(
                "MX_OAUTH_INSTITUTION_GUID",
                "INS-f1a3285d-e855-b61f-6aa7-8ae575c0e0e9,INS-2b1bd3b5-54f1-4f0e-90f4-5d2a10f05b2e,"
                "INS-9d2f8a3c-7a57-44d0-9d7e-b1b5a6a0c1ef,INS-0c7dbb8c-22f0-4c0a-8fd1-6a8f1ef9a5d3,"
                "INS-66aa6a08-2e63-4d24-8a0b-4cf6ea1de6f7,INS-7f3e0a9e-4a1e-4ff0-b2c6-1d4c1e3f7a11",
            ),
            start=1,
        )
    ]
    institutions.append(
        Institution(
            guid=env("MX_INSTITUTION_GUID", "INS-1572a04c-912b-59bf-5841-332c7dfafaef"),
            code="chase",
            name=env("MX_INSTITUTION_NAME", "Chase Bank"),
            credential_guids=frozenset(
                env_list(
                    "MX_CREDENTIAL_GUIDS",
                    "CRD-27d0edb8-1d50-5b90-bcbc-be270ca42b9f,CRD-1ec152cd-e628-e81a-e852-d1e7104624da",
                )
            ),
        )
    )
    return {institution.guid: institution for institution in institutions}


app = Flask(__name__)
app.json.mimetype = MEDIA_TYPE  # type: ignore[attr-defined]

sessions = load_sessions()
institutions = load_institutions()
members: dict[str, dict[str, Any]] = {}
pending_windows: dict[str, str] = {}
webhooks: deque[dict[str, str]] = deque(maxlen=1000)


@app.errorhandler(ApiError)
def show_api_error(error: ApiError) -> tuple[Response, int]:
    """Answer a refusal as JSON."""
    return jsonify(error={"code": error.code, "message": error.message}), error.status


@app.errorhandler(BadRequest)
@app.errorhandler(RecursionError)
def show_unreadable_body(_error: Exception) -> tuple[Response, int]:
    """Answer a body that the JSON parser could not read, or not in its depth."""
    return show_api_error(ApiError(400, 4000, "The request body is not valid JSON"))


def authenticate() -> Session:
    """Find the caller's session and restart its 30 minutes."""
    token = request.headers.get("MD-SESSION-TOKEN")
    if not token:
        raise ApiError(401, 4010, "The MD-SESSION-TOKEN header is required")
    session = sessions.get(token)
    if session is None:
        raise ApiError(401, 4010, "The session token is invalid")
    if session.expired():
        raise ApiError(401, 4011, "The session token has expired")
    session.last_call = time.time()
    return session


def read_member() -> dict[str, Any]:
    """Take the `member` object out of the request body."""
    body = request.get_json()
    member = body.get("member") if isinstance(body, dict) else None
    if not isinstance(member, dict):
        raise ApiError(400, 4000, "member must be an object")
    return member


def read_flag(member: dict[str, Any], name: str) -> bool:
    """Read an optional boolean that is false unless given."""
    value = member.get(name)
    if value is not None and not isinstance(value, bool):
        raise ApiError(400, 4000, f"{name} must be a boolean")
    return bool(value)


def read_text(member: dict[str, Any], name: str) -> str | None:
    """Read an optional string."""
    value = member.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiError(400, 4000, f"{name} must be a string")
    return value


def read_use_cases(member: dict[str, Any]) -> list[str]:
    """Read the optional list of use cases."""
    value = member.get("use_cases")
    if value is None:
        return ["PFM"]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ApiError(400, 4000, "use_cases must be a list of strings")
    return value


def find_institution(member: dict[str, Any]) -> Institution:
    """Find the institution that the request names."""
    guid = read_text(member, "institution_guid")
    if not guid:
        raise ApiError(400, 4000, "institution_guid is required")
    institution = institutions.get(guid)
    if institution is None:
        raise ApiError(422, 4220, "The institution does not exist")
    return institution


def is_credential(item: Any) -> bool:
    """Tell whether an item has the form of a filled-in credential."""
    return (
        isinstance(item, dict)
        and isinstance(item.get("guid"), str)
        and isinstance(item.get("value"), str)
        and item["value"] != ""
    )


def check_credentials(member: dict[str, Any], institution: Institution) -> None:
    """Make sure that exactly the credentials the institution requires were sent."""
    credentials = member.get("credentials")
    if not credentials:
        raise ApiError(400, 4001, "credentials are required")
    if not isinstance(credentials, list) or not all(is_credential(item) for item in credentials):
        raise ApiError(400, 4001, "credentials must be a list of objects with guid and value")
    if {item["guid"] for item in credentials} != institution.credential_guids:
        raise ApiError(400, 4001, "credentials do not match those the institution requires")


def check_external_guid(external_guid: str | None) -> None:
    """Refuse an external_guid that another member has."""
    if external_guid is not None and any(m["external_guid"] == external_guid for m in members.values()):
        raise ApiError(422, 4220, "external_guid is already in use")


def build_member(member: dict[str, Any], institution: Institution, session: Session) -> dict[str, Any]:
    """Fill in the new member with the defaults of a standard member."""
    aggregating = not read_flag(member, "skip_aggregation")
    return {
        "aggregated_at": None,
        "background_aggregation_is_disabled": read_flag(member, "background_aggregation_is_disabled"),
        "connection_status": "CREATED",
        "external_guid": read_text(member, "external_guid"),
        "guid": f"MBR-{uuid.uuid4()}",
        "institution_code": institution.code,
        "institution_guid": institution.guid,
        "is_being_aggregated": aggregating,
        "is_managed_by_user": False,
        "is_oauth": False,
        "is_user_created": True,
        "most_recent_job_guid": f"JOB-{uuid.uuid4()}" if aggregating else None,
        "metadata": read_text(member, "metadata"),
        "name": read_text(member, "name") or institution.name,
        "successfully_aggregated_at": None,
        "use_cases": read_use_cases(member),
        "user_guid": session.user_guid,
    }


def make_oauth(member: dict[str, Any]) -> None:
    """Turn a new member into an OAuth member that waits for its end user."""
    token = uuid.uuid4().hex
    pending_windows[token] = member["guid"]
    member.update(
        connection_status="PENDING",
        is_being_aggregated=False,
        is_oauth=True,
        most_recent_job_guid=None,
        oauth_window_uri=url_for("open_oauth_window", token=token, _external=True),
    )


def announce(member: dict[str, Any], skip_webhook: bool) -> None:
    """Queue the webhook about a new member unless the caller does not want it."""
    header = request.headers.get("MX-Skip-Webhook", "")
    if not skip_webhook and header.lower() != "true":
        webhooks.append({"type": "MEMBER", "action": "CREATED", "member_guid": member["guid"]})


@app.post("/members")
def create_member() -> Response:
    """Create a standard or an OAuth member."""
    session = authenticate()
    wanted = read_member()
    institution = find_institution(wanted)
    is_oauth = read_flag(wanted, "is_oauth")
    skip_webhook = read_flag(wanted, "skip_webhook")
    if is_oauth and not institution.supports_oauth:
        raise ApiError(400, 4002, "The institution does not support OAuth")
    if not is_oauth:
        check_credentials(wanted, institution)
    member = build_member(wanted, institution, session)
    check_external_guid(member["external_guid"])
    if is_oauth:
        make_oauth(member)
    members[member["guid"]] = member
    announce(member, skip_webhook)
    return jsonify(member=member)


@app.get("/oauth/authorize/<token>")
def open_oauth_window(token: str) -> Response:
    """Send the end user to the OAuth application, once."""
    if pending_windows.pop(token, None) is None:
        raise Gone("This link has been used.")
    return redirect(f"{OAUTH_APPLICATION}?state={token}")


def buffered(wsgi_app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Tell Flask that the body ends by itself, so that chunked requests are read (asgiref has buffered it)."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True
        return wsgi_app(environ, start_response)

    return call


def main() -> None:
    """Serve the application on the local host."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "5000")))
    port = parser.parse_args().port
    app.wsgi_app = buffered(app.wsgi_app)  # type: ignore[method-assign]
    uvicorn.run(
        WsgiToAsgi(app),  # type: ignore[no-untyped-call]
        host="127.0.0.1",
        port=port,
        log_level="critical",
        lifespan="off",
        reset_contextvars=True,  # asgiref needs it when requests follow one another on a connection
    )


if __name__ == "__main__":
    main()
