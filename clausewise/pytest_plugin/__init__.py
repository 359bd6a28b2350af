"""The pytest plugin: options, one run per API, and from each test's end the verdicts on its clauses.

A test takes part by the fixture ``api`` and cites its clauses by ``@pytest.mark.clause(*ids)``.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import NoReturn

import pytest
from _pytest._code.code import ExceptionChainRepr, ReprExceptionInfo
from hypothesis.errors import Flaky
from rich.console import Console

from clausewise import profiles
from clausewise.allure import complete_result, note_loss
from clausewise.cause import Cause, Code, failure
from clausewise.drift import render as render_drift
from clausewise.errors import Broken, Unsendable, Untested, Unusable
from clausewise.pytest_plugin.ending import (
    DRIFT,
    ENDED,
    LOST,
    complete,
    complete_shard,
    ending_without_record,
)
from clausewise.pytest_plugin.options import (
    add_options,
    assure_history,
    budget_of,
    is_conformance_run,
    note_base_url,
    profile_of,
    report_directory,
    selected,
    selection_of,
    settings_of,
    start,
    targets_of,
    telling_usage,
)
from clausewise.pytest_plugin.progress import Progress, terminal_itself, wanted
from clausewise.pytest_plugin.secrecy import forget_values, redact_report, without_secrets
from clausewise.pytest_plugin.stopping import stop_when_asked, stoppable
from clausewise.pytest_plugin.worker import assure_together, task_of
from clausewise.record import assure_directory
from clausewise.record.write import tell_nobody
from clausewise.report import terminal
from clausewise.report.words import EMBEDDED
from clausewise.run import Run
from clausewise.session import Session
from clausewise.wording import phrase

__all__ = ["SESSION", "profile_of", "selected", "selection_of"]

SESSION = pytest.StashKey[Session]()
"""Where a pytest session keeps its run."""
_CAUSE = pytest.StashKey[Cause]()
_PROGRESS = pytest.StashKey[Progress]()

TestStatus = tuple[str, str, str]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a conformance run."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)  # before allure-pytest reads its option
def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker and the profiles; a conformance run writes Allure results beside its record."""
    config.addinivalue_line("markers", "clause(*ids): the clauses of a contract that the test is about")
    config.addinivalue_line("markers", "baseline: the test finds out itself whether the target works")
    profiles.register()
    with telling_usage(config):
        note_base_url(config)
        selected(config)
        profile_of(config)
        assure_history(config)
        if is_conformance_run(config) and not config.getoption("collectonly"):
            settings_of(config)  # whatever is wrong with options, variables and targets is reported before collection
            assure_directory(report_directory(config))
            _prepare_conformance_run(config)
    if config.pluginmanager.hasplugin("xdist"):
        from clausewise.pytest_plugin import spread  # pytest-xdist need not be installed

        config.pluginmanager.register(spread)


def _prepare_conformance_run(config: pytest.Config) -> None:
    if config.getoption("tbstyle") == "auto":
        config.option.tbstyle = "no"  # each broken clause is told once, at the end, and not once a test
    if not config.pluginmanager.hasplugin("allure_pytest"):
        return
    note_loss(config)
    if not config.getoption("allure_report_dir"):
        config.option.allure_report_dir = str(report_directory(config) / "allure-results")
        config.option.clean_alluredir = task_of(config) is None  # workers start when others have results already


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name every target before anything is sent."""
    if not is_conformance_run(config) or config.getoption("collectonly"):
        return []
    targets = targets_of(config)
    return [f"{api}: {target.base_url if target else EMBEDDED}" for api, target in targets.items()]


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest) -> Run:
    """The run against one API; its name is the fixture's parameter."""
    run: Run = request.config.stash[SESSION].runs[request.param]
    return run


@pytest.fixture(scope="session")
def profile(pytestconfig: pytest.Config) -> profiles.Profile:
    """The Hypothesis profile of this run, with its seed."""
    return profile_of(pytestconfig)


