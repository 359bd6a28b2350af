"""The page of a record in the browser that is on the machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, sync_playwright

from tests.harness import records
from tests.harness.pages import rendered
from tests.harness.records import Line

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PROGRAM = next(filter(None, map(shutil.which, _NAMES)), None)
_FLAGS = [
    "--no-sandbox",  # root, as in a container, has no sandbox; only pages of our own are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NEEDS_BROWSER = pytest.mark.skipif(_PROGRAM is None, reason="needs a browser: Chromium or Chrome")

Scheme = Literal["light", "dark"]

DESKTOP = (1280, 800)
PHONE = (390, 844)


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser while the context is open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_PROGRAM, args=_FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that is open in the browser, what the browser complained of, and what the page asked for."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requested: set[str] = field(default_factory=set)

    def heard(self, message: ConsoleMessage) -> None:
        """Note a warning or an error of the console."""
        if message.type in ("warning", "error"):
            self.complaints.append(message.text)

    def failed(self, error: Error) -> None:
        """Note an error of the page's script."""
        self.complaints.append(error.message)


class Reader:
    """Opens the pages of records, each in a window of its own."""

    def __init__(self, browser: Browser, directory: Path) -> None:
        self._browser = browser
        self._path = directory / "index.html"
        self._directory = directory

    def opens(
        self,
        lines: list[Line],
        *,
        at: str = "",
        size: tuple[int, int] = DESKTOP,
        scheme: Scheme = "light",
        scripts: bool = True,
    ) -> Visit:
        """The page of a record with these lines, at that fragment."""
        self._path.write_text(rendered(self._directory, lines), encoding="utf-8")
        width, height = size
        page = self._browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=scripts
        )
        visit = Visit(page, self._path.as_uri())
        page.on("console", visit.heard)
        page.on("pageerror", visit.failed)
        page.on("request", lambda request: visit.requested.add(request.url))
        page.goto(visit.url + at)
        return visit

    def close(self) -> None:
        """Close all windows."""
        for context in self._browser.contexts:
            context.close()


def is_open(details: Locator) -> bool:
    """Whether a ``details`` element shows its content."""
    return details.get_attribute("open") is not None


def run_with(broken: int) -> list[Line]:
    """A run against three APIs, in which that many clauses of the second are broken, and all others kept."""
    sizes = {"moov": 8, "mx": max(8, broken), "persona": 8}
    names = [f"{api}.clause-{number}" for api, size in sizes.items() for number in range(size)]
    bad = set(names[sizes["moov"] :][:broken])
    told: Line = {"judged": 3, "broken": 2, "expected": "422", "received": "201, with an empty body"}
    clauses = [records.clause(name) for name in names]
    return [
        records.header(*(records.api(api, [one for one in clauses if one["id"].startswith(api)]) for api in sizes)),
        *(records.exchange(f"exchange-of-{name}", api=name.partition(".")[0]) for name in names),
        *(
            records.verdict(name, "broken", exchanges=[f"exchange-of-{name}"], **told)
            if name in bad
            else records.verdict(name, exchanges=[f"exchange-of-{name.partition('.')[0]}.clause-0"])
            for name in names
        ),
        records.footer(exit=1 if broken else 0),
    ]
