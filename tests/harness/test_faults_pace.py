"""Targets that keep asking for patience, in words that make no sense, and clocks that jump: every wait has a bound."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import cycle
from pathlib import Path

import pytest

from clausewise.errors import Unusable
from clausewise.exchanges.pace import LONGEST_PATIENCE, LONGEST_WAIT, MOST_ATTEMPTS, wait_for
from tests.harness.builders import response
from tests.harness.driving import Drive, driving, good
from tests.harness.fault_servers import Fault, FaultServer, Peer, faulty
from tests.harness.fault_servers import good as answers_well
from tests.harness.fault_trials import environment, secrets_in, tried

NOW = datetime(2026, 11, 21, 20, 0, 0, tzinfo=UTC)


def too_fast(*headers: str) -> Fault:
    """Answers 429 with these headers, whatever comes."""
    return lambda peer: peer.answer(429, b"", *headers)


@contextmanager
def asking(fault: Fault, directory: Path) -> Iterator[tuple[Drive, FaultServer]]:
    """A run that only writes down how long it would wait."""
    with faulty(fault) as server, driving(server.reached("moov", environment(server.base_url)), directory) as drive:
        yield drive, server
    assert secrets_in(directory) == {}


@pytest.mark.parametrize("headers", [(), ("Retry-After: 1",), ("RateLimit-Reset: 2",), ("X-Retry-In: 300ms",)])
def test_429_for_every_request_ends_the_run_at_its_first(tmp_path: Path, headers: tuple[str, ...]) -> None:
    with asking(too_fast(*headers), tmp_path) as (drive, server):
        for _ in range(3):
            with pytest.raises(Unusable, match="the target kept answering 429"):
                drive.run.require_baseline()
        assert len(server.requests) == MOST_ATTEMPTS
        assert len(drive.slept) == len(drive.lines("wait")) == MOST_ATTEMPTS - 1
        assert sum(drive.slept) <= LONGEST_PATIENCE
        assert drive.with_outcome("broken") == set()


@pytest.mark.parametrize(
    "header",
    [
        "Retry-After: 86400",
        "Retry-After: " + "9" * 300,
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT",
        "RateLimit-Reset: 1767225600",
        "X-Retry-In: 9999999h",
    ],
)
def test_who_asks_for_too_much_is_left_alone(tmp_path: Path, header: str) -> None:
    with asking(too_fast(header), tmp_path) as (drive, server):
        with pytest.raises(Unusable, match="the target kept answering 429"):
            drive.run.require_baseline()
        assert (len(server.requests), drive.slept) == (1, [])


@pytest.mark.parametrize(
    "value",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 1999 23:59:60 GMT",
        "Mon, 99 Foo 2026 99:99:99 GMT",
        "Sat, 21 Nov 2026 20:00:00 +9999",
        "-1",
        "-99999999999999999999",
        "1e400",
        "soon, \xe4h",
    ],
)
def test_a_moment_that_makes_no_sense_is_waited_for_no_longer_than_any(tmp_path: Path, value: str) -> None:
    with asking(too_fast(f"Retry-After: {value}"), tmp_path) as (drive, server):
        with pytest.raises(Unusable, match="the target kept answering 429"):
            drive.run.require_baseline()
        assert len(server.requests) == MOST_ATTEMPTS
        assert all(0 <= seconds <= LONGEST_WAIT for seconds in drive.slept)


def test_patience_is_bounded_over_the_whole_run(tmp_path: Path) -> None:
    """Every second request is waited out for a minute, and answered then."""

    def fault(peer: Peer) -> None:
        peer.answer(429, b"", "Retry-After: 60") if peer.number % 2 == 0 else answers_well(peer)

    with asking(fault, tmp_path) as (drive, _):
        drive.run.require_baseline()
        for _ in range(30):
            drive.test(good())
        assert sum(drive.slept) == LONGEST_PATIENCE
        assert drive.with_outcome("broken") == set()


@pytest.mark.parametrize(
    ("ahead", "seconds"),
    [
        (timedelta(0), 10.0),
        (timedelta(minutes=-10), 0.0),
        (timedelta(days=-9999), 0.0),
        (timedelta(minutes=10), 610.0),  # more than is waited for
    ],
)
def test_a_clock_of_the_target_that_is_wrong(ahead: timedelta, seconds: float) -> None:
    """It names the moment ten seconds from now, by its own clock."""
    moment = format_datetime(NOW + ahead + timedelta(seconds=10), usegmt=True)
    headers = (("Retry-After", moment), ("Date", format_datetime(NOW + ahead, usegmt=True)))
    assert wait_for(response(429, b"", *headers), 1, NOW)[0] == seconds
    assert LONGEST_WAIT < 610


def test_a_clock_of_this_machine_that_jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days forth and back between two looks at it change neither an outcome nor the time that is told."""
    moments = cycle([0.0, 2e9, -1.0, 4e9, 1.0])
    monkeypatch.setattr(time, "time", lambda: next(moments))
    trial = tried(answers_well, tmp_path)
    assert trial.said is None
    assert trial.drive.with_outcome("broken") == trial.drive.with_outcome("error") == set()
    assert all(0 <= exchange.elapsed_ms < 60_000 for exchange in trial.record.exchanges.values())
    assert trial.record.footer is not None
    assert 0 <= trial.record.footer.seconds < 60
