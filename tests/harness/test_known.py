"""Known failures: accepted for a reason and until a day, told in every report, and red as soon as they are outdated."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clausewise.conclusion import complaints
from clausewise.contract import available
from clausewise.errors import UsageError
from clausewise.known import KnownFailure, read_known
from clausewise.profiles import profile
from clausewise.record import Clause, Outcome, Verdict, settle
from clausewise.settings import Settings
from tests.harness.driving import PROJECT, contract_of, driving, good, named
from tests.harness.known_failures import ENTRY, MISSING, takes_what_lacks_the_principal, written
from tests.harness.servers import Call, Mock, Reply, serving

SCOPES_ALONE = f"{MISSING}/scopes alone"
EMPTY_OBJECT = f"{MISSING}/empty object"
KNOWN = KnownFailure(
    MISSING, (), (), "It is being mended.", "Payments", "https://issues.example.com/1", date(2026, 12, 31)
)


def known(file: Path) -> dict[str, dict[str, KnownFailure]]:
    """What a run against Moov alone makes of the file."""
    return read_known(file, [contract_of("moov")], available())


def refusal(file: Path) -> str:
    """What is wrong with the file, in one sentence."""
    with pytest.raises(UsageError) as caught:
        known(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The file


def test_an_entry_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    file = written(tmp_path, {**ENTRY, "cases": [SCOPES_ALONE]})

    assert known(file) == {
        "moov": {
            MISSING: KnownFailure(
                clause=MISSING,
                cases=(SCOPES_ALONE,),
                symptoms=(),
                reason=ENTRY["reason"],
                owner="Payments",
                link="https://issues.example.com/4711",
                expires=date(2099, 3, 31),
            )
        }
    }


def test_a_date_needs_no_quotes(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(
        f"moov:\n- {{clause: {MISSING}, symptoms: ['201'], reason: r, owner: o, link: 'https://e.example/1', "
        "expires: 2027-03-31}\n",
        encoding="utf-8",
    )

    assert known(file)["moov"][MISSING].expires == date(2027, 3, 31)


def test_an_empty_file_knows_of_nothing(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("# nothing yet\n", encoding="utf-8")

    assert known(file) == {"moov": {}}


def test_what_is_said_of_an_api_that_is_not_tested_is_left_alone(tmp_path: Path) -> None:
    assert known(written(tmp_path, {**ENTRY, "clause": "persona.some.clause"}, api="persona")) == {"moov": {}}


@pytest.mark.parametrize("missing", sorted(ENTRY))
def test_every_part_of_an_entry_must_be_there(tmp_path: Path, missing: str) -> None:
    file = written(tmp_path, {name: value for name, value in ENTRY.items() if name != missing})

    said = refusal(file)

    assert said.startswith(f"{file}, at moov[0]: ")
    assert f"'{missing}' is a required property" in said


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"expires": "next spring"}, "moov[0].expires"),
        ({"expires": "2027-02-30"}, "moov[0].expires"),
        ({"expires": "2027-03-31 10:00:00"}, "moov[0].expires"),
        ({"expires": None}, "moov[0].expires"),
        ({"link": "see the wiki"}, "moov[0].link"),
        ({"link": "javascript:alert(1)"}, "moov[0].link"),
        ({"reason": ""}, "moov[0].reason"),
        ({"owner": 7}, "moov[0].owner"),
        ({"cases": []}, "moov[0].cases"),
        ({"cases": SCOPES_ALONE}, "moov[0].cases"),
        ({"until": "2027-03-31"}, "moov[0]"),
    ],
)
def test_a_part_of_another_form_is_told_with_its_place(tmp_path: Path, changes: dict[str, Any], place: str) -> None:
    file = written(tmp_path, {**ENTRY, **changes})

    assert refusal(file).startswith(f"{file}, at {place}: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("moov: [", ", line 1: this is not YAML"),
        ("- moov", ", at the top: "),
        ("moov: {}", ", at moov: "),
        ("2026-01-01: []", ": this is not a file of known failures"),
        ("moov: &a [*a]", ": this is not a file of known failures"),
    ],
)
def test_what_is_no_such_file_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(text, encoding="utf-8")

    assert refusal(file).startswith(f"{file}{told}")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_bytes(b"moov: \xff\xfe")

    assert refusal(file).startswith(f"{file}: this is not YAML")


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).startswith(f"{tmp_path / name}: the known failures cannot be read (")


@pytest.mark.parametrize("of", ["README.md", "docs/known-failures.yaml"])
def test_the_examples_in_the_documentation_can_be_used(tmp_path: Path, of: str) -> None:
    text = (PROJECT / of).read_text(encoding="utf-8")
    file = tmp_path / "known.yaml"
    file.write_text(
        text.partition("```yaml\n")[2].partition("```")[0] if of.endswith(".md") else text, encoding="utf-8"
    )

    assert MISSING in known(file)["moov"]


# Exact ids


@pytest.mark.parametrize(
    ("about", "entry", "told"),
    [
        ("mov", ENTRY, "'mov' is not an API; the nearest is 'moov'"),
        ("moov", {**ENTRY, "clause": "moov.422.mising"}, "'moov.422.mising' is not a clause of moov that a target can "
         "break; the nearest is 'moov.422.missing'"),
        ("moov", {**ENTRY, "clause": "MOOV.422.MISSING"}, "'MOOV.422.MISSING' is not a clause"),
        ("moov", {**ENTRY, "clause": "moov.*"}, "'moov.*' is not a clause"),
        ("moov", {**ENTRY, "cases": [SCOPES_ALONE, f"{SCOPES_ALONE}!"]}, f"'{SCOPES_ALONE}!' is not the id of a case "
         f"of moov that is the same in every run; the nearest is '{SCOPES_ALONE}'"),
    ],
    ids=["API", "clause", "capitals", "pattern", "case"],
)  # fmt: skip
def test_a_name_that_nothing_has_is_told_with_the_nearest(
    tmp_path: Path, about: str, entry: dict[str, Any], told: str
) -> None:
    file = written(tmp_path, entry, api=about)

    assert refusal(file).startswith(f"{file}: {told}")


def test_what_no_target_can_break_cannot_be_accepted(tmp_path: Path) -> None:
    contract = contract_of("moov")
    excluded = next(clause.id for clause in contract.clauses if clause.excluded)
    observed = next(clause.id for clause in contract.clauses if not clause.excluded and not clause.level.binding)

    for name in (excluded, observed):
        assert f"'{name}' is not a clause of moov that a target can break" in refusal(
            written(tmp_path, {**ENTRY, "clause": name})
        )


def test_two_entries_for_a_clause_are_told(tmp_path: Path) -> None:
    file = written(tmp_path, {**ENTRY, "cases": [SCOPES_ALONE]}, {**ENTRY, "cases": [EMPTY_OBJECT]})

    assert refusal(file) == f"{file}: {MISSING} has two entries: make one of them"


def test_named_baseline_boundary_and_odd_cases_have_ids(tmp_path: Path) -> None:
    from clausewise.cases.generated import boundary_cases
    from clausewise.cases.robust import robust_cases

    contract = contract_of("moov")
    ids = [good().id, SCOPES_ALONE, next(iter(boundary_cases(contract))).id, next(iter(robust_cases(contract))).id]

    assert known(written(tmp_path, {**ENTRY, "cases": ids}))["moov"][MISSING].cases == tuple(ids)


# What is accepted


@pytest.mark.parametrize(
    ("cases", "breaking", "accepted"),
    [
        ((), {"a"}, True),
        (("a", "b"), {"a"}, True),
        (("a", "b"), {"a", "b"}, True),
        (("a",), {"a", "b"}, False),
        (("a",), {"b"}, False),
    ],
)
def test_an_entry_accepts_breaks_by_its_cases_alone(cases: tuple[str, ...], breaking: set[str], accepted: bool) -> None:
    assert replace(KNOWN, cases=cases).accepts(breaking, {"201"}) is accepted


def test_a_break_that_is_accepted_fails_no_test(tmp_path: Path) -> None:
    with serving(takes_what_lacks_the_principal) as server, driving(server, tmp_path, known=[KNOWN]) as drive:
        assert drive.test(named(SCOPES_ALONE), MISSING) is None
        [verdict] = drive.verdicts(MISSING)
        assert (verdict.outcome, verdict.broken) == ("known", 2)
        assert verdict.reason == "It is being mended. (Payments, until 2026-12-31, https://issues.example.com/1)"
        assert verdict.exchanges != ()


def test_a_break_by_another_case_fails_its_test(tmp_path: Path) -> None:
    entry = replace(KNOWN, cases=(SCOPES_ALONE,))
    with serving(takes_what_lacks_the_principal) as server, driving(server, tmp_path, known=[entry]) as drive:
        assert drive.test(named(SCOPES_ALONE), MISSING) is None
        assert str(drive.test(named(EMPTY_OBJECT), MISSING)).startswith(f"{MISSING} is broken")
        assert [verdict.outcome for verdict in drive.verdicts(MISSING)] == ["known", "broken"]


def test_a_break_of_another_clause_fails_its_test(tmp_path: Path) -> None:
    entry = replace(KNOWN, clause="moov.422.type")
    with serving(takes_what_lacks_the_principal) as server, driving(server, tmp_path, known=[entry]) as drive:
        assert str(drive.test(named(SCOPES_ALONE), MISSING)).startswith(f"{MISSING} is broken")
        assert drive.with_outcome("known") == set()


def test_what_holds_over_the_whole_run_is_accepted_too(tmp_path: Path) -> None:
    async def names_no_request(call: Call, mock: Mock) -> Reply:
        return (await mock(call)).lacking("x-request-id")

    entry = replace(KNOWN, clause="moov.201.request-id")
    with serving(names_no_request) as server, driving(server, tmp_path, known=[entry]) as drive:
        drive.test(good())
        assert drive.conclude("moov.201.request-id") is None
        assert {verdict.outcome for verdict in drive.verdicts("moov.201.request-id")} == {"known"}


# What it is bound to


@pytest.mark.parametrize(
    ("symptoms", "breaking", "accepted"),
    [
        ((), {"201"}, True),
        (("200 text/html",), {"200 text/html"}, True),
        (("200 text/html",), {"200 application/json"}, False),
        (("200 text/html",), {"200 text/html", "200 application/json"}, False),
        (("422 application/json /a", "400"), {"400"}, True),
    ],
)
def test_an_entry_accepts_its_symptoms_alone(symptoms: tuple[str, ...], breaking: set[str], accepted: bool) -> None:
    assert replace(KNOWN, symptoms=symptoms).accepts({"any case"}, breaking) is accepted


def test_an_entry_that_accepts_whatever_breaks_a_clause_is_refused(tmp_path: Path) -> None:
    without = {name: value for name, value in ENTRY.items() if name not in ("cases", "symptoms")}

    assert "say which break is accepted, by `cases` or by `symptoms`" in refusal(written(tmp_path, without))


# What is outdated


def complained(entry: KnownFailure, outcome: Outcome, *, sent: tuple[str, ...] = ()) -> list[str]:
    clauses = settle(
        [Clause(entry.clause, "responses", "must", "It says so.", ("211",))],
        [Verdict("moov", entry.clause, "must", outcome, "test", code="failure", reason="it failed")],
    )
    settings = Settings({}, Path(), profile("quick", 0), known={"moov": {entry.clause: entry}}, min_tested=0)
    found = complaints(settings, {"moov": clauses}, ["moov"], {"moov": sent})
    return [one.text for one in found if one.code == "outdated"]


@pytest.mark.parametrize("outcome", ["known", "broken", "untested", "error"])
def test_nothing_is_wrong_until_the_day_is_over(outcome: Outcome) -> None:
    today = datetime.now(UTC).date()

    assert complained(replace(KNOWN, expires=today), outcome) == []


def test_an_entry_of_a_kept_clause_is_to_be_removed() -> None:
    assert complained(replace(KNOWN, expires=date.max), "kept") == [
        f"{MISSING} is kept, and listed as a known failure: remove its entry"
    ]


@pytest.mark.parametrize(("sent", "outdated"), [((), False), (("a",), False), (("a", "b", "c"), True)])
def test_what_names_cases_is_not_outdated_by_a_run_without_them(sent: tuple[str, ...], outdated: bool) -> None:
    entry = replace(KNOWN, cases=("a", "b"), expires=date.max)

    assert (complained(entry, "kept", sent=sent) != []) is outdated


@pytest.mark.parametrize("outcome", ["known", "untested"])
def test_an_expired_entry_names_its_owner(outcome: Outcome) -> None:
    assert complained(replace(KNOWN, expires=date(2026, 1, 1)), outcome) == [
        f"{MISSING} was accepted as a known failure until 2026-01-01: fix it, or have Payments accept it again"
    ]
