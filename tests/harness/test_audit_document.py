"""The audit of a contract against its document: here a page of six invented lines."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.audit import document_complaints
from clausewise.contract import Clause, Contract, Document, Source
from tests.harness.builders import clause, with_clauses

PAGE = """Open a window

The window opens
within five seconds.

404 if there is no window.
"""


def citing(name: str, first: int, last: int, *texts: str) -> Clause:
    """A clause that rests on these lines, which must hold these texts."""
    return replace(clause("status", name), sources=(Source(first, last, texts),))


@pytest.fixture
def house(contract: Contract, tmp_path: Path) -> Contract:
    """A contract whose document lies in ``tmp_path`` and which bears out all that is said of it."""
    (tmp_path / "window.txt").write_text(PAGE, encoding="utf-8")
    digest = hashlib.sha256(PAGE.encode()).hexdigest()
    heading = Source(1, 1, ("a heading",))
    document = Document("Open a window", "window.txt", digest, "2026-11-21", passed_over=(heading,))
    clauses = (
        citing("house.window.opens", 3, 4, "window opens", "five seconds"),
        citing("house.404.status", 6, 6, "404", "no window"),
    )
    return replace(with_clauses(contract, *clauses), api="house", document=document)


def rewrite(folder: Path, old: str, new: str) -> None:
    """Edits the page."""
    assert old in PAGE
    (folder / "window.txt").write_text(PAGE.replace(old, new), encoding="utf-8")


DIGEST = "house: window.txt is not the document that was read (its SHA-256 differs)"


def test_a_document_that_bears_the_clauses_out(house: Contract, tmp_path: Path) -> None:
    assert document_complaints(house, tmp_path) == []


def test_a_missing_document(house: Contract, tmp_path: Path) -> None:
    (tmp_path / "window.txt").unlink()

    assert document_complaints(house, tmp_path) == [f"house: the document window.txt is not in {tmp_path}"]


def test_another_document_is_told_even_if_every_line_still_stands(house: Contract, tmp_path: Path) -> None:
    rewrite(tmp_path, "window.\n", "window. \n")

    assert document_complaints(house, tmp_path) == [DIGEST]


def test_a_changed_line_lists_the_clause_to_reread(house: Contract, tmp_path: Path) -> None:
    rewrite(tmp_path, "five seconds", "six seconds")

    assert document_complaints(house, tmp_path) == [
        DIGEST,
        "window.txt: reread house.window.opens: lines 3-4 do not hold 'five seconds'",
    ]


def test_a_new_line_is_accounted_for_by_nobody(house: Contract, tmp_path: Path) -> None:
    rewrite(tmp_path, "no window.\n", "no window.\n\n  429 if there is a queue.\n")

    assert document_complaints(house, tmp_path) == [
        DIGEST,
        "window.txt, line 8: no clause accounts for '429 if there is a queue.'",
    ]


def test_a_line_that_nobody_accounts_for(house: Contract, tmp_path: Path) -> None:
    careless = replace(house, document=replace(house.document, passed_over=()))

    assert document_complaints(careless, tmp_path) == ["window.txt, line 1: no clause accounts for 'Open a window'"]


def test_a_document_that_has_become_shorter(house: Contract, tmp_path: Path) -> None:
    rewrite(tmp_path, "\n404 if there is no window.\n", "")

    assert document_complaints(house, tmp_path) == [
        DIGEST,
        "window.txt: reread house.404.status: lines 6 do not hold '404'",
        "window.txt: reread house.404.status: lines 6 do not hold 'no window'",
    ]


def test_a_text_may_go_over_the_end_of_a_line(house: Contract, tmp_path: Path) -> None:
    over_two = with_clauses(house, citing("house.all", 3, 6, "opens within five"))

    assert document_complaints(over_two, tmp_path) == []


@pytest.mark.parametrize(("line", "text"), [(4, "window opens"), (3, "five seconds")])
def test_the_line_before_or_after_is_another_line(house: Contract, tmp_path: Path, line: int, text: str) -> None:
    beside = with_clauses(house, *house.clauses, citing("house.beside", line, line, text))

    assert document_complaints(beside, tmp_path) == [
        f"window.txt: reread house.beside: lines {line} do not hold {text!r}"
    ]


def test_only_the_cited_lines_are_accounted_for(house: Contract, tmp_path: Path) -> None:
    narrow = with_clauses(house, citing("house.window.opens", 3, 3, "opens"), house.clauses[1])

    assert document_complaints(narrow, tmp_path) == [
        "window.txt, line 4: no clause accounts for 'within five seconds.'"
    ]


def test_a_line_of_spaces_needs_no_clause(house: Contract, tmp_path: Path) -> None:
    rewrite(tmp_path, "\n\n404", "\n  \t\n404")

    assert document_complaints(house, tmp_path) == [DIGEST]


def test_letter_case_counts(house: Contract, tmp_path: Path) -> None:
    loud = with_clauses(house, citing("house.all", 3, 6, "WINDOW"))

    assert document_complaints(loud, tmp_path) == ["window.txt: reread house.all: lines 3-6 do not hold 'WINDOW'"]


def test_a_document_that_is_not_text_is_told_and_no_crash(house: Contract, tmp_path: Path) -> None:
    (tmp_path / "window.txt").write_bytes(b"\xff\xfe\x00")

    assert document_complaints(house, tmp_path)[0] == DIGEST
