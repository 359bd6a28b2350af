"""Drift: what became of each clause between two runs, and what of it fails."""

from pathlib import Path

import pytest

from clausewise.drift import drift_since
from clausewise.history import keep, past_of
from tests.harness import records
from tests.harness.drifts import MOOV, before, between, now, of_moov
from tests.harness.records import Line

BREAK = {"expected": "422", "received": "201"}


def verdict(outcome: str, name: str = "moov.a", **more: object) -> list[Line]:
    """A verdict with that outcome, as the only line."""
    told: Line = {"reason": "no token"} if outcome == "untested" else BREAK if outcome == "broken" else {}
    return [records.verdict(name, outcome, **told | more)]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("kept", "broken", "newly broken"),
        ("known", "broken", "newly broken"),
        ("untested", "broken", "newly broken"),
        ("error", "broken", "newly broken"),
        ("broken", "broken", "still broken"),
        ("broken", "kept", "fixed"),
        ("known", "kept", "fixed"),
        ("broken", "known", "accepted"),
        ("kept", "known", "accepted"),
        ("kept", "error", "not judged"),
        ("broken", "error", "not judged"),
        ("kept", "untested", "newly untested"),
        ("broken", "untested", "newly untested"),
        ("observed", "untested", "newly untested"),
    ],
)
def test_what_became_of_a_clause(tmp_path: Path, old: str, new: str, kind: str) -> None:
    [change] = of_moov(tmp_path, before(*verdict(old)), now(*verdict(new))).changes

    assert (change.kind, change.clause.id, change.before, change.after) == (kind, "moov.a", old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kept", "kept"),
        ("known", "known"),
        ("observed", "observed"),
        ("error", "error"),
        ("untested", "untested"),
        ("untested", "kept"),
        ("error", "kept"),
        ("error", "untested"),
    ],
)
def test_what_is_no_drift(tmp_path: Path, old: str, new: str) -> None:
    found = between(tmp_path, before(*verdict(old)), now(*verdict(new)))

    assert found.apis[0].changes == ()
    assert not found.has_any


def test_a_break_tells_what_came_and_a_gap_tells_why(tmp_path: Path) -> None:
    old = before(*verdict("kept"), *verdict("kept", "moov.b"))
    new = now(*verdict("broken"), *verdict("untested", "moov.b"))

    broken, untested = of_moov(tmp_path, old, new).changes

    assert (broken.expected, broken.received) == ("422", "201")
    assert (untested.reason, untested.expected) == ("no token", None)


def test_a_clause_that_the_later_run_did_not_reach_is_no_drift(tmp_path: Path) -> None:
    found = of_moov(tmp_path, before(*verdict("kept")), now(*verdict("kept", "moov.b"), whole=False))

    assert found.changes == ()
    assert "The later run did not come to its end: a clause that it did not reach is not compared." in found.differences


def test_a_clause_that_no_test_was_about_any_more_is_drift(tmp_path: Path) -> None:
    [change] = of_moov(tmp_path, before(*verdict("kept")), now()).changes

    assert (change.kind, change.reason) == ("newly untested", "no test of this run was about it")


def test_what_broke_before_the_later_run_was_cut_off_is_drift(tmp_path: Path) -> None:
    found = between(tmp_path, before(*verdict("kept")), now(*verdict("broken"), whole=False))

    assert found.has_new_breaks


def test_a_break_that_the_earlier_run_did_not_reach_is_new(tmp_path: Path) -> None:
    [change] = of_moov(tmp_path, before(whole=False), now(*verdict("broken"))).changes

    assert (change.kind, change.before) == ("newly broken", None)


def test_clauses_of_one_contract_alone(tmp_path: Path) -> None:
    other = records.api("moov", [records.clause("moov.new"), records.clause("moov.a")], contract="f" * 64)
    old = before(*verdict("broken", "moov.b"), *verdict("kept"))
    new = now(*verdict("broken", "moov.new"), *verdict("kept"), of=other)

    found = of_moov(tmp_path, old, new)

    assert [(change.kind, change.clause.id, change.before) for change in found.changes] == [
        ("newly broken", "moov.new", None)
    ]
    assert found.differences == ("The contract is another (1 clause new: moov.new. 2 clauses gone: moov.b; moov.c).",)


