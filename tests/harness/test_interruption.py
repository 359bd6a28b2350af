"""However a run ends, what it found so far can be read: interrupted, killed, or without room for its record."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from clausewise.errors import RecordLost, UsageError
from clausewise.pytest_plugin.stopping import stop_when_asked, stoppable
from clausewise.record import Header, RunRecord, Wait, read
from tests.harness.driving import SUITE, Finished, clean_environment, suite
from tests.harness.servers import serving

resource = pytest.importorskip("resource", reason="needs the limits and the signals of POSIX")

INTERRUPTED, INTERNAL_ERROR, USAGE_ERROR = 2, 3, 4
HEADER = Header(1, "2026-11-21T00:00:00+00:00", "0", "3", "any", {}, "quick", 0, "should", ())


# Whoever asks to stop


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts the handlers of signals back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def session() -> pytest.Session:
    """As much of a session as is asked to stop."""
    return cast("pytest.Session", SimpleNamespace(config=SimpleNamespace(stash=pytest.Stash()), shouldstop=False))


SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@SIGNALS
@pytest.mark.usefixtures("handlers")
def test_a_test_is_stopped_at_once_and_only_once(session: pytest.Session, number: signal.Signals) -> None:
    """The second signal comes while the record is completed, and must not stop that."""
    stop_when_asked(session)
    with pytest.raises(KeyboardInterrupt), stoppable(session.config):
        signal.raise_signal(number)
    assert session.shouldstop

    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)


@SIGNALS
@pytest.mark.usefixtures("handlers")
def test_between_tests_the_session_is_asked_to_stop(session: pytest.Session, number: signal.Signals) -> None:
    """The code of pytest and of its plugins is not disturbed there; what it would make of an exception nobody knows."""
    stop_when_asked(session)
    with stoppable(session.config):
        pass
    signal.raise_signal(number)
    assert session.shouldstop

    with pytest.raises(KeyboardInterrupt), stoppable(session.config):
        pytest.fail("no other test begins")


@SIGNALS
@pytest.mark.usefixtures("handlers")
def test_a_process_that_runs_no_tests_is_stopped_anywhere_once(number: signal.Signals) -> None:
    stop_when_asked()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)

    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)


def test_a_test_of_a_session_that_nobody_can_stop_runs(session: pytest.Session) -> None:
    ran = False
    with stoppable(session.config):
        ran = True
    assert ran


@pytest.mark.usefixtures("handlers")
def test_beside_the_main_thread_nothing_is_changed() -> None:
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=stop_when_asked)
    thread.start()
    thread.join()

    assert signal.getsignal(signal.SIGTERM) is before


# A record that cannot be written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_disk_that_is_full_at_the_start_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").symlink_to("/dev/full")

    with pytest.raises(UsageError) as caught:
        RunRecord(tmp_path, HEADER)

    assert str(caught.value) == (
        f"the report directory {tmp_path} cannot be written to (No space left on device): name another by --report-dir"
    )


def test_a_disk_that_is_full_in_the_middle_loses_the_record(tmp_path: Path) -> None:
    record = RunRecord(tmp_path, HEADER)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (record.path.stat().st_size + 10, hard))
        with pytest.raises(RecordLost) as caught:
            record.wait(Wait("moov", 1, "a reason", HEADER.started))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    assert str(caught.value) == f"the run record {record.path} cannot be written any more (File too large)"
    with record, pytest.raises(RecordLost):  # there may be room again, but a line is missing
        record.wait(Wait("moov", 1, "a reason", HEADER.started))
    assert read(record.path).truncated


def test_a_place_that_is_no_directory_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    with pytest.raises(UsageError, match=r"^the report directory .*out cannot be written to \(.*\): name another by"):
        RunRecord(tmp_path / "out", HEADER)


def test_what_was_written_before_is_valid(tmp_path: Path) -> None:
    """Every line goes out at once, so that a run that is killed leaves all but the last behind."""
    with RunRecord(tmp_path, HEADER) as record:
        for number in range(5):
            record.wait(Wait("moov", number, "a reason", HEADER.started))
            found = read(record.path)
            assert [wait.seconds for wait in found.waits] == list(range(number + 1))
            assert found.truncated


# Whole runs


@contextmanager
def going_on(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    """A run that would take minutes, once its record shows some exchanges."""
    with serving() as server:
        started = subprocess.Popen(  # noqa: S603  the command is ours
            [
                sys.executable, "-m", "pytest", str(SUITE), "-p", "no:cacheprovider", "--api", "moov",
                "--base-url", server.base_url, "--report-dir", "out", "--rate", "2/s",
            ],
            cwd=directory,
            env={**clean_environment(), **server.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        try:
            record = directory / "out" / "run.jsonl"
            while started.poll() is None and not (
                record.exists() and record.read_bytes().count(b'{"kind": "exchange"') > 2
            ):
                threading.Event().wait(0.05)
            yield started
        finally:
            with started:
                started.kill()


def after(directory: Path, *signals: signal.Signals) -> Finished:
    """What a run leaves behind that gets these signals."""
    with going_on(directory) as run:
        for number in signals:
            run.send_signal(number)
        output, _ = run.communicate(timeout=60)
        return Finished(run.returncode, output, directory)


@pytest.mark.whole_run
@pytest.mark.parametrize(
    "signals",
    [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGTERM, signal.SIGINT)],
    ids=["Ctrl-C", "SIGTERM", "impatience"],
)
def test_an_interrupted_run_completes_its_record_and_its_reports(
    tmp_path: Path, signals: tuple[signal.Signals, ...]
) -> None:
    run = after(tmp_path, *signals)

    assert run.code == INTERRUPTED, run.output
    [footer] = run.lines("footer")
    assert (footer["interrupted"], footer["exit"]) == (True, INTERRUPTED)
    record = read(run.reports / "run.jsonl")
    assert not record.truncated
    assert {verdict.clause for verdict in record.verdicts} == {clause.id for clause in record.header.apis[0].clauses}
    said = "The run was interrupted. A clause that it did not reach counts as not tested."
    assert said in run.output
    for name in ("index.html", "summary.md"):
        assert said in (run.reports / name).read_text(encoding="utf-8")


@pytest.mark.whole_run
def test_what_a_killed_run_wrote_is_a_record_that_can_be_rendered(tmp_path: Path) -> None:
    with going_on(tmp_path) as run:
        run.kill()
        run.wait()
    path = tmp_path / "out" / "run.jsonl"
    record = read(path)
    assert record.truncated
    assert len(record.exchanges) > 2

    rendered = subprocess.run(  # noqa: S603  the command is ours
        [sys.executable, "-c", "from clausewise.cli import main; main()", "report", str(path), "--output", "again"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert rendered.returncode == 0, rendered.stderr
    assert "This record has no end" in (tmp_path / "again" / "index.html").read_text(encoding="utf-8")


def limited_to(size: int) -> Callable[[], None]:
    """Lets no file of a process grow beyond so many bytes, as a full disk does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.whole_run
