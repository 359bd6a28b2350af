"""badge.json, held against what shields.io documents for the badges of an endpoint."""

import json
from pathlib import Path

import pytest

from clausewise.report.badge import endpoint
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

NAMED_COLOURS = {"brightgreen", "green", "yellowgreen", "yellow", "orange", "red", "lightgrey", "blue"}


def written(tmp_path: Path, lines: list[Line]) -> Line:
    badge: Line = json.loads(endpoint(view(records.loaded(tmp_path, lines))))
    return badge


def run(*outcomes: str, level: str = "must", last: tuple[Line, ...] = (records.footer(exit=0),)) -> list[Line]:
    """A run against one API in which one clause has each of these outcomes."""
    names = {f"moov.{at}": outcome for at, outcome in enumerate(outcomes)}
    clauses = [records.clause(name, level) for name in names]
    verdicts = [records.verdict(name, outcome, level) for name, outcome in names.items()]
    return [records.header(records.api("moov", clauses)), *verdicts, *last]


@pytest.mark.parametrize("lines", [records.example(), records.hostile(), run()], ids=["example", "hostile", "empty"])
def test_the_badge_is_one_that_shields_draws(tmp_path: Path, lines: list[Line]) -> None:
    badge = written(tmp_path, lines)

    assert set(badge) == {"schemaVersion", "label", "message", "color"}
    assert badge["schemaVersion"] == 1
    assert badge["label"] == "conformance"
    assert badge["message"] != ""
    assert badge["color"] in NAMED_COLOURS


@pytest.mark.parametrize(
    ("lines", "message", "colour"),
    [
        (run("kept", "kept", "untested"), "2 clauses kept", "brightgreen"),
        (run("kept"), "1 clause kept", "brightgreen"),
        (run("kept", "broken", "error"), "1 clause broken", "red"),
        (run("kept", "broken", "broken", level="should"), "2 clauses broken", "orange"),
        (run("kept", "error"), "1 clause could not be judged", "orange"),
        (run("kept", "known"), "1 clause kept, 1 accepted as broken", "yellow"),
        (run("untested", "observed"), "nothing tested", "lightgrey"),
        (run("kept", last=()), "1 clause kept, not finished", "orange"),
        (run("kept", last=(records.footer(interrupted=True),)), "1 clause kept, not finished", "orange"),
        (run("kept", last=(records.footer(exit=1),)), "1 clause kept, but the run failed", "orange"),
        (run("kept", "broken", last=()), "1 clause broken", "red"),
    ],
)
def test_the_worst_is_said(tmp_path: Path, lines: list[Line], message: str, colour: str) -> None:
    badge = written(tmp_path, lines)

    assert (badge["message"], badge["color"]) == (message, colour)


def test_an_api_of_which_nothing_was_tested_is_named(tmp_path: Path) -> None:
    apis = [records.api(name, [records.clause(f"{name}.a")]) for name in ("moov", "persona")]
    lines = [records.header(*apis), records.verdict("moov.a"), records.footer(exit=0)]

    badge = written(tmp_path, lines)

    assert (badge["message"], badge["color"]) == ("1 clause kept, persona not tested", "yellow")
