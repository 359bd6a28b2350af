"""What a run leaves for Allure: where each test belongs, what is wrong with it, and what ran."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clausewise.allure import write_about
from tests.harness import records
from tests.harness.allure_runs import BROKEN, CRASHED, KEPT, KNOWN, UNSTABLE, UNTESTED, Results, eventful


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The results of an eventful run."""
    return eventful(tmp_path_factory.mktemp("allure"))


def environment(folder: Path) -> dict[str, str]:
    """What environment.properties says, by Java's rules for such files as far as values without line breaks need."""
    pairs = (line.split("=", 1) for line in (folder / "environment.properties").read_text("ascii").splitlines())
    return {name: re.sub(r"\\u(....)|\\(.)", _undone, value) for name, value in pairs}


def _undone(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]


def category(result: dict[str, Any], categories: list[dict[str, Any]]) -> list[str]:
    """The categories of a result by the rules of Allure 2, to whom a pattern must fit the whole message."""
    message = result.get("statusDetails", {}).get("message", "")
    return [
        one["name"]
        for one in categories
        if result["status"] in one.get("matchedStatuses", [result["status"]])
        and re.fullmatch(one.get("messageRegex", ".*"), message, re.DOTALL)
    ]


@pytest.mark.whole_run
def test_a_test_is_filed_under_api_section_and_clause_with_the_level_of_the_clause(results: Results) -> None:
    labels = results.labels(BROKEN)

    assert labels["epic"] == ["Moov: share account connection"]
    assert labels["feature"] == ["The responses"]
    assert labels["story"] == ["moov.404.status"]
    assert labels["severity"] == ["critical"]
    description = results.by_name[BROKEN]["description"]
    assert "moov.404.status (must): A request for an account that does not exist is answered 404." in description
    assert "Source: Share account connection, The responses, lines 166, 195" in description


@pytest.mark.whole_run
def test_the_severity_is_the_level_of_the_clause(results: Results) -> None:
    levels = {clause["id"]: clause["level"] for clause in results.run.lines("header")[0]["apis"][0]["clauses"]}
    labels = [results.labels(name) for name in results.by_name]

    found = {(levels[of["story"][0]], of["severity"][0]) for of in labels if len(of["story"]) == 1}

    assert found == {("must", "critical"), ("should", "normal"), ("silent", "trivial")}


@pytest.mark.whole_run
def test_every_test_has_a_history_of_its_own_which_other_runs_continue(results: Results, tmp_path: Path) -> None:
    again = eventful(tmp_path)

    histories = {name: result["historyId"] for name, result in results.by_name.items()}

    assert len(set(histories.values())) == len(histories) > 10
    assert {name: result["historyId"] for name, result in again.by_name.items()} == histories


@pytest.mark.whole_run
def test_a_broken_clause_comes_with_its_exchange(results: Results) -> None:
    [exchange] = results.attached(BROKEN)

    assert exchange.startswith("POST http://127.0.0.1:")
    assert "/accounts/00000000-0000-4000-8000-00000000c1a5/connections" in exchange
    assert "\nAuthorization: Bearer [MOOV_TOKEN]\n" in exchange
    assert "\nHTTP status 410\n" in exchange
    assert "\ncurl " in exchange


@pytest.mark.whole_run
def test_nothing_is_attached_where_nothing_broke(results: Results) -> None:
    assert {name for name in results.by_name if results.attached(name)} & {KEPT, UNTESTED, UNSTABLE} == set()


@pytest.mark.whole_run
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (BROKEN, ["Broken clauses"]),
        (KNOWN, ["Known failures: broken as accepted before"]),
        (UNTESTED, ["Untested, with the reason"]),
        (CRASHED, ["Could not be judged: the target or the harness failed"]),
        (KEPT, []),
    ],
)
def test_whatever_is_not_green_falls_into_one_category(results: Results, name: str, expected: list[str]) -> None:
    categories = json.loads((results.folder / "categories.json").read_text(encoding="utf-8"))

    assert category(results.by_name[name], categories) == expected


@pytest.mark.whole_run
def test_what_was_unstable_is_tagged(results: Results) -> None:
    assert results.by_name[UNSTABLE]["status"] == "passed"
    assert {name for name in results.by_name if "unstable" in results.labels(name).get("tag", [])} == {UNSTABLE}


@pytest.mark.whole_run
def test_the_environment_says_what_ran_against_whom(results: Results) -> None:
    header = results.run.lines("header")[0]
    moov = header["apis"][0]
    told = environment(results.folder)

    assert told["moov.target"] == moov["base_url"]
    assert told["moov.not-set"] == "MOOV_EXPIRED_TOKEN"
    assert moov["document"]["sha256"] in told["moov.document"]
    assert told["moov.contract"] == moov["contract"]
    assert (told["profile"], told["seed"], told["fail-on"]) == ("full", str(header["seed"]), "should")
    assert (told["clausewise"], told["python"]) == (header["clausewise"], header["python"])
    assert told.items() >= header["libraries"].items()


def test_odd_letters_in_the_environment_are_escaped(tmp_path: Path) -> None:
    title = "C:\\pages\\Überblick 🦉"
    lines = [
        records.header(
            records.api(
                "moov",
                [records.clause("moov.a")],
                document={"title": title, "file": "a.md", "sha256": "0" * 64, "read": "2026-11-20"},
            )
        )
    ]

    write_about(records.loaded(tmp_path, lines).header, tmp_path)

    told = environment(tmp_path)["moov.document"].encode("utf-16", "surrogatepass").decode("utf-16")
    assert told.startswith(f"{title}, read 2026-11-20")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "Skipped: untested [unstable]: a failure did not happen again",
            "Unstable: broken once, kept when sent again",
        ),
        ("Skipped: untested [not-set]: MOOV_TOKEN\nis not set", "Untested, with the reason"),
        ("XFAIL not yet mended\n\nmore", "Known failures: broken as accepted before"),
        ("Skipped: this needs curl", None),
    ],
)
def test_the_categories_of_what_was_skipped(tmp_path: Path, message: str, expected: str | None) -> None:
    write_about(records.loaded(tmp_path, records.example()).header, tmp_path)
    categories = json.loads((tmp_path / "categories.json").read_text(encoding="utf-8"))

    found = category({"status": "skipped", "statusDetails": {"message": message}}, categories)

    assert found == ([expected] if expected else [])