def test_a_record_that_is_lost_in_the_middle_ends_the_run_in_an_error(tmp_path: Path) -> None:
    with serving() as server:
        done = subprocess.run(  # noqa: S603  the command is ours
            [
                sys.executable, "-m", "pytest", str(SUITE), "-p", "no:cacheprovider", "--api", "moov",
                "--base-url", server.base_url, "--report-dir", "out", "--profile", "quick",
            ],
            cwd=tmp_path,
            env={**clean_environment(), **server.environment},
            preexec_fn=limited_to(80_000),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )  # fmt: skip
    path = tmp_path / "out" / "run.jsonl"

    assert done.returncode == INTERNAL_ERROR, done.stdout
    assert f"the run record {path} cannot be written any more (File too large)" in done.stdout
    assert [word for word in ("Traceback", "INTERNALERROR", "Exception ignored") if word in done.stdout] == []
    record = read(path)
    assert record.truncated
    assert len(record.exchanges) == len(server.calls) - 1 or len(record.exchanges) == len(server.calls)
    assert len(record.exchanges) > 5


@pytest.mark.whole_run
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_directory_that_cannot_be_written_to_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)

    run = suite(tmp_path, str(SUITE / "test_baseline.py"))

    assert run.code == USAGE_ERROR
    assert f"the report directory {run.reports} cannot be written to (Permission denied)" in run.output
    assert "Traceback" not in run.output


@pytest.mark.whole_run
def test_a_file_in_place_of_the_directory_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    run = suite(tmp_path, str(SUITE / "test_baseline.py"))

    assert run.code == USAGE_ERROR
    assert f"the report directory {run.reports} cannot be written to" in run.output
    assert "Traceback" not in run.output
