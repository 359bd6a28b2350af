"""The two sides of a run that pytest-xdist spreads: what a worker is told, what it tells, and which tests it gets."""

from types import SimpleNamespace
from typing import Any

import pytest

from clausewise.errors import UsageError
from clausewise.pytest_plugin.options import profile_of
from clausewise.pytest_plugin.spread import ApiScheduling
from clausewise.pytest_plugin.worker import Task, assure_together, end, end_as, lost_by, task_of, tell_loss

TASK = Task("reports/shards-1/gw0", 7, "load")


def configured(**more: object) -> Any:
    """As much of pytest's configuration as is looked at."""
    options = {"hypothesis_seed": "8", "profile": "nightly", "tx": ["popen"]}
    return SimpleNamespace(stash=pytest.Stash(), getoption=options.get, getvalue=options.get, **more)


def told(task: Task) -> Any:
    """The configuration of a worker that was given a task."""
    worker = configured(workerinput={}, workeroutput={})
    task.give(worker)
    return worker


def test_a_worker_knows_its_task_and_nobody_else_has_one() -> None:
    assert task_of(told(TASK)) == TASK
    assert task_of(configured()) is None


def test_all_workers_share_one_seed() -> None:
    assert profile_of(told(TASK)).seed == 7


@pytest.mark.parametrize("dist", ["each", "loadscope", "loadfile", "worksteal"])
def test_the_tests_of_an_api_may_not_be_shared_out(dist: str) -> None:
    with pytest.raises(UsageError, match=f"^--dist {dist} would share out the tests of an API"):
        assure_together(told(Task("", 0, dist)))


@pytest.mark.parametrize("dist", ["load", "loadgroup"])
def test_what_keeps_them_together_is_allowed(dist: str) -> None:
    assure_together(told(Task("", 0, dist)))


@pytest.mark.parametrize(
    ("code", "raised"),
    [(pytest.ExitCode.USAGE_ERROR, pytest.UsageError), (pytest.ExitCode.INTERNAL_ERROR, pytest.exit.Exception)],
)
def test_what_ends_a_worker_ends_the_run_in_the_same_words(code: pytest.ExitCode, raised: type[BaseException]) -> None:
    worker = told(TASK)
    with pytest.raises(pytest.exit.Exception):
        end(worker, "the disk is full", code)

    with pytest.raises(raised, match=r"^the disk is full$"):
        end_as(worker)


def test_what_a_worker_could_not_write_is_told() -> None:
    worker = told(TASK)
    assert lost_by(worker) is None

    tell_loss(worker, "No space left on device")
    assert lost_by(worker) == "No space left on device"


def test_a_worker_that_came_to_its_end_ends_nothing() -> None:
    end_as(told(TASK))


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/conformance/test_clauses.py::test_clause[moov-moov.404.status/a]", "moov"),
        ("tests/conformance/moov/test_version.py::test_no_version[moov]", "moov"),
        ("tests/conformance/test_clauses.py::test_clause[moov-eu-moov.404.status/a]", "moov-eu"),
        ("tests/conformance/test_clauses.py::test_clause[mx-a@b]", "mx"),
        ("tests/harness/test_other.py::test_other[moovie]", "tests/harness/test_other.py::test_other[moovie]"),
        ("tests/harness/test_other.py::test_other", "tests/harness/test_other.py::test_other"),
        ("tests/harness/test_other.py::test_other@group", "group"),
    ],
)
def test_the_tests_of_an_api_are_one_group(nodeid: str, group: str) -> None:
    scheduling = ApiScheduling(configured(), None, ["moov", "mx", "moov-eu"])

    assert scheduling._split_scope(nodeid) == group
