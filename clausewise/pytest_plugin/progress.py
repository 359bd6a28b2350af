"""One line on the terminal that tells how far a run has come, and what it waits for."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TextIO

import pytest
from rich.console import Console
from rich.live import Live
from rich.text import Text

from clausewise.contract import Contract
from clausewise.exchange import Exchange
from clausewise.record import Wait
from clausewise.report.words import counted
from clausewise.text import one_line


class Progress:
    """The line, while it is shown: the API, the section, tests, requests, breaks, and until when the run waits."""

    def __init__(self, console: Console, tests: int, budget: int | None) -> None:
        self._tests, self._done, self._failed = tests, 0, 0
        self._budget = budget
        self._requests: dict[str, int] = {}
        self._api = self._section = ""
        self._waiting: str | None = None
        self._console = console
        self._live = Live(
            console=console,
            get_renderable=self._renderable,
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def start(self) -> None:
        """Shows the line."""
        self._live.start()

    def enter(self, contract: Contract, clause_ids: list[str]) -> None:
        """A test begins, which cites these clauses."""
        titles = {section.id: section.title for section in contract.sections}
        self._api = contract.api
        self._section = next((titles[contract.clause(name).section] for name in clause_ids), "")

    def leave(self, *, failed: bool) -> None:
        """The test is over."""
        self._done += 1
        self._failed += failed

    def hear(self, event: Exchange | Wait) -> None:
        """A request was answered, or the run waits."""
        if isinstance(event, Wait):
            until = datetime.now().astimezone() + timedelta(seconds=event.seconds)
            self._waiting = f"waiting until {until:%H:%M:%S} ({one_line(event.reason)})"
        else:
            self._waiting = None
            self._requests[event.api] = self._requests.get(event.api, 0) + 1

    def stop(self) -> None:
        """Takes the line away, and closes the console's file."""
        self._live.stop()
        self._console.file.close()

    def line(self) -> str:
        """What the line says."""
        sent = self._requests.get(self._api, 0)
        parts = [
            self._api,
            self._section,
            f"test {min(self._done + 1, self._tests)} of {self._tests}",
            f"{self._failed} failed" if self._failed else "",
            counted(sent, "request"),
            "" if self._budget is None else f"{self._budget - sent} left",
            self._waiting or "",
        ]
        return " · ".join(part for part in parts if part)

    def _renderable(self) -> Text:
        return Text(self.line(), no_wrap=True, overflow="ellipsis")


def terminal_itself(file: TextIO) -> TextIO:
    """The terminal behind a file, for writing while a test runs, when pytest catches what goes to the file."""
    return os.fdopen(os.dup(file.fileno()), "w", encoding=file.encoding, errors="replace")


def wanted(config: pytest.Config, console: Console) -> bool:
    """Whether a line would be seen: on a terminal that can rewrite it, where nobody asked for more words or fewer."""
    return console.is_terminal and not console.is_dumb_terminal and config.get_verbosity() == 0
