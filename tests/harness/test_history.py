"""The folder of earlier records: what is copied into it, taken out of it, and found in it."""

import json
from pathlib import Path

import pytest

from clausewise import history
from clausewise.errors import UsageError
from clausewise.history import past_of
from clausewise.record import RecordData, RecordError, read
from tests.harness import records
from tests.harness.records import Line

CLAUSES = [records.clause("moov.a"), records.clause("moov.b")]
MOOV = records.api("moov", CLAUSES)
REAL = {"base_url": "https://sandbox.test", "embedded": False}


def at(day: int) -> str:
    return f"2026-11-{day:02}T02:00:00.000+00:00"


def run(day: int, *verdicts: Line, of: Line = MOOV, whole: bool = True, **footer: object) -> list[Line]:
    """A run on that day; by default one that kept a clause."""
    end = [records.footer(**footer)] if whole else []
    return [records.header(of, started=at(day)), *(verdicts or [records.verdict("moov.a")]), *end]


def kept(tmp_path: Path, *runs: list[Line], retain: int = history.RETAIN) -> Path:
    """A history of these runs."""
    folder = tmp_path / "history"
    for lines in runs:
        history.keep(records.write(tmp_path / "run.jsonl", lines), folder, retain)
    return folder


def shown(tmp_path: Path, day: int = 20, of: Line = MOOV) -> RecordData:
    """The record of the run that is held against the history."""
    return records.loaded(tmp_path, run(day, of=of))


def days(past: history.Past) -> list[str]:
    return [one.record.header.started for one in past.runs]


# What is kept


