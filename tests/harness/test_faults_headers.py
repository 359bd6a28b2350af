"""Heads of answers that are endless, doubled, early, old or no HTTP: bounded, recorded, and judged by what they say."""

from pathlib import Path

import pytest

from tests.harness.canaries import CANARIES, spellings
from tests.harness.fault_servers import CONFORMING, Fault, Peer
from tests.harness.fault_trials import MISSING, Trial, bearing, tried

WHOLE = CONFORMING[422]
LENGTH = f"Content-Length: {len(WHOLE)}"


def answered(*lines: str, first: str = "HTTP/1.1 422 Any") -> Fault:
    """Answers well, with this status line and these headers besides."""
    return lambda peer: peer.send(peer.headed(first, LENGTH, *lines), WHOLE)


def after(interim: str) -> Fault:
    """Answers well, after this interim answer."""
    return lambda peer: peer.send(peer.headed(interim), peer.headed("HTTP/1.1 422 Any", LENGTH), WHOLE)


def headers(trial: Trial) -> list[tuple[str, str]]:
    """The headers of the answer to the empty object, which is judged and right."""
    assert MISSING in trial.drive.with_outcome("kept")
    assert trial.drive.with_outcome("error") == set()
    response = trial.exchanges[0].response
    assert response is not None
    return list(response.headers)


# Too many


def endless_headers(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 422 Any\r\n")
    while True:
        peer.send(b"x-more: and more\r\n" * 1000)


def one_endless_header(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 422 Any\r\nx-more: ")
    while True:
        peer.send(b"and more " * 1000)


def endless_trailers(peer: Peer) -> None:
    peer.send(peer.headed("HTTP/1.1 422 Any", "Transfer-Encoding: chunked"), b"0\r\n")
    while True:
        peer.send(b"x-more: and more\r\n" * 1000)


@pytest.mark.parametrize("fault", [endless_headers, one_endless_header, endless_trailers])
def test_headers_without_an_end(tmp_path: Path, fault: Fault) -> None:
    assert tried(fault, tmp_path).failure.startswith(
        "the headers of the answer, or the size of a chunk, take over 100 KB"
    )


def test_thousands_of_headers(tmp_path: Path) -> None:
    """What there is besides is the answer's own: a length, an id, an echo, a media type."""
    fault = answered(*(f"x-{number}: 1" for number in range(5000)))
    assert tried(fault, tmp_path).failure == "the answer has 5004 header fields, and 1000 are read at most"


def test_hundreds_of_headers_are_recorded(tmp_path: Path) -> None:
    many = [(f"x-{number}", "1") for number in range(900)]
    found = headers(tried(answered(*(f"{name}: {value}" for name, value in many)), tmp_path))
    assert [field for field in found if field in many] == many


# Odd ones


def test_two_request_ids_break_the_clause_about_them(tmp_path: Path) -> None:
    trial = tried(answered("X-Request-Id: another"), tmp_path)
    assert [value for name, value in headers(trial) if name == "x-request-id"] == ["another", "r-2"]
    assert trial.drive.with_outcome("broken") == {"moov.422.request-id"}
    [verdict] = trial.drive.verdicts("moov.422.request-id")
    assert str(verdict.received).startswith("x-request-id: another; x-request-id: r-")


@pytest.mark.parametrize("secret", CANARIES.values(), ids=list(CANARIES))
def test_secrets_in_headers_of_any_encoding(tmp_path: Path, secret: str) -> None:
    """A byte that is no UTF-8, in this header or in another, must not hide a secret."""

    def fault(peer: Peer) -> None:
        told = [text.encode() for text in spellings(secret)]
        fields = [b"x-%d: %b" % (number, text) for number, text in enumerate(told)]
        fields += [b"x-broken-%d: \xff%b\xfe" % (number, text) for number, text in enumerate(told)]
        fields.append(b"x-latin: \xe9" + secret.encode("latin-1"))
        head = peer.headed("HTTP/1.1 422 Any", LENGTH).removesuffix(b"\r\n")
        peer.send(head, b"\r\n".join([*fields, b"", b""]), WHOLE)

    found = dict(headers(tried(fault, tmp_path)))
    assert "\xff" in found["x-broken-0"]
    assert found["x-0"].startswith("[MOOV_")
    assert found["x-latin"].startswith("\xe9[MOOV_")


@pytest.mark.parametrize(
    "first",
    [
        "HTTP/1.1 four-two-two Any",
        "HTTP/1.1 42 Any",
        "HTTP/2 422",
        "422",
        "<html>",
        "SSH-2.0-OpenSSH_9.6",
        "PRI * HTTP/2.0\r\n\r\nSM",
    ],
)
def test_what_is_no_http(tmp_path: Path, first: str) -> None:
    assert tried(answered(first=first), tmp_path).failure.startswith("the answer is not HTTP or broke off")


def test_no_status_line_at_all(tmp_path: Path) -> None:
    """As HTTP/0.9 answers: a body, and the end."""

    def fault(peer: Peer) -> None:
        peer.send(WHOLE)
        peer.hang_up()

    assert tried(fault, tmp_path).failure.startswith("the answer is not HTTP or broke off")


@pytest.mark.parametrize("field", ["no colon", "x y: 1", ": 1", "x-zero: \0"])
def test_a_header_that_is_none(tmp_path: Path, field: str) -> None:
    assert tried(answered(field), tmp_path).failure.startswith("the answer is not HTTP or broke off")


# Old and early answers


def http_1_0(peer: Peer) -> None:
    peer.send(peer.headed("HTTP/1.0 422 Any"), WHOLE)
    peer.hang_up()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(http_1_0, id="HTTP/1.0"),
        pytest.param(answered("Connection: close"), id="close"),
        pytest.param(after("HTTP/1.1 100 Continue"), id="100"),
        pytest.param(after("HTTP/1.1 102 Processing"), id="102"),
        pytest.param(after("HTTP/1.1 103 Early Hints"), id="103"),
        pytest.param(after("HTTP/1.1 199 Any"), id="199"),
        pytest.param(answered(first="HTTP/1.1 422"), id="no reason"),
        pytest.param(answered("x-folded: one\r\n two"), id="a folded header"),
    ],
)
def test_an_answer_in_another_way(tmp_path: Path, fault: Fault) -> None:
    trial = tried(fault, tmp_path)
    found = headers(trial)
    assert [value for name, value in found if name == "x-request-id"] == ["r-2"]
    assert trial.drive.with_outcome("broken") == set()


def test_a_switch_of_protocols_that_nobody_asked_for(tmp_path: Path) -> None:
    fault = after("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade")
    assert tried(fault, tmp_path).failure.startswith("the answer is not HTTP or broke off")


def test_interim_answers_without_an_end(tmp_path: Path) -> None:
    def fault(peer: Peer) -> None:
        while True:
            peer.send(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 100)

    trial = tried(fault, tmp_path, terms=bearing(whole=0.5))
    assert trial.failure == "the answer was not whole after 0.5 s"
