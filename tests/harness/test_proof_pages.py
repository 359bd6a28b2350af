"""The pages of a proof: all trials stand on both, and neither script nor network is needed."""

from pathlib import Path

import html5lib
import pytest
from bs4 import BeautifulSoup

from clausewise.proof import Proof, Trial, figures, write
from clausewise.variants import DERIVED, PERMITTED, WRITTEN

PROOF = Proof(
    "0.1",
    "full",
    61.2,
    {"moov": ("moov.a", "moov.b")},
    (
        Trial("moov", "forgets-a", WRITTEN, "Forgets <b>.", ("moov.a",), ("moov.a", "moov.c"), (), 210, 1.0),
        Trial("moov", "says-201", WRITTEN, "Says 201.", ("moov.b",), (), (), 190, 1.0),
        Trial("moov", "400-dropped", DERIVED, "Drops it.", ("moov.a", "moov.b"), ("moov.b",), (), 200, 1.0),
        Trial("moov", "says-more", PERMITTED, "Says more.", (), (), (), 212, 1.0),
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the three files of the proof."""
    directory = tmp_path_factory.mktemp("proof")
    write(PROOF, directory)
    return directory


@pytest.fixture(scope="module")
def page(folder: Path) -> BeautifulSoup:
    """The page in HTML."""
    return BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_the_table_of_figures() -> None:
    *_, row = figures(PROOF).splitlines()

    assert row == "| moov | 1 of 2 caught | 1 of 1 caught | 0 of 1 | 1, 2 | 200, 210 |"


def test_the_page_in_markdown(folder: Path) -> None:
    text = (folder / "proof.md").read_text(encoding="utf-8")

    assert figures(PROOF) in text
    assert "| moov.a | 1 of 1 | forgets-a | 0 |" in text
    assert "| moov.b | 0 of 1 | says-201 | 1 |" in text
    assert "| says-201 | Says 201. | missed | none | 190 |" in text
    assert "| says-more | Says more. | left alone | none | 212 |" in text
    assert "- moov: the defect says-201 is missed; it breaks moov.b" in text


def test_the_page_is_html_that_needs_nothing_else(folder: Path, page: BeautifulSoup) -> None:
    html5lib.HTMLParser(strict=True).parse((folder / "index.html").read_text(encoding="utf-8"))

    assert not page.find_all(["script", "link", "img", "iframe"])
    assert all(str(link["href"]).startswith("#") for link in page.find_all("a"))
    assert {str(link["href"])[1:] for link in page.find_all("a")} <= {tag["id"] for tag in page.find_all(id=True)}


def test_every_trial_is_told_in_words(page: BeautifulSoup) -> None:
    rows = {str(row["id"]): [cell.get_text(" ") for cell in row.find_all("td")] for row in page.select("tr[id]")}

    assert rows["moov-forgets-a"] == ["Forgets <b>. forgets-a", "caught", "moov.a, moov.c", "210"]
    assert rows["moov-says-201"][1:] == ["missed", "none", "190"]
    assert len(rows) == 4


def test_what_is_wrong_stands_at_the_head(page: BeautifulSoup) -> None:
    notices = [notice.get_text() for notice in page.select("header .notice")]

    assert notices == ["moov: the defect says-201 is missed; it breaks moov.b"]


def test_the_marks_of_the_matrix(page: BeautifulSoup) -> None:
    marks = {link.title.get_text(): link.circle["class"] for link in page.select("svg a") if link.title and link.circle}

    assert marks == {
        "forgets-a: moov.a was blamed": ["own"],
        "says-201: moov.b was not blamed": ["missed"],
        "400-dropped: moov.b was blamed": ["own"],
    }
