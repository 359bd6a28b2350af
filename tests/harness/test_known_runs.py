"""Whole runs with known failures: not red for these, and red as soon as an entry is outdated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.harness.driving import BASELINE, SUITE, Finished, suite
from tests.harness.known_failures import ACCEPTED, MISSING, takes_what_lacks_the_principal, written
from tests.harness.servers import serving

pytestmark = pytest.mark.whole_run

CLAUSES = str(SUITE / "test_clauses.py")
ANSWERS = str(SUITE / "test_answers.py")


def run_with(directory: Path, *entries: dict[str, Any], trap: Callable[..., Any] | None = None) -> Finished:
    file = written(directory, *entries)
    tests = (BASELINE, CLAUSES, ANSWERS, "-k", "baseline or 422", "--known", file.name)
    with serving(trap or takes_what_lacks_the_principal) as server:
        return suite(directory, *tests, "--base-url", server.base_url, environment=server.environment)


def test_a_run_whose_only_breaks_are_known_is_not_red(tmp_path: Path) -> None:
    run = run_with(tmp_path, ACCEPTED)

    assert run.code == 0, run.output
    assert run.with_outcome("known") == {MISSING}
    assert run.with_outcome("broken") == run.with_outcome("error") == set()
    assert "xfailed" in run.output
    assert (
        f"Accepted failures: {ACCEPTED['reason']} (Payments, until 2099-03-31, {ACCEPTED['link']}): {MISSING}"
        in run.output
    )
    [footer] = run.lines("footer")
    assert (footer["exit"], footer["complaints"], footer["outcomes"]["moov"]["known"]) == (0, [], 1)
    for name in ("index.html", "summary.md", "junit.xml"):
        assert str(ACCEPTED["reason"]) in (run.reports / name).read_text(encoding="utf-8")


def test_a_run_is_red_for_entries_that_are_outdated(tmp_path: Path) -> None:
    expired, kept = {**ACCEPTED, "expires": "2026-01-31"}, {**ACCEPTED, "clause": "moov.422.type"}

    run = run_with(tmp_path, expired, kept)

    wrong = [
        f"{MISSING} was accepted as a known failure until 2026-01-31: fix it, or have Payments accept it again",
        "moov.422.type is kept, and listed as a known failure: remove its entry",
    ]
    assert run.code == 1, run.output
    assert run.with_outcome("broken") == run.with_outcome("error") == set()
    assert [(one["text"], one["api"], one["code"], one["clause"]) for one in run.lines("footer")[0]["complaints"]] == [
        (wrong[0], "moov", "outdated", MISSING),
        (wrong[1], "moov", "outdated", "moov.422.type"),
    ]
    page = (run.reports / "index.html").read_text(encoding="utf-8")
    assert [sentence for sentence in wrong if sentence not in run.output or sentence not in page] == []


def test_a_run_is_red_for_a_break_with_another_symptom(tmp_path: Path) -> None:
    run = run_with(tmp_path, {**ACCEPTED, "symptoms": ["400 application/json"]})

    assert run.code == 1, run.output
    assert run.with_outcome("broken") == {MISSING}
    assert run.with_outcome("known") == set()


def test_a_misspelt_entry_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    run = run_with(tmp_path, {**ACCEPTED, "clause": "moov.422.mising"})

    assert run.code == 4
    assert "the nearest is 'moov.422.missing'" in run.output
    assert "Traceback" not in run.output
    assert not (run.reports / "run.jsonl").exists()
