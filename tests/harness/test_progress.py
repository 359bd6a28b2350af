"""The line on the terminal that tells how far a run has come, and that it is on a terminal alone."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console

from clausewise.pytest_plugin.progress import Progress
from clausewise.record import Wait
from tests.harness.builders import exchange, response
from tests.harness.driving import BASELINE, Finished, clean_environment, contract_of, suite
from tests.harness.servers import Call, Mock, Reply, serving

COLOURS = re.compile(r"\x1b\[[0-9;]*\b(?:3[0-8]|4[0-8]|9[0-7])(?:;[0-9;]*)?m")
NEEDS_TERMINAL = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")


# What the line says


def progress(tests: int = 10, budget: int | None = None) -> Progress:
    return Progress(Console(file=io.StringIO()), tests, budget)


def test_it_tells_the_api_the_section_and_the_requests() -> None:
    line = progress(193)
    line.enter(contract_of("moov"), ["moov.422.missing"])
    line.hear(exchange(response(422)))
    line.hear(exchange(response(422), name="moov-0002"))

    assert line.line() == "moov · The responses · test 1 of 193 · 2 requests"


def test_it_tells_what_is_left_of_the_budget() -> None:
    line = progress(budget=30)
    line.enter(contract_of("moov"), [])
    line.hear(exchange(response(201)))

    assert line.line() == "moov · test 1 of 10 · 1 request · 29 left"


def test_each_api_has_its_own_count() -> None:
    line = progress(budget=30)
    line.enter(contract_of("moov"), [])
    line.hear(exchange(response(201)))
    line.enter(contract_of("persona"), [])

    assert line.line() == "persona · test 1 of 10 · 0 requests · 30 left"


def test_it_counts_tests_that_are_over_and_those_that_failed() -> None:
    line = progress(3)
    line.enter(contract_of("moov"), [])
    line.leave(failed=True)
    line.leave(failed=False)
    assert "test 3 of 3 · 1 failed" in line.line()

    line.leave(failed=False)
    assert "test 3 of 3 · 1 failed" in line.line()


def test_it_tells_until_when_the_run_waits_and_why() -> None:
    line = progress()
    line.enter(contract_of("moov"), [])
    line.hear(Wait("moov", 5, "429 with Retry-After: 5"))
    assert re.search(r" · waiting until \d\d:\d\d:\d\d \(429 with Retry-After: 5\)$", line.line())

    line.hear(exchange(response(201)))
    assert "waiting" not in line.line()


# Where it is shown


async def asks_for_patience(call: Call, mock: Mock) -> Reply:
    return Reply(429).having(Retry_After="1") if call.number == 1 else await mock(call)


def on_a_terminal(directory: Path, *arguments: str, **variables: str) -> Finished:
    """A run on a terminal of 200 columns; its output is all that the terminal got."""
    with serving(asks_for_patience) as server:
        screen, terminal = os.openpty()
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", BASELINE, "--api", "moov", *arguments]
        environment = {**clean_environment(), "TERM": "xterm", "COLUMNS": "200", **server.environment, **variables}
        started = subprocess.Popen(  # noqa: S603  the command is ours
            [*command, "--base-url", server.base_url, "--report-dir", "out"],
            cwd=directory, env=environment, stdin=terminal, stdout=terminal, stderr=terminal,
        )  # fmt: skip
        os.close(terminal)
        output = b"".join(_pieces(screen))
        os.close(screen)
        return Finished(started.wait(), output.decode(), directory)


def _pieces(screen: int) -> Iterator[bytes]:
    """All that is written, until nobody has the terminal open any more."""
    while True:
        try:
            piece = os.read(screen, 4096)
        except OSError:  # that is how Linux tells the end
            return
        if not piece:
            return
        yield piece


def in_colour(directory: Path) -> Finished:
    return on_a_terminal(directory, "--budget", "40")


def without_colour(directory: Path) -> Finished:
    return on_a_terminal(directory, NO_COLOR="1")


def verbose(directory: Path) -> Finished:
    return on_a_terminal(directory, "-v")


def piped(directory: Path) -> Finished:
    with serving(asks_for_patience) as server:
        return suite(directory, BASELINE, "--base-url", server.base_url, environment=server.environment)


Started = dict[object, Future[Finished]]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """These runs, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        runs = (in_colour, without_colour, verbose, piped)
        yield {run: pool.submit(run, tmp_path_factory.mktemp(run.__name__)) for run in runs}


@NEEDS_TERMINAL
@pytest.mark.whole_run
def test_a_terminal_shows_it_until_the_end(started: Started) -> None:
    run = started[in_colour].result()

    assert run.code == 0, run.output
    assert re.search(r"moov · [^\r\n]* · test 1 of 1 · 1 request · 39 left · waiting until \d\d:", run.output)
    assert "(429 with Retry-After: 1)" in run.output
    assert "\x1b[2K" in run.output, "the line is taken away"
    assert COLOURS.search(run.output.partition("= clausewise =")[2])
    assert "test_baseline.py" not in run.output


@NEEDS_TERMINAL
@pytest.mark.whole_run
def test_no_color_is_respected_by_the_line_and_by_the_table(started: Started) -> None:
    run = started[without_colour].result()

    assert run.code == 0, run.output
    assert "waiting until" in run.output
    assert "kept" in run.output.partition("= clausewise =")[2]
    assert COLOURS.findall(run.output) == []


@NEEDS_TERMINAL
@pytest.mark.whole_run
def test_who_asks_for_more_words_gets_those_of_pytest(started: Started) -> None:
    run = started[verbose].result()

    assert "test_known_good_request_succeeds" in run.output
    assert "waiting until" not in run.output


@pytest.mark.whole_run
def test_nothing_of_it_is_piped(started: Started) -> None:
    run = started[piped].result()

    assert run.code == 0, run.output
    assert "test_baseline.py ." in run.output
    assert "waiting" not in run.output
    assert [code for code in ("\r", "\x1b") if code in run.output] == []
    assert len(run.lines("wait")) == 1
