"""A run in which something of every kind happens, and what it tells Allure."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.harness.driving import BASELINE, SUITE, Finished, suite
from tests.harness.servers import Call, Mock, Reply, Trap, serving

BROKEN = "test_clause[moov-moov.404.status/unknown-account]"
KNOWN = "test_clause[moov-moov.401.missing/no-header]"
UNTESTED = "test_clause[moov-moov.401.expired/expired-token]"
UNSTABLE = "test_clause[moov-moov.version.latest/latest]"
CRASHED = "test_clause[moov-moov.version.malformed/no-v]"
KEPT = "test_clause[moov-moov.401.unrecognised/unknown-token]"

_KNOWN_FAILURES = """
moov:
  - clause: moov.401.missing
    symptoms: ["403"]
    reason: nobody calls without credentials
    owner: the platform team
    link: https://tracker.example/1
    expires: 2099-12-31
"""
_CRASH = """
from clausewise.exchanges.client import Client

send = Client.send


def crash(self, prepared):
    if prepared.headers.get("x-moov-version") == "2024.01.00":
        raise RuntimeError("the harness fails here")
    return send(self, prepared)


Client.send = crash
"""


@dataclass(frozen=True)
class Results:
    """The results that a run left for Allure."""

    run: Finished

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.run.reports / "allure-results"

    @cached_property
    def by_name(self) -> dict[str, dict[str, Any]]:
        """The result of each test."""
        found = (json.loads(path.read_text(encoding="utf-8")) for path in self.folder.glob("*-result.json"))
        return {result["name"]: result for result in found}

    def labels(self, name: str) -> dict[str, list[str]]:
        """The labels of a test by their names."""
        labels: dict[str, list[str]] = {}
        for label in self.by_name[name]["labels"]:
            labels.setdefault(label["name"], []).append(label["value"])
        return labels

    def attached(self, name: str) -> list[str]:
        """What is attached to a test."""
        attachments = self.by_name[name].get("attachments", [])
        return [(self.folder / attachment["source"]).read_text(encoding="utf-8") for attachment in attachments]


def eventful(directory: Path) -> Results:
    """The results of a run of some tests, one of which ends in each of the ways in which a test can end."""
    (directory / "crash.py").write_text(_CRASH, encoding="utf-8")
    (directory / "known.yaml").write_text(_KNOWN_FAILURES, encoding="utf-8")
    chosen = ("404", "401", "latest", "malformed", "good")
    tests = (BASELINE, str(SUITE / "test_clauses.py"), "-k", f"baseline or {' or '.join(chosen)}")
    with serving(_troubled()) as server:
        environment = server.without("MOOV_EXPIRED_TOKEN")
        address = ("--base-url", server.base_url)
        return Results(
            suite(directory, *tests, *address, "--known", "known.yaml", "-p", "crash", environment=environment)
        )


def _troubled() -> Trap:
    """The mock, but wrong about unknown accounts and calls without credentials, and once about the latest version."""
    failed = False

    async def trap(call: Call, mock: Mock) -> Reply:
        nonlocal failed
        reply = await mock(call)
        if call.header("x-moov-version") == "latest" and not failed:
            failed = True
            return replace(reply, status=500)
        if call.header("authorization") is None:
            return replace(reply, status=403)
        return replace(reply, status=410) if reply.status == 404 else reply

    return trap
