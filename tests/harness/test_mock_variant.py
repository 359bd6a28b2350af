"""A variant is served like the mock itself, with one thing changed: in its answers, or in the bytes on the wire."""

import socket
from dataclasses import replace

import pytest

from clausewise.mock.wire import Wire, altered
from clausewise.variants import Call, Change, Mock, Reply, Variant, honest
from clausewise.variants.catalogue import UNCHANGED, serve_variant, variant
from clausewise.variants.change import answering, in_calls, in_replies


def answered(chosen: Variant, request: bytes = b"") -> bytes:
    """All that a variant of Moov's mock sends back to a request that asks for the connection to be closed."""
    request = request or b"POST /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with (
        serve_variant("moov", chosen) as server,
        socket.create_connection(("127.0.0.1", int(server.base_url.rpartition(":")[2]))) as client,
    ):
        client.sendall(request)
        return client.makefile("rb").read()


def changed(change: Change) -> Variant:
    return replace(UNCHANGED, change=change)


def test_the_mock_as_it_is() -> None:
    assert answered(UNCHANGED).startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_http_1_0() -> None:
    answer = answered(variant("moov", "speaks-http-1-0"), b"POST /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.0 404 Not Found\r\n")
    assert b"\r\nconnection: close\r\n" in answer.lower()


@pytest.mark.parametrize(
    ("wire", "first"),
    [
        (altered(received=lambda data: data.replace(b"POST", b"GET", 1)), b"HTTP/1.1 404"),
        (altered(received=lambda data: data.replace(b"HTTP/1.1", b"nonsense", 1)), b"HTTP/1.1 400"),
        (altered(sent=lambda data: data.replace(b"404", b"410", 1)), b"HTTP/1.1 410"),
    ],
)
def test_the_bytes_on_the_wire_are_rewritten(wire: Wire, first: bytes) -> None:
    assert answered(replace(UNCHANGED, wire=wire)).startswith(first)


def test_memory_is_that_of_one_server() -> None:
    async def counts(call: Call, mock: Mock) -> Reply:
        call.memory["calls"] = call.memory.get("calls", 0) + 1
        return Reply(200 + call.memory["calls"])

    for _ in range(2):
        assert answered(changed(counts)).startswith(b"HTTP/1.1 201 ")


def test_calls_are_changed_before_the_mock_gets_them() -> None:
    @in_calls
    def asks_nobody(call: Call) -> Call:
        return replace(call, method="DELETE", path="/accounts/a/connections")

    assert answered(changed(asks_nobody)).startswith(b"HTTP/1.1 405 ")


@pytest.mark.parametrize(
    ("statuses", "first"), [((), b"HTTP/1.1 500"), ((404,), b"HTTP/1.1 500"), ((400,), b"HTTP/1.1 404")]
)
def test_replies_of_some_statuses_are_changed(statuses: tuple[int, ...], first: bytes) -> None:
    @in_replies(*statuses)
    def fails(call: Call, reply: Reply) -> Reply:
        return Reply(500)

    assert answered(changed(fails)).startswith(first)


@pytest.mark.parametrize(("path", "first"), [("/nowhere", b"HTTP/1.1 418"), ("/elsewhere", b"HTTP/1.1 404")])
def test_some_calls_are_answered_without_the_mock(path: str, first: bytes) -> None:
    assert answered(changed(answering(418)(lambda call: call.path == path))).startswith(first)


def test_an_honest_change_changes_nothing() -> None:
    assert UNCHANGED.change is honest
