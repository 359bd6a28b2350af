"""What trials add up to: each verdict, each complaint, and the figures; and what was written is what is read."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.proof import Proof, Trial, Verdict, read
from clausewise.proof.matrix import to_json
from clausewise.variants import BASELINE, DERIVED, PERMITTED, WRITTEN


def trial(kind: str = WRITTEN, breaks: tuple[str, ...] = ("moov.a",), blamed: tuple[str, ...] = ("moov.a",)) -> Trial:
    return Trial("moov", "does-wrong", kind, "Does wrong.", breaks, blamed, (), 200, 1.5)


def proof(*trials: Trial, breakable: tuple[str, ...] = ("moov.a",)) -> Proof:
    return Proof("0", "full", 12.5, {"moov": breakable}, trials)


@pytest.mark.parametrize(
    ("kind", "breaks", "blamed", "verdict"),
    [
        (WRITTEN, ("moov.a",), ("moov.a",), Verdict.CAUGHT),
        (WRITTEN, ("moov.a",), ("moov.b", "moov.a"), Verdict.CAUGHT),
        (WRITTEN, ("moov.a", "moov.b"), ("moov.a",), Verdict.MISPLACED),
        (WRITTEN, ("moov.a",), ("moov.b",), Verdict.MISPLACED),
        (WRITTEN, ("moov.a",), (), Verdict.MISSED),
        (DERIVED, ("moov.a", "moov.b"), ("moov.b",), Verdict.CAUGHT),
        (DERIVED, ("moov.a", "moov.b"), ("moov.c",), Verdict.MISPLACED),
        (DERIVED, ("moov.a",), (), Verdict.MISSED),
        (PERMITTED, (), (), Verdict.ALONE),
        (PERMITTED, (), ("moov.a",), Verdict.ACCUSED),
    ],
)
def test_the_verdict(kind: str, breaks: tuple[str, ...], blamed: tuple[str, ...], verdict: Verdict) -> None:
    assert trial(kind, breaks, blamed).verdict is verdict


def test_a_test_that_fails_accuses_too() -> None:
    assert replace(trial(PERMITTED, (), ()), red=("test_generated.py",)).verdict is Verdict.ACCUSED


class TestComplaints:
    def test_there_is_none_if_all_is_well(self) -> None:
        three = trial(blamed=("moov.a", "moov.b", "moov.c", BASELINE))

        assert proof(trial(), three, trial(PERMITTED, (), ())).complaints() == []

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            (trial(blamed=()), "moov: the defect does-wrong is missed; it breaks moov.a"),
            (trial(blamed=("moov.b",)), "moov: the defect does-wrong breaks moov.a, but moov.b are blamed"),
            (trial(blamed=("moov.a", "b", "c", "d")), "moov: 4 clauses tell of the one defect does-wrong"),
            (
                trial(PERMITTED, (), ("moov.b",)),
                "moov: the difference does-wrong is permitted, but moov.b are blamed",
            ),
            (
                replace(trial(PERMITTED, (), ()), red=("test_x",)),
                "moov: the difference does-wrong is permitted, but test_x fails",
            ),
        ],
        ids=["missed", "misplaced", "widespread", "accused", "red"],
    )
    def test_about_a_trial(self, wrong: Trial, says: str) -> None:
        assert proof(trial(), wrong).complaints() == [says]

    def test_about_a_clause_that_nobody_wrote_a_defect_for(self) -> None:
        derived = trial(DERIVED, ("moov.b",), ("moov.b",))

        assert proof(trial(), derived, breakable=("moov.a", "moov.b")).complaints() == [
            "moov: no defect is written that breaks moov.b"
        ]


def test_the_figures() -> None:
    trials = [
        trial(),
        replace(trial(blamed=("moov.a", "moov.b")), requests=210),
        trial(blamed=()),
        trial(DERIVED),
        replace(trial(PERMITTED, (), ()), requests=999),
    ]

    found = proof(*trials).figures("moov", WRITTEN)

    assert (found.total, found.good) == (3, 2)
    assert (found.blamed_median, found.blamed_most) == (1, 2)
    assert (found.requests_median, found.requests_most) == (200, 210)


def test_the_figures_of_nothing() -> None:
    found = proof().figures("moov", WRITTEN)

    assert (found.total, found.good, found.blamed_most, found.requests_median) == (0, 0, 0, 0)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    whole = proof(trial(), trial(PERMITTED, (), ()))
    file = tmp_path / "proof.json"
    file.write_text(to_json(whole), encoding="utf-8")

    assert read(file) == whole
    assert [one["verdict"] for one in json.loads(file.read_text())["trials"]] == ["caught", "left alone"]
