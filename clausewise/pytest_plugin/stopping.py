"""Ends a run that is asked to stop, by Ctrl-C or SIGTERM: soon, and with a complete record."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

_STOPPING = pytest.StashKey["_Stopping"]()


def stop_when_asked(session: pytest.Session | None = None) -> None:
    """From now on a signal ends the session; without one, it ends this process wherever it is.

    Whoever asks may ask again (tox and CI systems do), which must not keep the record from its end.
    """
    stopping = _Stopping(session)
    if session is not None:
        session.config.stash[_STOPPING] = stopping
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stopping.hear)


@contextmanager
def stoppable(config: pytest.Config) -> Iterator[None]:
    """What may be stopped in its midst: a test that sends, or that waits."""
    stopping = config.stash.get(_STOPPING, None)
    if stopping is None:
        yield
        return
    stopping.within = True
    try:
        stopping.assure_wanted()
        yield
    except KeyboardInterrupt:  # anew, as a signal may come where the code has no line that pytest could tell
        raise KeyboardInterrupt from None
    finally:
        stopping.within = False


class _Stopping:
    """Hears the signals.

    A test is stopped at once. Anywhere else an exception could hit pytest, or one of its plugins, between two steps
    that belong together, and cost the record; there the session ends when the test is over.
    """

    def __init__(self, session: pytest.Session | None) -> None:
        self.within = session is None
        self._session = session
        self._asked = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Takes a signal."""
        if self._asked:
            return
        self._asked = True
        if self._session is not None:
            self._session.shouldstop = "asked to stop"
        if self.within:
            raise KeyboardInterrupt

    def assure_wanted(self) -> None:
        """Raises ``KeyboardInterrupt`` if somebody has asked to stop."""
        if self._asked:
            raise KeyboardInterrupt
