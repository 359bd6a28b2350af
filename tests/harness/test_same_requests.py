"""The same seed gives the same requests, however the package is installed and wherever it runs."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.shrinker import Shrinker

from clausewise.reproducible import reproducible_draws
from tests.harness.driving import PROJECT, SUITE
from tests.harness.same_requests import EXPECTED, PACKAGES

SCRIPT = PROJECT / "tests" / "harness" / "same_requests.py"
RENEW = f"if requests changed on purpose: python {SCRIPT.relative_to(PROJECT)} --renew"
LOCAL_CONSTANTS = "\n".join(f'NUMBER_{n}, TEXT_{n}, REAL_{n} = {n * 1001}, "text {n}", {n}.125' for n in range(300))
DRAWS_THEM = """
from hypothesis import given, settings, strategies as st

@settings(database=None, deadline=None)
@given(st.text(st.characters(codec="utf-8")), st.integers(), st.floats())
def finds_constants_before_the_suite_draws(text, integer, real):
    pass

finds_constants_before_the_suite_draws()
"""


def start(package: Path, folder: Path, *, import_first: str = "sys", **environment: str) -> subprocess.Popen[str]:
    """Start a process that prints the digests: with this package, in this folder, with another module imported."""
    folder.mkdir()
    (folder / "local_constants.py").write_text(LOCAL_CONSTANTS + DRAWS_THEM, encoding="utf-8")
    program = f"import {import_first}, runpy; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    return subprocess.Popen(  # noqa: S603  this Python
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(package), str(folder)]), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What the script prints for two installations, which differ in all that must not matter."""
    folder = tmp_path_factory.mktemp("installations")
    wheel = folder / "site-packages"  # Hypothesis tells installed modules by this name
    shutil.copytree(PROJECT / "clausewise", wheel / "clausewise", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROJECT / "contracts", wheel / "clausewise" / "contracts", dirs_exist_ok=True)
    started = {
        "wheel": start(wheel, folder / "one", PYTHONHASHSEED="0"),
        "checkout": start(PROJECT, folder / "two", import_first="local_constants", PYTHONHASHSEED="42", CI="true"),
    }
    printed = {name: (*process.communicate(), process.returncode) for name, process in started.items()}
    assert {name: (error, code) for name, (_, error, code) in printed.items()} == dict.fromkeys(printed, ("", 0))
    return {name: json.loads(output) for name, (output, _, _) in printed.items()}


@pytest.fixture(scope="module")
def expected() -> Any:
    """The content of the committed file."""
    return json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_an_installation_does_not_change_the_requests(made: Mapping[str, Any]) -> None:
    assert made["wheel"] == made["checkout"]


def test_the_requests_are_those_of_every_supported_python(made: Mapping[str, Any], expected: Any) -> None:
    """The workflow runs this test on each of them."""
    if made["wheel"]["made with"] != expected["made with"]:
        pytest.skip(f"{EXPECTED.name} was made with {expected['made with']}")

    assert made["wheel"]["digests"] == expected["digests"], RENEW


def test_the_expected_digests_are_those_of_the_pinned_packages(expected: Any) -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split()[0].split("==") for line in lines if line and not line.startswith("#"))

    assert expected["made with"] == {name: pinned[name] for name in PACKAGES}, RENEW


def test_every_random_request_of_the_suite_is_among_them() -> None:
    texts = {file.relative_to(SUITE).as_posix(): file.read_text(encoding="utf-8") for file in SUITE.rglob("*.py")}

    draws = {name for name, text in texts.items() if "profile.given(" in text or "profile.run_state_machine(" in text}
    assert draws == {"test_generated.py", "moov/test_version.py", "persona/test_idempotency.py"}
    assert [name for name, text in texts.items() if "@given(" in text or "run_state_machine_as_test" in text] == []


def test_hypothesis_has_the_private_parts_that_are_replaced() -> None:
    parts = [(providers, "_get_local_constants"), (providers, "CONSTANTS_CACHE"), (Shrinker, "distinct_labels")]
    before = [getattr(owner, name) for owner, name in parts]  # an AttributeError: adapt clausewise/reproducible.py

    with reproducible_draws():
        assert [one for one, (owner, name) in zip(before, parts, strict=True) if getattr(owner, name) is one] == []
    assert [getattr(owner, name) for owner, name in parts] == before
