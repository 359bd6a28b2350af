"""Digests of the random requests that the conformance suite sends, to be compared between installations.

    python tests/harness/same_requests.py            print them as JSON
    python tests/harness/same_requests.py --renew    write them to same_requests.json, after requests changed on purpose

The tests of the suite run as they are, but against a stand-in for the run, which keeps the requests. So nothing is sent
and no address is looked up: that ends the process. This file imports nothing of ``tests``, so that it can run with
another copy of the package and in another folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import version
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis

from clausewise import profiles
from clausewise.cases import Case
from clausewise.cases.generated import boundary_cases
from clausewise.contract import Contract, available, load
from clausewise.errors import Broken

EXPECTED = Path(__file__).with_suffix(".json")
SUITE = Path(__file__).parents[1] / "conformance"
PACKAGES = ("hypothesis", "schemathesis", "jsonschema-rs")
"""The packages that make the requests: with other versions they may be others."""

SEED = 0
FEWER = 50
"""Examples of the profile nightly: a quarter of what it has."""


@dataclass
class StandIn:
    """A run that sends nothing. Each request succeeds; one with a body over ``longest`` bytes breaks a clause."""

    contract: Contract
    longest: int | None = None
    requests: list[str] = field(default_factory=list)
    broken_before: frozenset[str] = frozenset()

    def judge(self, case: Case) -> tuple[Any, list[str]]:
        """Keep the request; return an exchange with a success, and the ids of the broken clauses."""
        self.requests.append(content(case))
        is_broken = self.longest is not None and len(case.body or b"") > self.longest
        return SimpleNamespace(response=SimpleNamespace(status=201)), ["a clause"] if is_broken else []

    def raise_broken(self) -> None:
        """Raise ``Broken`` if this run breaks clauses at all."""
        if self.longest is not None:
            raise Broken

    def unique(self) -> str:
        """Return a text that would be another one in a real run."""
        return "unique"

    def fixture(self, name: str) -> str:
        """Return a variable in place of its value."""
        return f"${name}"

    def relate(self, *_: object) -> None:
        """Compare nothing."""

    def conclude(self, *_: object) -> None:
        """Conclude nothing."""


@cache
def contract_of(api: str) -> Contract:
    """Return the contract of an API."""
    return load(api)


def content(case: Case) -> str:
    """Return what is sent for a case in ASCII, apart from the values of variables."""
    parts = (case.credentials, dict(case.path), case.headers, dict(case.query), case.body, case.prefer)
    return f"{case.operation} {parts!a}"


def digests() -> dict[str, str]:
    """Return a digest for each test of the suite that sends generated requests."""
    profiles.register()
    full, nightly = (profiles.profile(name, SEED) for name in ("full", "nightly"))
    nightly = replace(nightly, settings=hypothesis.settings(nightly.settings, max_examples=FEWER))
    return {
        name: hashlib.sha256("\n".join(requests).encode("ascii")).hexdigest()
        for name, requests in [*fixed(), *random("full", full), *random("nightly", nightly), *shrunk(nightly)]
    }


def fixed() -> Iterator[tuple[str, list[str]]]:
    """Return the requests with boundary values."""
    for api in available():
        yield f"{api}, boundary values", [content(case) for case in boundary_cases(contract_of(api))]


def random(name: str, profile: profiles.Profile) -> Iterator[tuple[str, list[str]]]:
    """Return the random requests against a target that keeps its promises."""
    for api, title, test in random_tests():
        run = StandIn(contract_of(api))
        test(run, profile)
        yield f"{api}, {title}, {name}", run.requests


def shrunk(profile: profiles.Profile) -> Iterator[tuple[str, list[str]]]:
    """Return the random requests against a target that breaks its promises, with those that Hypothesis makes of them.

    Its phase "explain" is left out: it takes seconds, and draws in the same way.
    """
    phases = [hypothesis.Phase.generate, hypothesis.Phase.shrink]
    profile = replace(profile, settings=hypothesis.settings(profile.settings, phases=phases))
    api, title, test = next(row for row in random_tests() if "negative" in row[1])
    run = StandIn(contract_of(api), longest=50)
    with suppress(Broken):
        test(run, profile)
    yield f"{api}, {title}, shrunk", run.requests


def random_tests() -> Iterator[tuple[str, str, Callable[[Any, profiles.Profile], None]]]:
    """Return the tests of the suite that use Hypothesis: the API, what is sent, and the test itself."""
    test_random_requests = suite_module("test_generated.py").test_random_requests
    for api in available():
        for operation in contract_of(api).operations:
            for mode in ("positive", "negative"):
                sending = partial(_sending, test_random_requests, (operation, mode))
                yield api, f"{operation} {mode}", sending
    versions = suite_module("moov/test_version.py")
    yield "moov", "well-formed versions", versions.test_any_quarter_gets_a_listed_answer
    yield "moov", "malformed versions", versions.test_a_near_miss_gets_a_listed_answer
    yield "persona", "idempotency keys", suite_module("persona/test_idempotency.py").test_keys_in_any_order


def _sending(test: Callable[..., None], sent: tuple[str, str], run: Any, profile: profiles.Profile) -> None:
    test(run, sent, profile)


def suite_module(name: str) -> Any:
    """Import a file of the conformance suite, which is no package."""
    spec = spec_from_file_location(Path(name).stem, SUITE / name)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forbid_network(event: str, arguments: tuple[object, ...]) -> None:
    """End the process when it connects or looks an address up: Schemathesis would go on after an exception."""
    if event in {"socket.connect", "socket.getaddrinfo"}:
        sys.stderr.write(f"the generation of requests used the network: {event} {arguments[-1]}\n")
        sys.stderr.flush()
        os._exit(3)


def main() -> None:
    """Print the digests with the versions of the packages, or write them to the file of the expected ones."""
    sys.addaudithook(forbid_network)
    made = {"made with": {name: version(name) for name in PACKAGES}, "digests": digests()}
    text = json.dumps(made, indent=2) + "\n"
    if "--renew" in sys.argv:
        EXPECTED.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
