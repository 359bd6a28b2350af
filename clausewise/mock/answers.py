"""What every mock needs to read requests and to answer them, whatever its API promises."""

import base64
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn
from urllib.request import parse_http_list

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

Operation = Callable[[Request], Awaitable[Response]]


class Credentials(NamedTuple):
    """What a caller presents: a token, or for the scheme `basic` the decoded `user:password`."""

    scheme: str
    value: str


class Refusal(Exception):
    """Ends the judgement of a request with a status and, where the document shows one, a JSON body."""

    def __init__(self, status: int, body: dict[str, Any] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def answer(status: int, body: Any = None, *, media_type: str = "application/json") -> Response:
    """Make a response with this JSON body, or with none at all."""
    if body is None:
        return Response(status_code=status)
    return JSONResponse(body, status_code=status, media_type=media_type)


def application(
    routes: Mapping[tuple[str, str], Operation],
    *,
    id_header: str,
    new_id: Callable[[], str],
    media_type: str = "application/json",
) -> ASGIApp:
    """Make an ASGI application of operations by method and path; every response carries an id of its own.

    A path is a regular expression whose named groups become the path parameters of the request. `media_type`
    is that of the bodies of refusals.
    """

    async def respond(request: Request) -> Response:
        allowed = []
        for (method, path), operation in routes.items():
            match = re.fullmatch(path, request.scope["path"])
            if match and request.method == method:
                request.scope["path_params"] = match.groupdict()
                return await judged(operation, request)
            allowed += [method] if match else []
        return Response(status_code=405, headers={"Allow": ", ".join(allowed)}) if allowed else answer(404)

    async def judged(operation: Operation, request: Request) -> Response:
        try:
            return await operation(request)
        except Refusal as refusal:
            return answer(refusal.status, refusal.body, media_type=media_type)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await respond(Request(scope, receive))
        except ClientDisconnect:
            return  # nobody is left to be answered
        response.headers[id_header] = new_id()
        await response(scope, receive, send)

    return app


def parse_credentials(authorization: str) -> Credentials | None:
    """Read an Authorization header; what cannot be read are no credentials."""
    scheme, _, value = authorization.partition(" ")
    scheme, value = scheme.lower(), value.strip()
    if scheme != "basic":
        return Credentials(scheme, value)
    try:
        return Credentials(scheme, base64.b64decode(value, validate=True).decode())
    except ValueError:
        return None


def preferred_status(prefer: Iterable[str]) -> int | None:
    """Find the status asked for by `code=NNN` among the Prefer headers (RFC 7240) of a request."""
    for preference in parse_http_list(",".join(prefer)):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "code":  # the first one counts, later ones are ignored
            code = value.strip().strip('"')
            return int(code) if re.fullmatch(r"[1-5][0-9]{2}", code) else None
    return None


def parse_json(body: bytes) -> Any:
    """Parse JSON as strictly as RFC 8259: UTF-8 without a byte order mark, no NaN, no Infinity.

    Raises ValueError, which says what is wrong.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
