"""`clausewise compare`: its exit codes, its formats, and what it says to wrong use."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clausewise import cli
from clausewise.drift import FORMATS
from tests.harness import records
from tests.harness.drifts import before, now
from tests.harness.records import Line

Run = Callable[..., int]

KEPT, BROKEN = records.verdict("moov.a"), records.verdict("moov.a", "broken")


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command in an empty folder, and gives back its exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["clausewise", "compare", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def written(tmp_path: Path, old: Line, new: Line) -> tuple[Path, Path]:
    """The records of two runs with one verdict each."""
    return records.write(tmp_path / "old.jsonl", before(old)), records.write(tmp_path / "new.jsonl", now(new))


@pytest.mark.parametrize(
    ("old", "new", "options", "code"),
    [
        (KEPT, KEPT, [], 0),
        (KEPT, KEPT, ["--any-drift"], 0),
        (KEPT, BROKEN, [], 1),
        (BROKEN, BROKEN, [], 0),
        (BROKEN, BROKEN, ["--any-drift"], 0),
        (BROKEN, KEPT, [], 0),
        (BROKEN, KEPT, ["--any-drift"], 1),
    ],
)
def test_the_exit_code(compare: Run, tmp_path: Path, old: Line, new: Line, options: list[str], code: int) -> None:
    for name in FORMATS:
        assert compare(*written(tmp_path, old, new), *options, "--format", name) == code


def test_it_tells_in_plain_words_unless_told_otherwise(
    compare: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    compare(*written(tmp_path, KEPT, BROKEN))

    output, errors = capsys.readouterr()
    assert "Newly broken (1)\n    moov.a (must): The page promises moov.a.\n" in output
    assert "\x1b" not in output
    assert errors == ""


def test_json_can_be_piped(compare: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    compare(*written(tmp_path, KEPT, BROKEN), "--format", "json")

    assert json.loads(capsys.readouterr().out)["has_new_breaks"] is True


def test_it_can_be_written_to_a_file(compare: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pair = written(tmp_path, KEPT, BROKEN)
    compare(*pair, "--format", "markdown")
    printed = capsys.readouterr().out

    assert compare(*pair, "--format", "markdown", "--output", tmp_path / "drift.md") == 1

    assert capsys.readouterr().out == ""
    assert (tmp_path / "drift.md").read_text(encoding="utf-8") == printed


def test_records_without_an_end_are_compared(compare: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    old = records.write(tmp_path / "old.jsonl", before(KEPT))
    new = records.write(tmp_path / "new.jsonl", now(whole=False))

    assert compare(old, new, "--any-drift") == 0
    assert "The later run did not come to its end" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument 'OLD.jsonl'."),
        (["old.jsonl"], "Missing argument 'NEW.jsonl'."),
        (["old.jsonl", "none.jsonl"], "none.jsonl cannot be read: No such file or directory"),
        (["old.jsonl", "notes.txt"], "notes.txt, line 1: this is not JSON"),
        (["old.jsonl", "new.jsonl", "--format", "yaml"], "'yaml' is not one of 'text', 'markdown', 'json'."),
        (["old.jsonl", "new.jsonl", "--output", "none/drift.txt"], "name another file by --output"),
        (["old.jsonl", "new.jsonl", "--output", "."], "is a directory"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(
    compare: Run,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    says: str,
) -> None:
    written(tmp_path, KEPT, KEPT)
    (tmp_path / "notes.txt").write_text("notes\n", encoding="utf-8")

    assert compare(*arguments) == 4

    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("error: ")
    assert says in errors
    assert errors.count("\n") == 1
