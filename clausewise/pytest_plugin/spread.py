"""The process that spreads a run by pytest-xdist: how tests are dealt out, and what comes back; a plugin of its own."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # pytest-xdist publishes no types

from clausewise.pytest_plugin.ending import LOST, complete
from clausewise.pytest_plugin.options import profile_of, report_directory, selected, settings_of, telling_usage
from clausewise.pytest_plugin.shards import Shards
from clausewise.pytest_plugin.stopping import stop_when_asked
from clausewise.pytest_plugin.worker import APART, Node, Task, end_as, lost_by

_SHARDS = pytest.StashKey[Shards]()


class ApiScheduling(LoadGroupScheduling):  # type: ignore[misc]  # for the same reason
    """The tests of an API are one conversation, in an order that matters: one process has all of them."""

    def __init__(self, config: pytest.Config, log: object, apis: Iterable[str]) -> None:
        super().__init__(config, log)
        self._apis = sorted(apis, key=len, reverse=True)  # of two names that begin alike the longer one is meant

    def _split_scope(self, nodeid: str) -> str:
        parameters = nodeid.partition("[")[2]
        names = (api for api in self._apis if parameters.startswith((f"{api}-", f"{api}]")))
        return next(names, super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ApiScheduling | None:
    """Keeps the tests of an API together, unless the user asks for what cannot be reconciled with that."""
    if config.getoption("dist") in APART:
        return None
    return ApiScheduling(config, log, [contract.api for contract in selected(config)])


def pytest_xdist_setupnodes(config: pytest.Config, specs: Iterable[Node]) -> None:
    """Roots the workers where this process is rooted, so that tests have the same names.

    Left to themselves they would look for the root among the arguments that name something on disk, and the report
    directory is there by now.
    """
    rooted = shlex.join(
        [f"--rootdir={config.rootpath}", *([f"--config-file={config.inipath}"] if config.inipath else [])]
    )
    for spec in specs:
        spec.env["PYTEST_ADDOPTS"] = f"{os.environ.get('PYTEST_ADDOPTS', '')} {rooted}"


def pytest_configure_node(node: Node) -> None:
    """Tells a worker what it must know before it starts."""
    config: pytest.Config = node.config
    if _SHARDS not in config.stash:
        stop_when_asked()
        with telling_usage(config):
            config.stash[_SHARDS] = Shards(settings_of(config))
    directory = config.stash[_SHARDS].directory_of(node.gateway.id)
    Task(str(directory), profile_of(config).seed, config.getoption("dist")).give(node)


def pytest_testnodedown(node: Node) -> None:
    """What ends the run in one process ends it in all; what one could not write is missing in the end."""
    config: pytest.Config = node.config
    if lost := lost_by(node):
        config.stash[LOST] = f"the reports in {report_directory(config)} are not complete: {lost}"
    end_as(node)


@pytest.hookimpl(trylast=True)  # when pytest-xdist has ended all workers
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Puts the records of all workers together."""
    shards = session.config.stash.get(_SHARDS, None)
    if shards and shards.found():
        if LOST in session.config.stash:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        complete(shards, session)
