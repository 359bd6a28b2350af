"""The command that proves the suite: what it tries, writes, prints, and with which exit code it ends."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import clausewise.proof
from clausewise import cli
from clausewise.proof import Proof, Trial, prove, read
from clausewise.variants import BASELINE, DERIVED, PERMITTED
from tests.harness.driving import SUITE

Ended = Callable[..., int]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ended:
    """Runs `clausewise prove` in this process; gives its exit code."""

    def run(*arguments: str) -> int:
        command = ["clausewise", "prove", *arguments, "--tests", str(SUITE), "--output", str(tmp_path / "proof")]
        monkeypatch.setattr(sys, "argv", command)
        try:
            cli.main()
        except SystemExit as end:
            return int(end.code or 0)
        return 0

    return run


def proof(*blamed: str) -> Proof:
    """A proof with one permitted difference, for which these clauses are blamed."""
    return Proof("0", "full", 1.0, {}, (Trial("moov", "says-more", PERMITTED, "Says more.", (), blamed, (), 1, 1.0),))


@pytest.mark.parametrize(("blamed", "code"), [((), 0), (("moov.201.status",), 1)])
def test_the_exit_code(
    ended: Ended,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    blamed: tuple[str, ...],
    code: int,
) -> None:
    monkeypatch.setattr(clausewise.proof, "prove", lambda *_, **__: proof(*blamed))

    assert ended() == code
    assert ("says-more is permitted, but moov.201.status are blamed" in capsys.readouterr().err) is bool(code)


def test_the_figures_are_printed_and_the_files_written(
    ended: Ended, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(clausewise.proof, "prove", lambda *_, **__: proof())
    ended("moov")

    printed = capsys.readouterr().out
    assert "| moov | 0 of 0 caught | 0 of 0 caught | 0 of 1 |" in printed
    assert f"1 runs in 1 s; see {tmp_path / 'proof' / 'index.html'}" in printed
    assert sorted(file.name for file in (tmp_path / "proof").iterdir()) == ["index.html", "proof.json", "proof.md"]
    assert read(tmp_path / "proof" / "proof.json") == proof()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nix",), "There is no mock of 'nix'"),
        (("moov", "--only", "unchangd"), "moov has no variant 'unchangd': did you mean unchanged?"),
        (("moov", "--only", "unchanged", "--profile", "fast"), "invalid choice: 'fast'"),
    ],
)
def test_what_the_user_can_mend(
    ended: Ended, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert ended(*arguments) == 4
    assert says in capsys.readouterr().err


@pytest.mark.whole_run
@pytest.mark.parametrize("jobs", [1, 2])
def test_runs_of_the_suite(jobs: int) -> None:
    told: list[Trial] = []
    found = prove(
        ["moov"],
        only=["404-x-request-id-dropped", "201-status-400", "speaks-http-1-0"],
        tests=SUITE,
        profile="quick",
        jobs=jobs,
        tell=told.append,
    )

    blamed = {trial.variant: set(trial.blamed) for trial in found.trials}
    assert blamed["404-x-request-id-dropped"] == {"moov.404.request-id"}
    assert {"moov.201.status", BASELINE} <= blamed["201-status-400"]
    assert blamed["speaks-http-1-0"] == set()
    assert {trial.kind for trial in found.trials} == {DERIVED, PERMITTED}
    assert all(trial.requests for trial in found.trials)
    assert told == list(found.trials)
    assert found.complaints() == []
