"""Correct servers in real frameworks are green, whatever their habits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.foreign.servers import FRAMEWORKS, HERE, VARIABLES, serving

SUITE = HERE.parent / "conformance"


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("of", VARIABLES)
def test_a_correct_server_is_green(of: str, framework: str, tmp_path: Path) -> None:
    with serving(of, framework, tmp_path) as base_url:
        command = [sys.executable, "-m", "pytest", str(SUITE), "--api", of, "--base-url", base_url]
        done = subprocess.run(  # noqa: S603 the command is ours
            [*command, "--report-dir", str(tmp_path / "out"), "-p", "no:cacheprovider"],
            env={**os.environ, **VARIABLES[of]},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    lines = (tmp_path / "out" / "run.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    verdicts = [line for line in map(json.loads, lines) if line["kind"] == "verdict"]

    assert {line["clause"] for line in verdicts if line["outcome"] in ("broken", "error")} == set()
    assert done.returncode == 0, done.stdout[-2000:]
