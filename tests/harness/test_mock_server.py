"""The server of the mocks starts and stops cleanly, and its instances share nothing."""

import socket
import threading
from contextlib import closing

import httpx
import pytest

from clausewise.contract import available
from clausewise.mock import APIS, MockError, RunningMock, serve
from tests.harness.mock_caller import (
    Caller,
    assert_empty,
    assert_error,
    calling,
)


def port_of(mock: RunningMock) -> int:
    """Tell the port at which a mock listens."""
    return int(mock.base_url.rpartition(":")[2])


def unfinished_request(mock: RunningMock) -> socket.socket:
    """Send the head of a good request, and return when the mock waits for the body."""
    client = socket.create_connection(("127.0.0.1", port_of(mock)))
    head = (
        f"POST /accounts/{mock.environment['MOOV_ACCOUNT_ID']}/connections HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        f"Authorization: Bearer {mock.environment['MOOV_TOKEN']}\r\n"
        "Content-Length: 10\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    client.sendall(head.encode())
    assert client.recv(100).startswith(b"HTTP/1.1 100 ")
    return client


class TestServer:
    """Start, stop, and what instances do not share."""

    def test_request_ids_are_unique(self, moov: Caller) -> None:
        ids = [moov.share(content=b"").headers["x-request-id"] for _ in range(100)]
        ids += [moov.http.get("/").headers["x-request-id"] for _ in range(100)]
        assert len(set(ids)) == 200

    def test_environment(self) -> None:
        with serve("moov") as mock:
            assert set(mock.environment) == {
                "MOOV_BASE_URL",
                "MOOV_TOKEN",
                "MOOV_FORBIDDEN_TOKEN",
                "MOOV_FORBIDDEN_ACCOUNT_ID",
                "MOOV_EXPIRED_TOKEN",
                "MOOV_BASIC_CREDENTIALS",
                "MOOV_ACCOUNT_ID",
                "MOOV_PRINCIPAL_ACCOUNT_ID",
                "MOOV_PREFER_CODE",
            }
            assert mock.environment["MOOV_BASE_URL"] == mock.base_url
            assert mock.environment["MOOV_PREFER_CODE"] == "1"
            secrets = [mock.environment[f"MOOV_{name}TOKEN"] for name in ("", "FORBIDDEN_", "EXPIRED_")]
            secrets += mock.environment["MOOV_BASIC_CREDENTIALS"].split(":")
            assert len(set(secrets)) == 5
            assert all("mock" in secret and len(secret) >= 20 for secret in secrets)

    def test_two_instances_share_fixtures_but_no_state(self) -> None:
        with serve("moov") as one, serve("moov") as two, calling(one) as to_one, calling(two) as to_two:
            assert one.base_url != two.base_url
            assert one.environment | {"MOOV_BASE_URL": ""} == two.environment | {"MOOV_BASE_URL": ""}
            assert_empty(Caller(one, to_one).share(), 201)
            assert_empty(Caller(two, to_two).share(), 201)
            assert_error(Caller(one, to_one).share(), 409)

    def test_nothing_is_left_after_the_end(self) -> None:
        before = set(threading.enumerate())
        with serve("moov") as mock:
            http = calling(mock)
            Caller(mock, http).share()
            assert set(threading.enumerate()) > before
        with closing(http), pytest.raises(httpx.ConnectError):  # its connection was still open
            http.get("/")
        assert set(threading.enumerate()) == before
        with serve("moov", port=port_of(mock)) as again:
            assert again.base_url == mock.base_url

    def test_it_ends_without_a_single_request_and_after_a_failure(self) -> None:
        before = set(threading.enumerate())
        with pytest.raises(ZeroDivisionError), serve("moov"):
            _ = 1 / 0
        assert set(threading.enumerate()) == before

    def test_it_survives_a_client_that_leaves_in_the_middle_of_a_request(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with serve("moov") as mock, calling(mock) as http:
            unfinished_request(mock).close()
            assert_empty(Caller(mock, http).share(), 201)
        assert caplog.records == []

    def test_it_ends_though_a_client_never_finishes_its_request(self) -> None:
        before = set(threading.enumerate())
        with serve("moov") as mock:
            client = unfinished_request(mock)
        client.close()
        assert set(threading.enumerate()) == before

    def test_a_used_port_is_an_error(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with (
                pytest.raises(MockError, match=rf"cannot listen on 127\.0\.0\.1, port {port}"),
                serve("moov", port=port),
            ):
                pass

    def test_an_unknown_api_is_an_error(self) -> None:
        assert tuple(APIS) == available()
        with pytest.raises(MockError, match="no mock of 'none', only of: moov, mx, persona"), serve("none"):
            pass
