"""The page of a record, read back by a parser of its own."""

from pathlib import Path

from bs4 import BeautifulSoup, Tag

from clausewise.report.html import page
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

RECORDS = {"example": records.example(), "hostile": records.hostile(), "large": records.large()}


def rendered(tmp_path: Path, lines: list[Line]) -> str:
    """The page of a record with these lines."""
    return page(view(records.loaded(tmp_path, lines)))


def read_back(tmp_path: Path, lines: list[Line]) -> BeautifulSoup:
    """The page as a browser understands it."""
    return BeautifulSoup(rendered(tmp_path, lines), "html5lib")


def part(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one element that the selector finds."""
    [found] = soup.select(selector)
    return found


def text(tag: Tag) -> str:
    """The words of an element, one space apart."""
    return " ".join(tag.get_text(" ").split())


def by_id(soup: BeautifulSoup, name: str) -> Tag:
    """The one element with that id."""
    [found] = soup.find_all(id=name)
    return found
