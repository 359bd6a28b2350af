"""What the project publishes of its proof: the README quotes the figures, and all variants of today were tried."""

import pytest

from clausewise.contract import available
from clausewise.proof import Proof, figures, read
from clausewise.proof.pages import markdown, page
from clausewise.variants.catalogue import variants
from tests.harness.driving import PROJECT

FOLDER = PROJECT / "docs" / "proof"


@pytest.fixture(scope="module")
def published() -> Proof:
    """The proof that the project publishes."""
    return read(FOLDER / "proof.json")


def test_the_readme_quotes_the_figures(published: Proof) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    assert figures(published) in readme


def test_the_page_says_what_the_file_says(published: Proof) -> None:
    assert (FOLDER / "proof.md").read_text(encoding="utf-8") == markdown(published)


def test_the_web_page_is_made_of_it(published: Proof) -> None:
    assert (FOLDER / "index.html").read_text(encoding="utf-8") == page(published)


@pytest.mark.parametrize("name", available())
def test_it_is_about_the_variants_of_today(published: Proof, name: str) -> None:
    tried = {(one.variant, one.kind, one.says, one.breaks) for one in published.trials if one.api == name}

    assert tried == {(one.name, one.kind, one.says, one.breaks) for one in variants(name)}


def test_nothing_is_missed_and_nobody_accused(published: Proof) -> None:
    assert published.complaints() == []