@pytest.hookimpl(tryfirst=True, specname="pytest_collection_finish")
def start_worker(session: pytest.Session) -> None:
    """A worker that cannot start says so before it is given any tests."""
    if task_of(session.config):
        pytest_collection_finish(session)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts the run if any test of it was collected."""
    config = session.config
    if SESSION in config.stash or config.getoption("collectonly") or not any(_api_of(item) for item in session.items):
        return
    gc.freeze()  # what was collected lives until the end: looking through it again and again costs half a second
    stop_when_asked(session)
    progress = _progress(config, len(session.items))
    with telling_usage(config):
        assure_together(config)
        config.stash[SESSION] = start(config, progress.hear if progress else tell_nobody)
    if progress:
        config.stash[_PROGRESS] = progress
        progress.start()


@pytest.hookimpl(wrapper=True)
def pytest_report_teststatus(config: pytest.Config) -> Generator[None, TestStatus, TestStatus]:
    """Where a line tells how far the run has come, no test adds to the output on its own."""
    status = yield
    return (status[0], "", "") if _PROGRESS in config.stash else status


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """A test sends only to a target with a working baseline; the test of the baseline itself finds out."""
    run = _run_of(item)
    if run is not None:
        run.start_test(item.nodeid, _cited(item))
        if progress := item.config.stash.get(_PROGRESS, None):
            progress.enter(run.contract, _cited(item))
        if not item.get_closest_marker("baseline"):
            try:
                with stoppable(item.config), ending_without_record(item.config), without_secrets(run.redacted):
                    run.require_baseline()
            except Unusable as error:
                item.stash[_CAUSE] = error.cause
                _skip(error.cause)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """What leaves a clause untested skips its test, with the reason; a known failure is an expected one."""
    run = _run_of(item)
    if run is None:
        return (yield)
    try:
        with stoppable(item.config), ending_without_record(item.config), without_secrets(run.redacted):
            yield
    except (Untested, Unsendable) as error:
        item.stash[_CAUSE] = error.cause
        _skip(error.cause)
    except Flaky:
        run.raise_broken()
        item.stash[_CAUSE] = Cause(Code.UNSTABLE, phrase("unstable-random"))
        _skip(item.stash[_CAUSE])
    if accepted := run.known_failures():
        pytest.xfail("; ".join(accepted))


@pytest.hookimpl(wrapper=True, trylast=True)  # innermost, so that all others see the report as it is left here
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Writes the verdicts of a test at its end, and keeps secrets and needless tracebacks out of its report."""
    report = yield
    run = _run_of(item)
    if run is None:
        return report
    redact_report(report, call, item.config.stash[SESSION].redacted)
    if call.when == "call" or (call.when == "setup" and not report.passed):
        # That an accepted failure is no failure, pytest notices only later.
        failed = report.failed and not (call.excinfo and call.excinfo.errisinstance(pytest.xfail.Exception))
        error = failed and not (call.excinfo and call.excinfo.errisinstance(Broken))
        cause = failure(str(report.longrepr)) if error else item.stash.get(_CAUSE, None)
        complete_result(run, _cited(item))
        with ending_without_record(item.config):
            run.finish_test(cause, error=error)
        if progress := item.config.stash.get(_PROGRESS, None):
            progress.leave(failed=failed)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_internalerror(excrepr: ExceptionChainRepr | ReprExceptionInfo) -> None:
    """A crash is shown without the values of variables and arguments: they may hold secrets."""
    forget_values(excrepr)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Completes the record and the reports."""
    running = session.config.stash.get(SESSION, None)
    if running is None:
        return
    if progress := session.config.stash.get(_PROGRESS, None):
        progress.stop()
    if task_of(session.config):
        complete_shard(running, session)
    else:
        complete(running, session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of each API, its broken clauses, what was not tested, and where the reports lie."""
    if lost := config.stash.get(LOST, None):
        terminalreporter.write_line(lost, red=True)
    if ENDED not in config.stash:
        return
    running, record = config.stash[ENDED]
    terminalreporter.section("clausewise")
    terminal.render(record, _console(config))
    if drift := config.stash.get(DRIFT, None):
        render_drift(drift, _console(config))
    terminalreporter.write_line(f"reports: {running.report_directory / 'index.html'}")


def _skip(cause: Cause) -> NoReturn:
    """Skip the running test; the code stands in the message so that Allure can sort by it."""
    pytest.skip(f"untested [{cause.code}]: {cause.text}")


def _progress(config: pytest.Config, tests: int) -> Progress | None:
    """The line that tells how far the run has come, where it would be seen."""
    if task_of(config) or not is_conformance_run(config) or not wanted(config, _console(config)):
        return None
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None
    reporter.showfspath = False  # the line takes the place of the names of files
    own = Console(file=terminal_itself(config.get_terminal_writer()._file), soft_wrap=True)
    return Progress(own, tests, budget_of(config))


def _console(config: pytest.Config) -> Console:
    """Where pytest writes to, with rich's colours if that is a terminal and NO_COLOR is not set."""
    return Console(file=config.get_terminal_writer()._file, soft_wrap=True)


def _api_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("api") if callspec else None
    return name if isinstance(name, str) and "api" in getattr(item, "fixturenames", ()) else None


def _cited(item: pytest.Item) -> list[str]:
    return [clause_id for mark in item.iter_markers("clause") for clause_id in mark.args]


def _run_of(item: pytest.Item) -> Run | None:
    name = _api_of(item)
    running = item.config.stash.get(SESSION, None)
    return running.runs.get(name) if running and name else None
