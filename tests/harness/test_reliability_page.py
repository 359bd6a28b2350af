"""docs/reliability.md in step with the code: it names every test of a fault, and the bounds that are in force."""

import ast
import re
from pathlib import Path

from clausewise.exchanges.limits import Limits
from clausewise.exchanges.pace import LONGEST_PATIENCE, LONGEST_WAIT, MOST_ATTEMPTS
from tests.harness.driving import PROJECT

PAGE = (PROJECT / "docs" / "reliability.md").read_text(encoding="utf-8")
HARNESS = Path(__file__).parent
NOT_FAULTS = {
    "test_faults_memory.py::test_the_run_comes_to_its_end",
    "test_faults_midway.py::test_a_run_that_is_over_is_red_and_says_why_once",
    "test_faults_tls.py::test_an_answer_that_breaks_off_within_tls",
    "test_faults_tls.py::test_the_name_of_the_host_counts",
    "test_faults_tls.py::test_whom_the_bundle_vouches_for_is_trusted",
    "test_faults_tls.py::test_without_a_bundle_a_private_authority_is_not_trusted",
}
"""Tests that show another side of a fault in the table."""


def found_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return {f"{path.name}::{name}" for name in names if name.startswith("test_")}


def test_every_fault_has_its_test_and_every_test_its_fault() -> None:
    there = set().union(*(found_in(path) for path in HARNESS.glob("test_faults_*.py")))
    named = re.findall(r"`(test_faults_\w+\.py::\w+)`", PAGE)
    assert len(named) == len(set(named))
    assert set(named) == there - NOT_FAULTS
    assert there >= NOT_FAULTS


def bounds() -> dict[str, str]:
    """The table of the bounds: what, and how much."""
    section = PAGE.partition("## What bounds a run")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE))


def test_the_bounds_are_those_in_force() -> None:
    limits = Limits()
    assert (
        bounds()
        | {
            "until a connection stands, TLS included": f"{limits.connect:g} s each",
            "silence between one byte of an answer and the next": f"{limits.silence:g} s",
            "a whole exchange, from the first byte sent to the last byte read": f"{limits.whole:g} s",
            "headers of an answer": f"100 KB, and {limits.headers} fields",
            "requests of a run without an answer": f"{limits.lost}; then no more are sent",
            "a wait that an answer 429 asks for": f"{LONGEST_WAIT:g} s; who asks for more is left alone",
            "all such waits of a run": f"{LONGEST_PATIENCE / 60:g} minutes",
            "attempts at a request that is answered 429": str(MOST_ATTEMPTS),
        }
        == bounds()
    )
    assert bounds()["body of an answer, unpacked"].startswith(f"{limits.body // 1024} KiB are read")
    assert f"costs {limits.lost * limits.silence:g} s at most" in PAGE
