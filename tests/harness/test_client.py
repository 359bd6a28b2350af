"""The client against small real servers: good ones, ones that try to lead it astray, and ones that break HTTP."""

import base64
import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.requests import Request as Received
from starlette.responses import Response as Answer
from starlette.types import Receive, Scope, Send

from clausewise.errors import TargetError, Unsendable, UsageError
from clausewise.exchange import Request, Response
from clausewise.exchanges.client import Client, sent
from clausewise.exchanges.limits import LARGEST_BODY, Limits
from clausewise.mock import serve_app
from clausewise.redact import Redactor

SECRET = "a-secret-for-tests"
REDACTOR = Redactor({"TOKEN": SECRET})


class Server:
    """Gives every request the same answer and remembers what it was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.answer = Answer(status_code=201)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as an ASGI application."""
        request = Received(scope, receive)
        await request.body()
        self.received.append(request)
        await self.answer(scope, receive, send)


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    app = Server()
    with serve_app(app) as app.url:
        yield app


@pytest.fixture
def server(served: Server) -> Server:
    served.received, served.answer = [], Answer(status_code=201)
    return served


@contextmanager
def talking(base_url: str, limits: Limits | None = None) -> Iterator[Client]:
    client = Client(base_url, REDACTOR, limits=limits)
    try:
        yield client
    finally:
        client.close()


def asked(
    base_url: str,
    *headers: tuple[str, str],
    body: bytes | None = b"{}",
    times: int = 1,
    limits: Limits | None = None,
) -> Response:
    """The last answer to a request that is sent so often."""
    with talking(base_url, limits) as client:
        for _ in range(times):
            response = client.send(client.prepare(Request("POST", f"{base_url}/path", headers, body)))
    return response


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that takes one connection, reads a request with a body of ``{}`` and sends these bytes, good or bad."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                request = b""
                while not request.endswith(b"\r\n\r\n{}"):
                    request += connection.recv(65536)
                for part in answers:
                    connection.sendall(part)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            thread.join()


def failure(base_url: str, limits: Limits | None = None) -> str:
    """What the client says of a server that gives no whole answer."""
    with pytest.raises(TargetError) as caught:
        asked(base_url, ("Authorization", f"Bearer {SECRET}"), limits=limits)
    assert SECRET not in str(caught.value)
    return str(caught.value)


# What goes out and what comes back


def test_the_request_arrives_as_it_was_prepared(server: Server) -> None:
    headers = (("X-Moov-Version", "v2024.01.00"), ("x-twice", "1"), ("x-twice", "2"), ("X-Empty", ""))
    with talking(server.url) as client:
        prepared = client.prepare(Request("POST", f"{server.url}/a%2Fb?c=d", headers, b"\x00\xff"))
        client.send(prepared)

    (received,) = server.received
    told = sent(prepared)
    assert (told.method, told.url, told.body) == ("POST", f"{server.url}/a%2Fb?c=d", b"\x00\xff")
    assert sorted((name.lower(), value) for name, value in told.headers) == sorted(received.headers.items())
    assert received.headers.getlist("x-twice") == ["1", "2"]
    assert received.headers["user-agent"].startswith("clausewise/")


def test_no_body_is_none(server: Server) -> None:
    with talking(server.url) as client:
        for body in (None, b""):
            assert sent(client.prepare(Request("POST", server.url, (), body))).body is None


def test_the_answer_comes_back_with_every_header(server: Server) -> None:
    server.answer = Answer(b'{"a": 1}', 422, {"X-Request-Id": "1"}, "application/json")
    server.answer.headers.append("x-twice", "1")
    server.answer.headers.append("x-twice", "2")
    response = asked(server.url)

    assert (response.status, response.body, response.cut) == (422, b'{"a": 1}', False)
    assert response.values("X-TWICE") == ["1", "2"]
    assert response.media_type == "application/json"
    assert response.json() == {"a": 1}


def test_a_packed_body_is_unpacked(server: Server) -> None:
    server.answer = Answer(gzip.compress(b"words " * 100), headers={"Content-Encoding": "gzip"})

    assert asked(server.url).body == b"words " * 100


def test_secrets_are_taken_out_of_the_answer(server: Server) -> None:
    server.answer = Answer(f"you sent {SECRET}".encode(), 400, {"X-Echo": SECRET, f"X-{SECRET}": "1"})
    response = asked(server.url)

    assert response.body == b"you sent [TOKEN]"
    assert ("x-echo", "[TOKEN]") in response.headers
    assert SECRET not in str(response.headers)


