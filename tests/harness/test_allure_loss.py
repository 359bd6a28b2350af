"""Allure's results that cannot be written: no step of the run fails for it, and its end does."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import allure_commons
import pluggy
import pytest
from allure_commons._hooks import AllureDeveloperHooks

from clausewise.allure import assure_no_loss, note_loss

HOOKS: dict[str, dict[str, object]] = {
    "report_result": {"result": None},
    "report_container": {"container": None},
    "report_attached_file": {"source": "a", "file_name": "b"},
    "report_attached_data": {"body": b"a", "file_name": "b"},
}


class FullDisk:
    """Where nothing can be written."""

    @allure_commons.hookimpl
    def report_result(self) -> None:
        raise OSError(28, "No space left on device", "a result")

    @allure_commons.hookimpl
    def report_container(self) -> None:
        raise OSError(28, "No space left on device", "a container")

    @allure_commons.hookimpl
    def report_attached_file(self) -> None:
        raise OSError(28, "No space left on device", "a file")

    @allure_commons.hookimpl
    def report_attached_data(self) -> None:
        raise OSError(28, "No space left on device", "data")


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> pluggy.PluginManager:
    """Allure's plugins, without those of this session."""
    found = pluggy.PluginManager("allure")
    found.add_hookspecs(AllureDeveloperHooks)
    monkeypatch.setattr(allure_commons, "plugin_manager", found)
    return found


@pytest.fixture
def cleanups() -> list[Callable[[], object]]:
    return []


@pytest.fixture
def config(cleanups: list[Callable[[], object]]) -> pytest.Config:
    return cast("pytest.Config", SimpleNamespace(stash=pytest.Stash(), add_cleanup=cleanups.append))


@pytest.mark.parametrize("hook", HOOKS)
def test_no_step_fails_for_it_and_the_end_does(manager: pluggy.PluginManager, config: pytest.Config, hook: str) -> None:
    note_loss(config)
    manager.register(FullDisk())

    getattr(manager.hook, hook)(**HOOKS[hook])

    with pytest.raises(OSError, match="No space left on device"):
        assure_no_loss(config)


def test_the_first_loss_is_told(manager: pluggy.PluginManager, config: pytest.Config) -> None:
    note_loss(config)
    manager.register(FullDisk())
    for hook, arguments in HOOKS.items():
        getattr(manager.hook, hook)(**arguments)

    with pytest.raises(OSError, match="a result"):
        assure_no_loss(config)


def test_where_all_is_written_nothing_is_lost(manager: pluggy.PluginManager, config: pytest.Config) -> None:
    note_loss(config)
    for hook, arguments in HOOKS.items():
        getattr(manager.hook, hook)(**arguments)

    assure_no_loss(config)


def test_other_errors_are_not_hidden(manager: pluggy.PluginManager, config: pytest.Config) -> None:
    class Mistaken:
        @allure_commons.hookimpl
        def report_result(self) -> None:
            raise ValueError("a mistake")

    note_loss(config)
    manager.register(Mistaken())
    with pytest.raises(ValueError, match="a mistake"):
        manager.hook.report_result(result=None)


def test_a_session_leaves_nothing_behind(
    manager: pluggy.PluginManager, config: pytest.Config, cleanups: list[Callable[[], object]]
) -> None:
    note_loss(config)
    assert len(manager.get_plugins()) == 1
    for cleanup in cleanups:
        cleanup()
    assert len(manager.get_plugins()) == 0


@pytest.mark.usefixtures("manager")
def test_a_run_without_allure_loses_nothing(config: pytest.Config) -> None:
    assure_no_loss(config)