# What is unstable, and what is observed


def test_a_clause_that_became_unstable(tmp_path: Path) -> None:
    entry = records.unstable("moov-9", "201", "500")

    [change] = of_moov(tmp_path, before(*verdict("kept")), now(*verdict("kept", unstable=[entry]))).changes

    assert (change.kind, change.reason) == ("unstable", "moov-9: expected 201, received 500")


def test_a_clause_that_stayed_unstable_is_no_drift(tmp_path: Path) -> None:
    old, new = (verdict("kept", unstable=[records.unstable(f"moov-{number}", "201", "500")]) for number in (1, 2))

    assert of_moov(tmp_path, before(*old), now(*new)).changes == ()


@pytest.mark.parametrize("outcome", ["observed", "kept"])
def test_what_the_target_chooses_otherwise(tmp_path: Path, outcome: str) -> None:
    old, new = (
        verdict(outcome, "moov.c", level="silent", observed=chosen)
        for chosen in ({"400": 3, "422": 1}, {"201": 9, "422": 1})
    )

    [change] = of_moov(tmp_path, before(*old), now(*new)).changes

    assert (change.kind, change.appeared, change.vanished) == ("observed", ("201",), ("400",))


def test_how_often_it_chose_so_is_no_drift(tmp_path: Path) -> None:
    old, new = (
        verdict("observed", "moov.c", observed=chosen) for chosen in ({"400": 3, "422": 1}, {"422": 5, "400": 1})
    )

    assert of_moov(tmp_path, before(*old), now(*new)).changes == ()


def test_what_nobody_looked_at_was_not_chosen_otherwise(tmp_path: Path) -> None:
    old = verdict("observed", "moov.c", observed={"400": 3})

    assert [change.kind for change in of_moov(tmp_path, before(*old), now(*verdict("untested", "moov.c"))).changes] == [
        "newly untested"
    ]


def test_a_break_is_told_as_a_break_alone(tmp_path: Path) -> None:
    old, new = verdict("kept", observed={"201": 2}), verdict("broken", observed={"201": 1, "500": 1})

    assert [change.kind for change in of_moov(tmp_path, before(*old), now(*new)).changes] == ["newly broken"]


# What fails


@pytest.mark.parametrize(
    ("name", "fail_on", "fails"),
    [
        ("moov.a", "should", True),
        ("moov.a", "must", True),
        ("moov.b", "should", True),
        ("moov.b", "must", False),
        ("moov.c", "should", False),
    ],
)
def test_a_new_break_fails_as_its_level_does_in_the_later_run(
    tmp_path: Path, name: str, fail_on: str, fails: bool
) -> None:
    old, new = before(*verdict("kept", name)), now(*verdict("broken", name), fail_on=fail_on)

    found = between(tmp_path, old, new)

    assert (found.has_new_breaks, found.has_any) == (fails, True)


@pytest.mark.parametrize("new", ["kept", "known", "error", "untested"])
def test_no_other_drift_fails(tmp_path: Path, new: str) -> None:
    found = between(tmp_path, before(*verdict("broken")), now(*verdict(new)))

    assert (found.has_new_breaks, found.has_any) == (False, True)


def test_an_old_break_is_no_drift(tmp_path: Path) -> None:
    found = between(tmp_path, before(*verdict("broken")), now(*verdict("broken")))

    assert (found.has_new_breaks, found.has_any) == (False, False)


# What makes two runs differ beside the target


