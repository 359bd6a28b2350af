"""The pytest plugin: options, one run per API, and from each test's end the verdicts on its clauses.

A test takes part by the fixture ``api`` and cites its clauses by ``@pytest.mark.clause(*ids)``.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from _pytest._code.code import ExceptionChainRepr, ReprExceptionInfo
from hypothesis.errors import Flaky
from rich.console import Console

from clausewise import profiles
from clausewise.allure_labels import label
from clausewise.errors import Broken, Unsendable, Untested, Unusable
from clausewise.pytest_plugin.options import (
    add_options,
    is_conformance_run,
    profile_of,
    report_directory,
    selected,
    start,
    telling_usage,
)
from clausewise.pytest_plugin.secrecy import forget_values, redact_report, without_secrets
from clausewise.record import RecordData, assure_directory
from clausewise.report import terminal, write_reports
from clausewise.run import Run
from clausewise.session import Session
from clausewise.target import checked_base_url

__all__ = ["SESSION", "profile_of", "selected"]

SESSION = pytest.StashKey[Session]()
"""Where a pytest session keeps its run."""
_RECORD = pytest.StashKey[RecordData]()
_REASON = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a conformance run."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)  # before allure-pytest reads its option
def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker and the profiles; a conformance run writes Allure results beside its record."""
    config.addinivalue_line("markers", "clause(*ids): the clauses of a contract that the test is about")
    config.addinivalue_line("markers", "baseline: the test finds out itself whether the target works")
    profiles.register()
    with telling_usage():
        if config.getoption("base_url"):
            checked_base_url(config.getoption("base_url"))  # before pytest-base-url prints it
        selected(config)
        profile_of(config)
        if is_conformance_run(config) and not config.getoption("collectonly"):
            assure_directory(report_directory(config))
            _prepare_conformance_run(config)


def _prepare_conformance_run(config: pytest.Config) -> None:
    if config.getoption("tbstyle") == "auto":
        config.option.tbstyle = "no"  # each broken clause is told once, at the end, and not once a test
    if config.pluginmanager.hasplugin("allure_pytest") and not config.getoption("allure_report_dir"):
        config.option.allure_report_dir = str(report_directory(config) / "allure-results")
        config.option.clean_alluredir = True


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest) -> Run:
    """The run against one API; its name is the fixture's parameter."""
    run: Run = request.config.stash[SESSION].runs[request.param]
    return run


@pytest.fixture(scope="session")
def profile(pytestconfig: pytest.Config) -> profiles.Profile:
    """The Hypothesis profile of this run, with its seed."""
    return profile_of(pytestconfig)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts the run if any test of it was collected."""
    config = session.config
    if config.getoption("collectonly") or not any(_api_of(item) for item in session.items):
        return
    with telling_usage():
        config.stash[SESSION] = start(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """A test sends only to a target with a working baseline; the test of the baseline itself finds out."""
    run = _run_of(item)
    if run is not None:
        run.start_test(item.nodeid, _cited(item))
        label(run.contract, _cited(item))
        if not item.get_closest_marker("baseline"):
            try:
                with without_secrets(run.redacted):
                    run.require_baseline()
            except Unusable as error:
                item.stash[_REASON] = str(error)
                pytest.skip(f"untested: {error}")
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """What leaves a clause untested skips its test, with the reason."""
    run = _run_of(item)
    if run is None:
        return (yield)
    try:
        with without_secrets(run.redacted):
            return (yield)
    except (Untested, Unsendable) as error:
        item.stash[_REASON] = str(error)
        pytest.skip(f"untested: {error}")
    except Flaky as error:
        run.raise_broken()
        item.stash[_REASON] = "unstable: what broke did not break again"
        pytest.skip(f"untested: {item.stash[_REASON]} ({type(error).__name__})")


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
        error = report.failed and not (call.excinfo and call.excinfo.errisinstance(Broken))
        reason = str(report.longrepr) if error else item.stash.get(_REASON, None)
        run.finish_test(reason, error=error)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_internalerror(excrepr: ExceptionChainRepr | ReprExceptionInfo) -> None:
    """A crash is shown without the values of variables and arguments: they may hold secrets."""
    forget_values(excrepr)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Completes the record and the reports; a run in which nothing was tested is not green."""
    running = session.config.stash.get(SESSION, None)
    if running is None:
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) and running.nothing_tested():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    record = running.finish(int(session.exitstatus), interrupted=interrupted)
    write_reports(record, running.report_directory)
    session.config.stash[_RECORD] = record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table of each API, its broken clauses, what was not tested, and where the reports lie."""
    record = config.stash.get(_RECORD, None)
    if record is None:
        return
    running = config.stash[SESSION]
    terminalreporter.section("clausewise")
    console = Console(file=terminalreporter._tw._file, soft_wrap=True)
    terminal.render(record, console)
    for sentence in running.nothing_tested():
        terminalreporter.write_line(sentence, red=True)
    terminalreporter.write_line(f"reports: {running.report_directory / 'index.html'}")


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
