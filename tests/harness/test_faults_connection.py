"""Connections that fail, break off or say nothing: the run ends soon, and says which of it happened."""

import socket
from pathlib import Path

import pytest

from clausewise.errors import Unusable
from tests.harness.fault_servers import Fault, Peer, faulty
from tests.harness.fault_trials import bearing, running, tried

HEAD = ("HTTP/1.1 422 Any", "Content-Length: 100")


def part_of_the_head(peer: Peer) -> bytes:
    """The first bytes of an answer, in the middle of a header."""
    return peer.headed(*HEAD)[:40]


def resets_at_once(peer: Peer) -> None:
    peer.reset()


def resets_in_the_head(peer: Peer) -> None:
    peer.send(part_of_the_head(peer))
    peer.reset()


def resets_in_the_body(peer: Peer) -> None:
    peer.send(peer.headed(*HEAD), b"{")
    peer.reset()


def hangs_up_at_once(peer: Peer) -> None:
    peer.hang_up()


def hangs_up_in_the_head(peer: Peer) -> None:
    peer.send(part_of_the_head(peer))
    peer.hang_up()


def stays_silent(peer: Peer) -> None:
    peer.stay_silent()


def stays_silent_in_the_head(peer: Peer) -> None:
    peer.send(part_of_the_head(peer))
    peer.stay_silent()


def stays_silent_in_the_body(peer: Peer) -> None:
    peer.send(peer.headed(*HEAD), b"{")
    peer.stay_silent()


def drips_its_head(peer: Peer) -> None:
    peer.drip(peer.headed("HTTP/1.1 422 Any", *(f"x-{number}: 1" for number in range(1000))))


def drips_its_body(peer: Peer) -> None:
    peer.send(peer.headed(*HEAD))
    peer.drip(b" ")


def drips_interim_answers(peer: Peer) -> None:
    peer.drip(b"HTTP/1.1 100 Continue\r\n\r\n")


def floods_with_interim_answers(peer: Peer) -> None:
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


@pytest.mark.parametrize("fault", [resets_at_once, resets_in_the_head, resets_in_the_body])
def test_a_connection_that_is_reset(tmp_path: Path, fault: Fault) -> None:
    assert "broke off" in tried(fault, tmp_path).failure


@pytest.mark.parametrize("fault", [hangs_up_at_once, hangs_up_in_the_head])
def test_a_connection_that_is_closed_too_early(tmp_path: Path, fault: Fault) -> None:
    assert tried(fault, tmp_path).failure.startswith("the answer is not HTTP or broke off")


@pytest.mark.parametrize("fault", [stays_silent, stays_silent_in_the_head, stays_silent_in_the_body])
def test_silence(tmp_path: Path, fault: Fault) -> None:
    assert tried(fault, tmp_path).failure.startswith("silence for 0.5 s")


@pytest.mark.parametrize("fault", [drips_its_head, drips_its_body, drips_interim_answers, floods_with_interim_answers])
def test_an_answer_that_comes_byte_by_byte_and_never_ends(tmp_path: Path, fault: Fault) -> None:
    """It is never silent, so that only the deadline of the whole answer ends it."""
    trial = tried(fault, tmp_path, terms=bearing(silence=60.0, whole=0.5))
    assert trial.failure == "the answer was not whole after 0.5 s"


@pytest.mark.parametrize("listens", [True, False], ids=["silent", "refused"])
def test_nobody_takes_the_connection(tmp_path: Path, listens: bool) -> None:
    """If it is listened for, the system takes it for a server that never does."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if listens:
            held.listen()
        with running(f"http://127.0.0.1:{held.getsockname()[1]}", tmp_path) as drive:
            with pytest.raises(Unusable, match=r"silence for 0\.5 s" if listens else "no connection"):
                drive.run.require_baseline()
            assert len(drive.lines("exchange")) == 2


@pytest.mark.parametrize("fault", [resets_at_once, hangs_up_at_once, stays_silent])
def test_a_server_that_does_so_at_every_request_is_asked_twice(tmp_path: Path, fault: Fault) -> None:
    with faulty(fault) as server:
        with running(server.base_url, tmp_path) as drive:
            for _ in range(3):
                with pytest.raises(Unusable, match="got no answer, twice"):
                    drive.run.require_baseline()
        assert len(server.requests) == 2
        assert drive.with_outcome("kept") == drive.with_outcome("broken") == set()