def test_a_copy_is_the_record_itself(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", records.example())

    copy = history.keep(path, tmp_path / "new" / "history")

    assert copy.read_bytes() == path.read_bytes()
    assert list(copy.parent.iterdir()) == [copy]


def test_names_sort_by_time_wherever_the_clock_stood(tmp_path: Path) -> None:
    times = ["2026-11-21T23:30:00.100-02:00", "2026-11-21T23:30:00.250+00:00", "2026-11-22T01:30:00.750+00:00"]
    folder = kept(tmp_path, *([records.header(MOOV, started=time)] for time in times))

    assert [read(path).header.started for path in sorted(folder.iterdir())] == [times[1], times[0], times[2]]


def test_runs_of_one_moment_do_not_take_each_others_place(tmp_path: Path) -> None:
    folder = kept(tmp_path, run(1), run(1, records.verdict("moov.b")), run(1))

    assert len(list(folder.iterdir())) == 2


def test_only_the_last_ones_are_retained(tmp_path: Path) -> None:
    folder = kept(tmp_path, *(run(day) for day in (4, 2, 5, 3, 1)), retain=3)

    assert [read(path).header.started for path in sorted(folder.iterdir())] == [at(3), at(4), at(5)]


def test_what_the_history_did_not_write_is_never_removed(tmp_path: Path) -> None:
    folder = kept(tmp_path, run(10))
    theirs = folder / "baseline.jsonl"
    records.write(theirs, run(1))
    notes = folder / "20260101T000000000Z-0123456789ab.jsonl"
    notes.write_text("these are notes\n", encoding="utf-8")
    linked = folder / "20260101T000000000Z-ba9876543210.jsonl"
    linked.symlink_to(theirs)
    inner = folder / "20260101T000000000Z-aaaaaaaaaaaa.jsonl"
    inner.mkdir()

    kept(tmp_path, run(11), run(12), retain=1)

    own = {path for path in folder.iterdir() if path.name.startswith("202611")}
    assert {read(path).header.started for path in own} == {at(12)}
    assert set(folder.iterdir()) - own == {theirs, notes, linked, inner}


def test_a_history_holds_something(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one record at least"):
        kept(tmp_path, run(1), retain=0)


def test_a_record_that_cannot_tell_its_time_is_not_kept(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", [records.header(MOOV, started="yesterday")])

    with pytest.raises(RecordError, match=r"run\.jsonl says that its run started at 'yesterday', which is no time$"):
        history.keep(path, tmp_path / "history")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match=r"^the history .*file cannot be written to .*: name another .* --history$"):
        history.prepare(tmp_path / "file")
    with pytest.raises(UsageError, match="cannot be written to"):
        history.keep(records.write(tmp_path / "run.jsonl", run(1)), tmp_path / "file")


# What is found


def test_the_past_is_what_was_before_the_oldest_first(tmp_path: Path) -> None:
    folder = kept(tmp_path, run(3), run(25), run(20), run(1))

    past = past_of(shown(tmp_path), folder)

    assert days(past) == [at(1), at(3)]
    assert past.notices == ()
    assert all(not record.exchanges for record in past.records)


def test_the_past_is_not_longer_than_asked_for(tmp_path: Path) -> None:
    folder = kept(tmp_path, *(run(day) for day in range(1, 6)))

    assert days(past_of(shown(tmp_path), folder, most=2)) == [at(4), at(5)]


def test_records_under_other_names_are_found_too(tmp_path: Path) -> None:
    folder = kept(tmp_path, run(2))
    records.write(folder / "before-the-release.jsonl", run(1))

    assert days(past_of(shown(tmp_path), folder)) == [at(1), at(2)]


def test_runs_of_other_apis_are_no_past(tmp_path: Path) -> None:
    persona = records.api("persona", [records.clause("persona.a")])
    folder = kept(tmp_path, run(1, records.verdict("persona.a"), of=persona))

    assert past_of(shown(tmp_path), folder) == history.Past()


def test_a_folder_that_is_not_there_yet_has_no_past(tmp_path: Path) -> None:
    assert past_of(shown(tmp_path), tmp_path / "none") == history.Past()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("no record\n", "line 1: this is not JSON"),
        ("", "is empty"),
        (json.dumps(records.header(MOOV, started="soon")), "says that its run started at 'soon', which is no time"),
    ],
)
def test_what_cannot_be_read_is_told_and_passed_over(tmp_path: Path, content: str, says: str) -> None:
    folder = kept(tmp_path, run(1))
    (folder / "broken.jsonl").write_text(content, encoding="utf-8")

    past = past_of(shown(tmp_path), folder)

    assert days(past) == [at(1)]
    [notice] = past.notices
    assert notice.startswith("A record of the history was passed over: ")
    assert "broken.jsonl" in notice
    assert says in notice


@pytest.mark.parametrize(
    "unfit",
    [
        run(9, whole=False),
        run(9, interrupted=True),
        run(9, records.verdict("moov.a", "untested", reason="the target does not answer")),
        run(9, of=MOOV | REAL),
    ],
    ids=["cut off", "interrupted", "nothing tested", "another target"],
)
def test_the_latest_run_is_one_that_a_run_can_be_held_against(tmp_path: Path, unfit: list[Line]) -> None:
    record = shown(tmp_path)
    folder = kept(tmp_path, run(7), run(8), unfit)

    latest = past_of(record, folder).latest(record.header.apis[0])

    assert latest is not None
    assert latest.record.header.started == at(8)
    assert read(latest.path).header.started == at(8)


def test_the_embedded_mock_is_one_target_whatever_its_port(tmp_path: Path) -> None:
    record = shown(tmp_path, of=MOOV | {"base_url": "http://127.0.0.1:1"})
    past = past_of(record, kept(tmp_path, run(1, of=MOOV | {"base_url": "http://127.0.0.1:2"})))

    assert past.latest(record.header.apis[0]) is not None


def test_where_nothing_is_fit_there_is_no_latest_run(tmp_path: Path) -> None:
    record = shown(tmp_path, of=MOOV | REAL)

    assert past_of(record, kept(tmp_path, run(1))).latest(record.header.apis[0]) is None