@pytest.mark.parametrize(
    ("of", "header", "says"),
    [
        ({}, {"seed": 7}, "The seeds differ: 1 before, 7 now. So other random requests were sent."),
        ({}, {"profile": "quick"}, "The profiles differ: full before, quick now. So other requests were sent."),
        ({}, {"budget": 40}, "The budgets differ: none before, 40 requests now."),
        ({}, {"python": "3.13.1"}, "The versions differ: Python 3.11.7 before, 3.13.1 now."),
        (
            {},
            {"libraries": {"httpx": "0.28.1", "pytest": "9.2.0"}},
            "The versions differ: schemathesis 4.32.5 before, not there now; pytest not there before, 9.2.0 now.",
        ),
        ({"contract": "f" * 64}, {}, "The contract is another (with the same clauses)."),
        (
            {"base_url": "https://sandbox.test", "embedded": False},
            {},
            "The targets differ: the embedded mock before, https://sandbox.test now.",
        ),
        (
            {"variables": {"MOOV_TOKEN": "not set", "MOOV_EXPIRED_TOKEN": "set"}},
            {},
            "Set now, and not before: MOOV_EXPIRED_TOKEN.",
        ),
        (
            {"document": MOOV["document"] | {"sha256": "f" * 64, "read": "2026-11-21"}},
            {},
            "The document is another: that of 2026-11-20 before, that of 2026-11-21 now.",
        ),
    ],
)
def test_what_differs_is_said(tmp_path: Path, of: Line, header: Line, says: str) -> None:
    found = of_moov(tmp_path, before(*verdict("kept")), now(*verdict("kept"), of=MOOV | of, **header))

    assert found.differences[0] == says
    assert found.changes == ()


def test_clauses_of_another_level_are_named(tmp_path: Path) -> None:
    clauses = [clause | {"level": "should"} for clause in MOOV["clauses"]]

    [said] = of_moov(tmp_path, before(), now(of=MOOV | {"clauses": clauses, "contract": "f" * 64})).differences

    assert said == "The contract is another (2 clauses of another level: moov.a; moov.c)."


def test_runs_in_the_wrong_order_are_said(tmp_path: Path) -> None:
    found = of_moov(tmp_path, now(*verdict("kept")), before(*verdict("kept")))

    assert found.differences == ("The run that is taken for the earlier one started later.",)


def test_the_port_of_the_embedded_mock_is_no_difference(tmp_path: Path) -> None:
    old, new = (MOOV | {"base_url": f"http://127.0.0.1:{port}"} for port in (4001, 4002))

    assert of_moov(tmp_path, before(of=old), now(of=new)).differences == ()


def test_apis_in_one_record_alone_are_named(tmp_path: Path) -> None:
    persona, mx = (records.api(name, [records.clause(f"{name}.a")]) for name in ("persona", "mx"))

    found = between(tmp_path, before(of=persona), now(of=mx))

    assert found.apis == ()
    assert found.notices == (
        "mx is in the later record alone, so it is not compared.",
        "persona is in the earlier record alone, so it is not compared.",
    )


# Against a history


def test_a_record_of_the_history_that_cannot_be_read_whole_is_passed_over(tmp_path: Path) -> None:
    nonsense: Line = {"kind": "exchange", "id": "moov-1"}
    keep(records.write(tmp_path / "run.jsonl", before(nonsense, *verdict("kept"))), tmp_path / "history")
    record = records.loaded(tmp_path, now(*verdict("broken")))

    found = drift_since(past_of(record, tmp_path / "history"), record)

    assert found.apis == ()
    [notice] = found.notices
    assert notice.startswith("moov was not compared: ")
    assert ".jsonl, line 2: " in notice


def test_each_api_is_held_against_its_own_latest_run(tmp_path: Path) -> None:
    persona = records.api("persona", [records.clause("persona.a")])
    mx = records.api("mx", [records.clause("mx.a")])
    for lines in (
        [
            records.header(persona, started="2026-11-18T02:00:00+00:00"),
            *verdict("broken", "persona.a"),
            records.footer(),
        ],
        [records.header(MOOV, started="2026-11-19T02:00:00+00:00"), *verdict("broken"), records.footer()],
        before(*verdict("kept"), records.exchange("moov-1", 201)),
    ):
        keep(records.write(tmp_path / "run.jsonl", lines), tmp_path / "history")
    lines = now(*verdict("broken"), *verdict("broken", "persona.a"), *verdict("broken", "mx.a"))
    lines[0]["apis"] += [persona, mx]
    record = records.loaded(tmp_path, lines)

    found = drift_since(past_of(record, tmp_path / "history"), record)

    assert [(api.api, change.kind) for api in found.apis for change in api.changes] == [
        ("moov", "newly broken"),
        ("persona", "still broken"),
    ]
    assert [api.before.started[:10] for api in found.apis] == ["2026-11-20", "2026-11-18"]
    assert found.notices == ("The history has no earlier run of mx against this target that tested anything.",)
