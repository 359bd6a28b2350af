"""How a run comes to its end: asked to stop, without a record to write to, or with all reports written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from clausewise import history
from clausewise.allure import assure_no_loss, write_about
from clausewise.drift import Drift, drift_since, write_drift
from clausewise.errors import RecordLost, UsageError
from clausewise.pytest_plugin.options import history_directory
from clausewise.pytest_plugin.shards import Shards
from clausewise.pytest_plugin.worker import end, tell_loss
from clausewise.record import FILE_NAME, RecordData
from clausewise.report import write_reports
from clausewise.session import Session

ENDED = pytest.StashKey[tuple[Session | Shards, RecordData]]()
"""The run and its record, once both are complete."""
DRIFT = pytest.StashKey[Drift]()
"""What changed since the run before, where there is a history."""
LOST = pytest.StashKey[str]()
"""Why there are no reports, if so."""


@contextmanager
def ending_without_record(config: pytest.Config) -> Iterator[None]:
    """A run whose record cannot be written any more is over: nobody could read what it would still find."""
    try:
        yield
    except RecordLost as error:
        end(config, str(error), pytest.ExitCode.INTERNAL_ERROR)


def complete(running: Session | Shards, session: pytest.Session) -> None:
    """Completes the record and writes all reports; says so and ends in an error where that cannot be done.

    The exit code is the worse one of pytest's and the record's: a test that passed when it was run again does not
    undo the verdict of the first time, and a run that tested too little is not green.
    """
    interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED
    green = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    try:
        if green and running.is_red():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        record = running.finish(int(session.exitstatus), interrupted=interrupted)
        _report(record, running.report_directory, session.config)
        if allure_directory := session.config.getoption("allure_report_dir", None):
            write_about(record.header, Path(allure_directory))
            assure_no_loss(session.config)
    except (RecordLost, UsageError, OSError) as error:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        session.config.stash[LOST] = f"the reports in {running.report_directory} are not complete: {error}"
    else:
        session.config.stash[ENDED] = running, record


def _report(record: RecordData, directory: Path, config: pytest.Config) -> None:
    """Writes the reports; beside a history also what changed since the latest run in it, of which this one is the next.

    A history of nothing but interrupted runs would be none: these are not kept.
    """
    folder = history_directory(config)
    if folder is None:
        write_reports(record, directory)
        return
    past = history.past_of(record, folder)
    config.stash[DRIFT] = drift_since(past, record)
    write_drift(config.stash[DRIFT], directory)
    write_reports(record, directory, earlier=past.records)
    if record.footer and not record.footer.interrupted:
        history.keep(directory / FILE_NAME, folder, config.getoption("history_keep"))


def complete_shard(running: Session, session: pytest.Session) -> None:
    """Completes the record of a worker process; where that cannot be done, it has no end, which says enough."""
    with suppress(RecordLost):
        running.finish(int(session.exitstatus), interrupted=session.exitstatus == pytest.ExitCode.INTERRUPTED)
    try:
        assure_no_loss(session.config)
    except OSError as error:
        tell_loss(session.config, str(error))
