"""Redirects are answers like others: none is followed, and nobody but the target is ever asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.fault_servers import FaultServer, Peer, faulty, good
from tests.harness.fault_trials import MISSING, Trial, tried


@pytest.fixture
def bystander() -> Iterator[FaultServer]:
    """A server that nobody may connect to."""
    with faulty(good) as server:
        yield server
        assert server.connections == 0


def refused_as(status: int, trial: Trial) -> list[tuple[str, str]]:
    """The headers of an answer that breaks the clause by its status."""
    assert trial.drive.with_outcome("broken") == {MISSING}
    [verdict] = trial.drive.verdicts(MISSING)
    assert verdict.expected == "422"
    assert str(verdict.received).startswith(f"{status}, with")
    assert len(trial.exchanges) == 2  # a break is sent once more, and not one request besides
    response = trial.exchanges[0].response
    assert response is not None
    return list(response.headers)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 305, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path, bystander: FaultServer, status: int) -> None:
    def fault(peer: Peer) -> None:
        elsewhere = f"{bystander.base_url}/?token={peer.secret}"
        peer.answer(status, b"{}", f"Location: {elsewhere}", f"Refresh: 0; url={elsewhere}")

    headers = refused_as(status, tried(fault, tmp_path))
    assert ("location", f"{bystander.base_url}/?token=[MOOV_TOKEN]") in headers


def test_a_redirect_to_itself_is_not_followed(tmp_path: Path) -> None:
    def fault(peer: Peer) -> None:
        path = peer.head.split(b" ")[1].decode()
        peer.answer(307, b"{}", f"Location: {path}")

    refused_as(307, tried(fault, tmp_path))


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "file", "javascript"])
def test_no_other_scheme_is_followed(tmp_path: Path, bystander: FaultServer, scheme: str) -> None:
    address = bystander.base_url.replace("http://", f"{scheme}://")
    refused_as(302, tried(lambda peer: peer.answer(302, b"{}", f"Location: {address}/"), tmp_path))


def test_no_hint_of_another_host_is_followed(tmp_path: Path, bystander: FaultServer) -> None:
    """Neither another service, nor a resource to load early, nor a proxy that wants credentials."""
    hints = [
        f'Alt-Svc: http/1.1="{bystander.base_url.removeprefix("http://")}"; ma=3600',
        f"Link: <{bystander.base_url}/style.css>; rel=preload",
        f"Content-Location: {bystander.base_url}/",
        f"Set-Cookie: at=1; Domain={bystander.base_url}",
    ]

    def fault(peer: Peer) -> None:
        peer.send(peer.headed("HTTP/1.1 103 Early Hints", *hints))
        peer.answer(407, b"{}", 'Proxy-Authenticate: Basic realm="any"', *hints)

    refused_as(407, tried(fault, tmp_path))
