"""Whole runs held against each other: what the vendor changed is drift, and chance is none."""

from pathlib import Path

import pytest

from clausewise.drift import compare
from clausewise.drift.data import AnswerChange
from clausewise.record import RecordData, read
from clausewise.variants.catalogue import serve_variant, variant
from tests.harness.driving import SUITE, suite

pytestmark = pytest.mark.whole_run


def against(name: str, directory: Path, seed: int) -> RecordData:
    """The record of a run against a mock with something changed."""
    directory.mkdir()
    with serve_variant("moov", variant("moov", name)) as mock:
        options = (str(SUITE), "--profile", "quick", "--hypothesis-seed", str(seed))
        return read(suite(directory, *options, environment=mock.environment).reports / "run.jsonl")


def test_what_changed_is_told_and_what_other_random_requests_meet_is_not(tmp_path: Path) -> None:
    old = against("unchanged", tmp_path / "old", seed=1)
    new = against("shows-the-connection-that-it-makes", tmp_path / "new", seed=2)

    found = compare(old, new)

    [moov] = found.apis
    assert "The seeds differ: 1 before, 2 now. So other random requests were sent." in moov.differences
    [change] = moov.changes
    assert (change.kind, change.clause.id, change.vanished) == ("observed", "moov.201.body", ("no body",))
    assert moov.answers == (
        AnswerChange((201,), "body", "", appeared=True),
        AnswerChange((201,), "header", "content-type", appeared=True),
    )
    assert (found.has_new_breaks, found.has_any) == (False, True)
