"""No green run for want of evidence: selections bring it along, or end red, and the exit code is that of the record."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.harness.driving import SUITE, Finished, suite
from tests.harness.servers import Call, Mock, Reply, Trap, serving

pytestmark = pytest.mark.whole_run

LOOK_BACK = f"{SUITE / 'test_answers.py'}::test_all_answers[moov-moov.404.request-id]"
QUICK = ("--profile", "quick")

BACKWARDS = """
def pytest_collection_modifyitems(items):
    items.reverse()
"""

FLAKY_PASS = """
import pytest

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        report.outcome = "passed"
    return report
"""


async def hides_ids_of_404(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply.lacking("x-request-id") if reply.status == 404 else reply


def throttles(after: int) -> Trap:
    """From some request on every answer is 429, with no time to wait."""
    calls: list[Call] = []

    async def answer(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        calls.append(call)
        return replace(reply, status=429, body=b"").having(retry_after="0") if len(calls) > after else reply

    return answer


# The runs that the tests below look at


def whole(directory: Path) -> Finished:
    with serving(hides_ids_of_404) as server:
        return suite(directory, str(SUITE), *QUICK, environment=server.environment)


def by_clause(directory: Path) -> Finished:
    with serving(hides_ids_of_404) as server:
        return suite(directory, str(SUITE), "--clause", "moov.404.request-id", *QUICK, environment=server.environment)


def without_clause(directory: Path) -> Finished:
    with serving(hides_ids_of_404) as server:
        return suite(directory, str(SUITE), "--exclude", "moov.404.*", *QUICK, environment=server.environment)


def by_node_id(directory: Path) -> Finished:
    with serving() as server:
        return suite(directory, LOOK_BACK, environment=server.environment)


def by_keyword(directory: Path) -> Finished:
    with serving() as server:
        return suite(directory, str(SUITE), "-k", "404.request-id", environment=server.environment)


def by_file(directory: Path) -> Finished:
    with serving() as server:
        return suite(directory, str(SUITE / "test_answers.py"), environment=server.environment)


def failed_again(directory: Path) -> Finished:
    with serving(hides_ids_of_404) as server:
        suite(directory, str(SUITE), *QUICK, environment=server.environment)
        return suite(directory, str(SUITE), "--lf", *QUICK, environment=server.environment)


def failed_first(directory: Path) -> Finished:
    with serving(hides_ids_of_404) as server:
        suite(directory, str(SUITE), *QUICK, environment=server.environment)
    with serving(hides_ids_of_404) as server:  # which remembers nothing of the first run
        return suite(directory, str(SUITE), "--ff", *QUICK, environment=server.environment)


def backwards(directory: Path) -> Finished:
    (directory / "backwards.py").write_text(BACKWARDS, encoding="utf-8")
    with serving(hides_ids_of_404) as server:
        environment = {**server.environment, "PYTHONPATH": f"{directory}:{Path(__file__).parents[2]}"}
        return suite(directory, str(SUITE), "-p", "backwards", *QUICK, environment=environment)


def passed_by_another_plugin(directory: Path) -> Finished:
    (directory / "forgiving.py").write_text(FLAKY_PASS, encoding="utf-8")
    with serving(hides_ids_of_404) as server:
        environment = {**server.environment, "PYTHONPATH": f"{directory}:{Path(__file__).parents[2]}"}
        return suite(directory, str(SUITE), "-p", "forgiving", *QUICK, environment=environment)


def throttled(directory: Path) -> Finished:
    with serving(throttles(3)) as server:
        return suite(directory, str(SUITE), *QUICK, environment=server.environment)


def of_no_clause(directory: Path) -> Finished:
    return suite(directory, str(SUITE), "--mock", "--clause", "moov.404.requestid", *QUICK)


RUNS: tuple[Callable[[Path], Finished], ...] = (
    whole, by_clause, without_clause, by_node_id, by_keyword, by_file, failed_again, failed_first, backwards,
    passed_by_another_plugin, throttled, of_no_clause,
)  # fmt: skip


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Callable[[Path], Finished], Future[Finished]]]:
    with ThreadPoolExecutor(2) as pool:
        yield {run: pool.submit(run, tmp_path_factory.mktemp(run.__name__)) for run in RUNS}


Started = dict[Callable[[Path], Finished], Future[Finished]]


def test_a_clause_is_selected_with_its_evidence(started: Started) -> None:
    run = started[by_clause].result()

    assert run.code == 1
    assert run.with_outcome("broken") == {"moov.404.request-id"}
    assert run.with_outcome("kept") == set()
    assert "--clause does not select it" in run.reasons("moov.403.request-id")


def test_a_clause_that_is_left_out_turns_nothing_red(started: Started) -> None:
    run = started[without_clause].result()

    assert run.code == 0
    assert "moov.404.request-id" not in run.with_outcome("broken")
    assert run.reasons("moov.404.request-id") == {"--exclude moov.404.* leaves it out"}


def test_a_pattern_of_no_clause_is_a_usage_error(started: Started) -> None:
    run = started[of_no_clause].result()

    assert run.code == 4
    assert "--clause moov.404.requestid: no clause of the selected APIs has such an id; the nearest is " in run.output


@pytest.mark.parametrize("select", [by_node_id, by_keyword, by_file, failed_again])
def test_a_look_back_without_its_evidence_is_red(started: Started, select: Callable[[Path], Finished]) -> None:
    run = started[select].result()

    assert run.code == 1
    assert "moov.404.request-id was selected and not decided: " in run.output
    assert "--clause moov.404.request-id" in run.output


@pytest.mark.parametrize("order", [failed_first, backwards])
def test_verdicts_do_not_depend_on_the_order_of_the_tests(started: Started, order: Callable[[Path], Finished]) -> None:
    assert started[order].result().verdicts() == started[whole].result().verdicts()


def test_the_exit_code_is_that_of_the_record(started: Started) -> None:
    run = started[passed_by_another_plugin].result()

    assert "moov.404.request-id" in run.with_outcome("broken")
    assert run.code == 1


def test_a_run_that_decided_too_little_is_red(started: Started) -> None:
    run = started[throttled].result()

    assert run.code == 1
    assert "must clauses that the run planned to test were decided" in run.output
    assert run.with_outcome("broken") == set()


def test_every_target_is_named_at_the_start_and_at_the_end(started: Started) -> None:
    run = started[whole].result()
    address = next(line for line in run.lines("header"))["apis"][0]["base_url"]

    assert f"moov: {address}" in run.output.partition("collected")[0]
    assert f"moov: {address}" in run.output.partition("collected")[2]
