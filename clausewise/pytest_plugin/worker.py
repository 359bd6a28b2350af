"""A worker process of pytest-xdist: what it is told, and how it tells why it ends the run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import pytest

from clausewise.errors import UsageError

Node = Any
"""A worker as the process sees it that started it; pytest-xdist publishes no types."""

APART = ("each", "loadscope", "loadfile", "worksteal")
"""The values of ``--dist`` by which several processes would share the tests of an API, which are one conversation."""

_KEY = "clausewise"
_LOST = "clausewise lost"


@dataclass(frozen=True)
class Task:
    """What a worker is told: where to record, the seed that all share, and how tests are spread."""

    directory: str
    seed: int
    dist: str

    def give(self, node: Node) -> None:
        """Gives it to the worker, which is about to start."""
        node.workerinput[_KEY] = asdict(self)


def task_of(config: pytest.Config) -> Task | None:
    """What this process is told, if it is a worker."""
    given: dict[str, Any] = getattr(config, "workerinput", {})
    return Task(**given[_KEY]) if _KEY in given else None


def assure_together(config: pytest.Config) -> None:
    """Raises ``UsageError`` where the tests of an API are shared out."""
    task = task_of(config)
    if task and task.dist in APART:
        raise UsageError(
            f"--dist {task.dist} would share out the tests of an API, which belong together: leave it out, and -n "
            "gives each process whole APIs"
        )


def end(config: pytest.Config, sentence: str, code: pytest.ExitCode) -> NoReturn:
    """Ends the run, and not this process alone."""
    if task_of(config):
        config.workeroutput[_KEY] = [sentence, int(code)]  # type: ignore[attr-defined]  # pytest-xdist adds it
    pytest.exit(sentence, returncode=code)


def tell_loss(config: pytest.Config, sentence: str) -> None:
    """Tells what is missing of what this worker should leave behind."""
    config.workeroutput[_LOST] = sentence  # type: ignore[attr-defined]  # pytest-xdist adds it


def lost_by(node: Node) -> str | None:
    """What is missing, if the worker told of anything."""
    sentence: str | None = getattr(node, "workeroutput", {}).get(_LOST)
    return sentence


def end_as(node: Node) -> None:
    """Ends the run as the worker ended, if that gave a reason."""
    given: dict[str, Any] = getattr(node, "workeroutput", {})
    if _KEY not in given:
        return
    sentence, code = given[_KEY]
    if code == pytest.ExitCode.USAGE_ERROR:
        raise pytest.UsageError(sentence)
    pytest.exit(sentence, returncode=code)
