"""What happens when Allure's results cannot be written: the run goes on without them, and says so at its end."""

from __future__ import annotations

from collections.abc import Generator

import allure_commons
import pytest

_LOSS = pytest.StashKey["_Loss"]()

Step = Generator[None, object, object]


def note_loss(config: pytest.Config) -> None:
    """From now on what cannot be written is noted; it would end the session in the midst of a step of pytest's."""
    loss = config.stash[_LOSS] = _Loss()
    allure_commons.plugin_manager.register(loss)
    config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(loss))


def assure_no_loss(config: pytest.Config) -> None:
    """Raises the first ``OSError`` for which results are missing, if there was one."""
    loss = config.stash.get(_LOSS, None)
    if loss and loss.error:
        raise loss.error


class _Loss:
    """Stands around whatever writes results."""

    def __init__(self) -> None:
        self.error: OSError | None = None

    @allure_commons.hookimpl(wrapper=True)
    def report_result(self) -> Step:
        return (yield from self._noted())

    @allure_commons.hookimpl(wrapper=True)
    def report_container(self) -> Step:
        return (yield from self._noted())

    @allure_commons.hookimpl(wrapper=True)
    def report_attached_file(self) -> Step:
        return (yield from self._noted())

    @allure_commons.hookimpl(wrapper=True)
    def report_attached_data(self) -> Step:
        return (yield from self._noted())

    def _noted(self) -> Step:
        try:
            return (yield)
        except OSError as error:
            self.error = self.error or error
            return None