@pytest.mark.parametrize("length", [0, LARGEST_BODY - 1, LARGEST_BODY])
def test_a_body_is_read_whole_up_to_a_bound(server: Server, length: int) -> None:
    server.answer = Answer(b"x" * length)
    response = asked(server.url)

    assert (len(response.body), response.cut) == (length, False)


def test_a_longer_body_is_cut_and_marked(server: Server) -> None:
    server.answer = Answer(b"x" * (LARGEST_BODY + 1))
    response = asked(server.url)

    assert response.cut
    assert 0 < len(response.body) <= LARGEST_BODY
    assert set(response.body) == {ord("x")}


@pytest.mark.parametrize("encoded", [SECRET, base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex()])
def test_a_secret_that_the_cut_goes_through_is_not_shown(server: Server, encoded: str) -> None:
    middle = LARGEST_BODY - len(encoded) // 2
    server.answer = Answer(b"." * middle + encoded.encode() + b"." * LARGEST_BODY)

    assert set(asked(server.url).body) == {ord(".")}


# What must not happen


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(server: Server, status: int) -> None:
    server.answer = Answer(status_code=status, headers={"Location": f"{server.url}/elsewhere"})

    assert asked(server.url).status == status
    assert [request.url.path for request in server.received] == ["/path"]


def test_proxies_of_the_environment_are_ignored(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    assert asked(server.url).status == 201


def test_credentials_of_the_environment_are_ignored(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    asked(server.url)

    assert "authorization" not in server.received[0].headers


def test_cookies_are_not_kept(server: Server) -> None:
    server.answer.set_cookie("session", "of-the-first-caller")
    asked(server.url, times=2)

    assert ["cookie" in request.headers for request in server.received] == [False, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2:9000/path",
        "http://127.0.0.1:9001/path",
        "https://127.0.0.1:9000/path",
        "http://127.0.0.1:9000@evil.example/path",
        "http://127.0.0.1:9000.evil.example/path",
        "//evil.example/path",
    ],
)
def test_no_other_origin_is_asked(url: str) -> None:
    with talking("http://127.0.0.1:9000/prefix") as client, pytest.raises(Unsendable):
        client.prepare(Request("POST", url, (), None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Any", f"{SECRET}\nX-Forged: 1"),
        ("X-Any", f"{SECRET}\x00"),
        ("X-Any", f" {SECRET} "),
        ("X-Any", f"{SECRET}\ud800"),
        ("X Any", SECRET),
        (f"X-{SECRET}:", "1"),
        ("", SECRET),
    ],
)
def test_a_header_that_http_cannot_carry_is_unsendable(server: Server, name: str, value: str) -> None:
    with pytest.raises(Unsendable) as caught:
        asked(server.url, (name, value))

    assert server.received == []
    assert SECRET not in str(caught.value)


def test_a_url_that_http_cannot_carry_is_unsendable(server: Server) -> None:
    with talking(server.url) as client, pytest.raises(Unsendable):
        client.prepare(Request("POST", f"{server.url}/{'a' * 70_000}", (), None))


@pytest.mark.parametrize("base_url_text", ["http://host\x01", "http://h\u2603\u3002"])
def test_a_base_url_that_http_cannot_carry_is_a_usage_error(base_url_text: str) -> None:
    with pytest.raises(UsageError, match="the base URL is malformed"):
        Client(base_url_text, REDACTOR)


# Servers that give no whole answer


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert failure(f"http://127.0.0.1:{port}").startswith("no connection")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([], "the answer is not HTTP or broke off"),
        ([b"SSH-2.0-OpenSSH_9.6\r\n"], "the answer is not HTTP or broke off"),
        ([f"HTTP/1.1 {SECRET}\r\n\r\n".encode()], "the answer is not HTTP or broke off"),
        ([b"HTTP/1.1 201 Created\r\nContent-"], "the answer is not HTTP or broke off"),
        ([b"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nshort"], "the answer is not HTTP or broke off"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Encoding: gzip\r\n\r\nno gzip!!"], "does not decode"),
    ],
)
def test_an_answer_that_is_not_whole(answers: list[bytes], says: str) -> None:
    with answering(*answers) as base_url:
        assert says in failure(base_url)


def test_a_silent_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        said = failure(f"http://127.0.0.1:{listener.getsockname()[1]}", Limits(silence=0.05))

    assert said.startswith("silence for 0.05 s")


def test_an_answer_that_takes_for_ever(server: Server) -> None:
    assert failure(server.url, Limits(whole=0.0)) == "the answer was not whole after 0 s"
