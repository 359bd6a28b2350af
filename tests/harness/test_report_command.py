"""`clausewise report`: old records rendered again, several put together, and what cannot be read told in a sentence."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clausewise import cli
from clausewise.record import read
from clausewise.report import FORMATS, write_reports
from tests.harness import records
from tests.harness.records import Line

Run = Callable[..., int]

EVERY_FILE = {"index.html", "junit.xml", "summary.md", "sarif.json", "exchanges.har", "badge.json"}


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command in an empty folder, and gives back its exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["clausewise", "report", *arguments])
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def of_moov(**more: object) -> list[Line]:
    """A short record; what is given goes into its header."""
    header = records.header(records.api("moov", [records.clause("moov.a")]), **more)
    return [header, records.verdict("moov.a"), records.footer(exit=0)]


def test_the_reports_are_those_that_the_run_left(report: Run, tmp_path: Path) -> None:
    path = records.write(tmp_path / "old.jsonl", records.example())
    write_reports(read(path), tmp_path / "first")

    assert report("old.jsonl", "--output", "again") == 0

    assert set(files(tmp_path / "again")) == EVERY_FILE
    assert files(tmp_path / "again") == files(tmp_path / "first")


def test_what_was_written_is_told(report: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records.write(tmp_path / "old.jsonl", records.example())

    assert report("old.jsonl") == 0

    output, errors = capsys.readouterr()
    assert {Path(line) for line in output.splitlines()} == {Path("reports/rendered") / name for name in EVERY_FILE}
    assert errors == ""


@pytest.mark.parametrize("name", FORMATS)
def test_one_format_can_be_had_alone(report: Run, tmp_path: Path, name: str) -> None:
    records.write(tmp_path / "old.jsonl", records.example())

    assert report("old.jsonl", "--format", name, "--output", "out") == 0

    assert set(files(tmp_path / "out")) == {FORMATS[name].file}


def test_formats_can_be_named_together(report: Run, tmp_path: Path) -> None:
    records.write(tmp_path / "old.jsonl", records.example())

    assert report("old.jsonl", "--format", "badge", "--format", "sarif", "--format", "badge", "--output", "out") == 0

    assert set(files(tmp_path / "out")) == {"badge.json", "sarif.json"}


def test_the_help_names_every_format(report: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert report("--help") == 0

    words = set(re.findall(r"\w+", capsys.readouterr().out))
    assert set(FORMATS) <= words


def test_several_records_are_put_together_and_the_overlap_is_told(
    report: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records.write(tmp_path / "a.jsonl", of_moov(seed=1))
    records.write(tmp_path / "b.jsonl", [*of_moov(seed=2)[:1], records.verdict("moov.a", "broken"), records.footer()])

    assert report("a.jsonl", "b.jsonl", "--output", "out") == 0

    said = capsys.readouterr().err.splitlines()
    assert said[0] == "This is put together from 2 records: a.jsonl and b.jsonl."
    assert said[1].startswith("moov is in a.jsonl and b.jsonl: ")
    written = files(tmp_path / "out")
    assert json.loads(written["badge.json"])["message"] == "1 clause broken"
    for name in EVERY_FILE - {"badge.json"}:
        assert b"This is put together from 2 records" in written[name]


def test_a_truncated_record_is_rendered_and_marked(
    report: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = records.write(tmp_path / "old.jsonl", of_moov()[:-1])
    path.write_bytes(path.read_bytes() + b'{"kind": "verd')

    assert report("old.jsonl", "--output", "out") == 0

    assert capsys.readouterr().err.startswith("This record has no end")
    written = files(tmp_path / "out")
    for name in EVERY_FILE - {"badge.json"}:
        assert b"This record has no end" in written[name]
    assert json.loads(written["badge.json"])["message"] == "1 clause kept, not finished"


def test_the_record_of_a_newer_version_is_rendered(report: Run, tmp_path: Path) -> None:
    newer = [line | {"new": {"nested": [1]}} for line in of_moov()]
    newer.insert(1, {"kind": "weather", "sky": "blue"})
    records.write(tmp_path / "newer.jsonl", newer)
    records.write(tmp_path / "same.jsonl", of_moov())

    assert report("newer.jsonl", "--output", "newer") == 0
    assert report("same.jsonl", "--output", "same") == 0

    assert files(tmp_path / "newer") == files(tmp_path / "same")


def one_bad_line() -> bytes:
    texts = [json.dumps(line) for line in records.example()]
    return "\n".join([*texts[:3], texts[3][:40], *texts[4:]]).encode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "bad.jsonl cannot be read: No such file or directory"),
        (b"", "bad.jsonl is empty, so it is no run record"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bad.jsonl, line 1: this is not JSON"),
        (b'{"kind": "footer"}\n', "bad.jsonl, line 1: a run record starts with its header"),
        (one_bad_line(), "bad.jsonl, line 4: this is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_sentence(
    report: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    records.write(tmp_path / "good.jsonl", of_moov())
    if content is not None:
        (tmp_path / "bad.jsonl").write_bytes(content)

    assert report("good.jsonl", "bad.jsonl", "--output", "out") == 4

    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"error: {says}")
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing argument 'RUN.jsonl...'."),
        (["good.jsonl", "--format", "pdf"], "there is no report called 'pdf'; the reports are: html, junit, markdown"),
        (["good.jsonl", "--output", "good.jsonl"], "is a file"),
        (["good.jsonl", "--output", "good.jsonl/below"], "name another by --output"),
        (["good.jsonl", "other.jsonl"], "were made by different contracts of moov"),
        (["."], ". cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    report: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    records.write(tmp_path / "good.jsonl", of_moov())
    other = records.api("moov", [records.clause("moov.a")], contract="f" * 64)
    records.write(tmp_path / "other.jsonl", [records.header(other), records.footer()])

    assert report(*arguments) == 4

    output, errors = capsys.readouterr()
    assert output == ""
    assert says in errors
    assert errors.count("\n") == 1
