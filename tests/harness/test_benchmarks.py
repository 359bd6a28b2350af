"""The benchmarks can be started, and what they make of measured values is right. Nothing here measures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clausewise.contract import load
from clausewise.mock import APIS
from tests.harness.measuring import (
    PARTS,
    PROJECT,
    Hunt,
    defects,
    document,
    figures,
    goals,
    main,
    places,
    schemathesis_cli,
    synthetic,
)

Spread = figures.Spread


def test_a_spread_is_the_least_the_middle_and_the_most() -> None:
    assert figures.spread([3, 1, 8]) == Spread(1, 3, 8)


def test_ratios_are_taken_pair_by_pair() -> None:
    assert figures.ratios([1, 30, 4], [2, 10, 4]) == Spread(0.5, 1, 3)


def test_sides_take_turns() -> None:
    said: list[str] = []

    def one() -> str:
        said.append("A")
        return "a"

    def other() -> str:
        said.append("B")
        return "b"

    assert figures.in_turn(2, one, other) == [["a", "a"], ["b", "b"]]
    assert "".join(said) == "ABAB"


def test_what_was_found_later_or_never_is_not_counted() -> None:
    assert figures.found_after([1, 7, None, 20], [1, 10, 19, 20]) == [1, 2, 2, 3]


def test_the_sample_begins_with_the_first_name() -> None:
    assert figures.sample(["d", "b", "a", "c", "e"], 2) == ["a", "c", "e"]


def test_growth_alike_is_one() -> None:
    assert figures.per_step([1, 10, 100], [2, 20, 400]) == [1, 2]


def hunt(**changes: Any) -> Hunt:
    return Hunt(
        **{
            "tool": "schemathesis",
            "api": "mx",
            "defect": "some",
            "found": True,
            "requests": 10,
            "seconds": 1.0,
            "cpu_seconds": 0.5,
            "first": 3,
            "complaints": ("a",),
            **changes,
        }
    )


def test_what_is_said_of_the_honest_mock_too_is_no_find() -> None:
    honest = [hunt(defect="unchanged")]
    assert defects.judged(hunt(), honest) == hunt(found=False, first=None)
    assert defects.judged(hunt(complaints=("a", "b")), honest).found
    assert defects.judged(hunt(api="moov"), honest).found


def test_a_place_in_a_list_of_values_may_be_named() -> None:
    put = {"enum": "$NAMES", "items": [{"const": "$NAMES/1"}, "plain", 3]}
    assert schemathesis_cli.filled(put, {"NAMES": "x,y"}) == {"enum": ["x", "y"], "items": [{"const": "y"}, "plain", 3]}


@pytest.mark.parametrize(
    ("api", "file", "fixture"),
    [
        ("moov", "share-scopes", "MOOV_PRINCIPAL_ACCOUNT_ID"),
        ("mx", "create-member", "MX_CREDENTIAL_GUIDS"),
        ("persona", "create-connection", "PERSONA_DESTINATION_ORGANIZATION_ID"),
    ],
)
def test_what_schemathesis_is_given_names_what_exists_on_the_mock(
    api: str, file: str, fixture: str, tmp_path: Path
) -> None:
    environment = APIS[api].environment("http://127.0.0.1:1")
    schemathesis_cli.prepare(api, environment, tmp_path / api)
    written = (tmp_path / api / "schemas" / f"{file}.schema.json").read_text(encoding="utf-8")
    assert all(f'"{value}"' in written for value in environment[fixture].split(","))


def test_a_synthetic_contract_has_every_clause_for_every_operation(tmp_path: Path) -> None:
    synthetic.with_operations(tmp_path, 3)
    one, three = load("moov"), load("moov", tmp_path)
    assert len(three.operations) == 3
    assert {clause.operation for clause in three.clauses} == set(three.operations)
    assert len(three.clauses) == 3 * len(one.clauses)


def test_more_clauses_send_no_more_requests(tmp_path: Path) -> None:
    synthetic.with_clauses(tmp_path, 3)
    one, three = load("moov"), load("moov", tmp_path)
    assert len(three.clauses) == 3 * len(one.clauses)
    assert sum(len(clause.tries) for clause in three.clauses) == sum(len(clause.tries) for clause in one.clauses)


@pytest.mark.parametrize(("seconds", "met"), [(0.4, False), (0.2, True)])
def test_a_goal_that_is_missed_is_said_to_be(seconds: float, met: bool) -> None:
    measured = {"seconds": {"clausewise --help": asdict(figures.spread([seconds]))}}
    assert [goal.met for goal in goals.reached({"startup": {"figures": measured}})] == [met]


def test_the_published_page_is_what_its_figures_say() -> None:
    folder = PROJECT / "docs"
    parts = document.read(folder)
    assert set(parts) == set(PARTS)
    assert (folder / "benchmarks.md").read_text(encoding="utf-8") == document.page(parts)


def test_an_unknown_part_is_refused_by_name() -> None:
    said = CliRunner().invoke(main, ["start"])
    assert said.exit_code != 0
    assert "'start' is not one of" in said.output
    assert all(f"'{part}'" in said.output for part in PARTS)


def test_commands_are_shown_as_one_types_them_in_the_project() -> None:
    words = [places.script("pytest"), str(PROJECT / "tests" / "conformance"), "--api", "mx"]
    assert document.shown(words) == "pytest tests/conformance --api mx"
