"""Schemathesis, run as a process against a mock that is served here, as well configured as its own options allow.

`configurations/` holds its configuration for each API, and the changes to a copy of the contract that tell it what
exists on the target, so that it has nothing to say of the mock as it is.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from benchmarks.hunt import Hunt
from benchmarks.mocks import mock
from benchmarks.places import CONTRACTS, script
from benchmarks.processes import run

CONFIGURATIONS = Path(__file__).parent / "configurations"
TOOL = "schemathesis"
SEED = 1
_CASE = "x-schemathesis-testcaseid"  # by which it marks its requests


def command(api: str, base_url: str, report: Path) -> list[str]:
    """What a user types; the report is for the request that found something."""
    options = ["--url", base_url, "--seed", str(SEED), "--no-color"]
    options += ["--report", "ndjson", "--report-ndjson-path", str(report)]
    return [
        *(script("schemathesis"), "--config-file", str(CONFIGURATIONS / f"{api}.toml")),
        *("run", "contract/openapi.yaml", *options),
    ]


def hunt(api: str, defect: str = "unchanged") -> Hunt:
    """A run of all its phases."""
    with TemporaryDirectory(prefix="clausewise-bench-") as name, mock(api, defect) as server:
        folder = Path(name)
        prepare(api, server.environment, folder / "contract")
        report = folder / "report.ndjson"
        done = run(command(api, server.base_url, report), folder, environment=server.environment, codes=(0, 1))
        failures = dict(_failures(report))
    sent = [dict(call.headers).get(_CASE) for call in server.calls]
    return Hunt(
        tool=TOOL,
        api=api,
        defect=defect,
        found=done.code == 1,
        requests=len(sent),
        seconds=done.seconds,
        cpu_seconds=done.cpu_seconds,
        first=min((sent.index(case) + 1 for case in failures if case in sent), default=None),
        complaints=tuple(sorted({title for titles in failures.values() for title in titles})),
    )


def prepare(api: str, environment: Mapping[str, str], folder: Path) -> None:
    """Make a copy of the contract there, with what is known of the target written into it."""
    shutil.copytree(CONTRACTS / api, folder)
    for change in yaml.safe_load((CONFIGURATIONS / f"{api}.yaml").read_text(encoding="utf-8")):
        file = folder / change["file"]
        content = yaml.safe_load(file.read_text(encoding="utf-8"))  # JSON is YAML, too
        *steps, last = (step.replace("~1", "/") for step in change["at"].split("/")[1:])
        holder = content
        for step in steps:
            holder = holder[step]
        holder[last] = filled(change["put"], environment)
        file.write_text(json.dumps(content), encoding="utf-8")


def filled(value: Any, environment: Mapping[str, str]) -> Any:
    """The value with the lists of variables in place of ``$NAME``, and one of a list in place of ``$NAME/0``."""
    if isinstance(value, dict):
        return {name: filled(inner, environment) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, environment) for inner in value]
    if isinstance(value, str) and value.startswith("$"):
        name, _, place = value[1:].partition("/")
        values = environment[name].split(",")
        return values[int(place)] if place else values
    return value


def _failures(report: Path) -> Iterator[tuple[str, list[str]]]:
    """The cases with what failed in them."""
    for line in report.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case, checks in recorder.get("checks", {}).items():
            titles = [check["failure_info"]["failure"]["title"] for check in checks if check["status"] == "failure"]
            if titles:
                yield case, titles
