"""What a run takes of memory, whatever size the answers have.

The peak of a process is what the system counted for it, and the same run against a good server is what it is compared
with; so the bound can be generous, and does not depend on how fast the machine is.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausewise.mock import serve
from tests.harness.driving import BASELINE, SUITE, Finished, suite
from tests.harness.fault_servers import MEGABYTE, Fault, Peer, bomb, faulty, like
from tests.harness.fault_trials import environment, secrets_in

STATUS = Path("/proc/self/status")
BOUND = 100
"""Megabytes beyond those of a run against a good server."""
PEAK = f"""
from pathlib import Path


def pytest_unconfigure(config):
    status = Path({str(STATUS)!r}).read_text(encoding="utf-8")
    Path("peak").write_text(status.partition("VmHWM:")[2].split()[0], encoding="utf-8")
"""
BOMB = bomb(300 * MEGABYTE, times=2)

pytestmark = [
    pytest.mark.whole_run,
    pytest.mark.skipif(not STATUS.exists(), reason="only Linux says what the peak of a process was"),
]


def hundred_megabytes(peer: Peer) -> None:
    peer.send(peer.headed("HTTP/1.1 422 Any", f"Content-Length: {100 * MEGABYTE}"))
    for _ in range(100):
        peer.send(b" " * MEGABYTE)


def explodes(peer: Peer) -> None:
    peer.answer(422, BOMB, "Content-Encoding: gzip, gzip")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """Runs against servers that answer the first request well, so that there are others."""

    def run(name: str, fault: Fault | None) -> Finished:
        directory = tmp_path_factory.mktemp(name)
        (directory / "peak_memory.py").write_text(PEAK, encoding="utf-8")
        with serve("moov") as mock:
            well = like(mock.base_url)
            with faulty(lambda peer: fault(peer) if fault and peer.number > 1 else well(peer)) as server:
                variables = environment(server.base_url)
                tests = (BASELINE, str(SUITE / "test_clauses.py"), "--budget", "60", "-p", "peak_memory")
                return suite(directory, *tests, "--base-url", server.base_url, environment=variables)

    faults = {"good": None, "large": hundred_megabytes, "packed": explodes}
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(faults, pool.map(run, faults, faults.values()), strict=True))


def peak(run: Finished) -> int:
    """Megabytes."""
    return int((run.directory / "peak").read_text(encoding="utf-8")) // 1024


@pytest.mark.parametrize("name", ["large", "packed"])
def test_memory_is_bounded(runs: dict[str, Finished], name: str) -> None:
    assert peak(runs[name]) - peak(runs["good"]) < BOUND


@pytest.mark.parametrize("name", ["large", "packed"])
def test_the_run_comes_to_its_end(runs: dict[str, Finished], name: str) -> None:
    run = runs[name]
    assert run.code == 1
    assert [line["exit"] for line in run.lines("footer")] == [1]
    answers = [line["response"] for line in run.lines("exchange")]
    assert len(answers) > 50
    assert [response["cut"] for response in answers if response["status"] == 422] == [True] * (len(answers) - 1)
    assert secrets_in(run.directory) == {}
