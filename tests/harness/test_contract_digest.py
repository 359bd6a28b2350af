"""One SHA-256 stands for all files of a contract: a run record names the very contract that it was judged by."""

from pathlib import Path

from clausewise.contract import Contract, load


def test_the_digest_is_that_of_the_files(contracts: Path, contract: Contract) -> None:
    assert load("moov", contracts).digest == contract.digest == load("moov", contracts).digest


def test_the_digest_changes_with_every_file(contracts: Path) -> None:
    before = load("moov", contracts).digest
    files = sorted(path for path in (contracts / "moov").rglob("*") if path.is_file())
    assert len(files) >= 4
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        assert load("moov", contracts).digest != before, file.name
        file.write_bytes(content)


def test_the_digest_changes_with_a_files_name_and_with_a_new_file(contracts: Path) -> None:
    before = load("moov", contracts).digest
    notes = contracts / "moov" / "notes.txt"
    notes.write_text("a note", encoding="utf-8")
    with_notes = load("moov", contracts).digest
    renamed = load("moov", notes.rename(notes.with_name("other.txt")).parents[1]).digest

    assert len({before, with_notes, renamed}) == 3
