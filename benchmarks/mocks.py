"""The mocks that are measured against: in this process, where calls can be counted, or in one of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from benchmarks.places import script
from benchmarks.processes import Failed, clean
from clausewise.mock import mock_of, serve
from clausewise.variants import Call, Reply
from clausewise.variants.catalogue import variant
from clausewise.variants.change import Change, changed_app


@dataclass(frozen=True)
class Mock:
    """A mock that is served: how it is reached, and the calls that it got."""

    base_url: str
    environment: Mapping[str, str]
    calls: list[Call] = field(default_factory=list)


@contextmanager
def mock(api: str, defect: str = "unchanged", change: Change | None = None) -> Iterator[Mock]:
    """Serve a variant of a mock, or a change of it, in a thread of this process."""
    calls: list[Call] = []

    def heard(call: Call, _: Reply) -> None:
        calls.append(call)

    chosen = variant(api, defect)
    app = changed_app(change or chosen.change, mock_of(api).create_app(), heard)
    with serve(api, app=app, wire=chosen.wire) as running:
        yield Mock(running.base_url, running.environment, calls)


@contextmanager
def mock_process(api: str) -> Iterator[Mock]:
    """Serve a mock by the command line, in a process of its own."""
    process = subprocess.Popen(  # noqa: S603 the command is ours
        [script("clausewise"), "mock", api], env=clean(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    try:
        said = process.stderr.readline()  # written when all variables are, or why there is no mock
        if process.poll() is not None:
            raise Failed(f"the mock of {api} cannot be served: {said}")
        environment = dict(map(_variable, islice(process.stdout, len(mock_of(api).environment("")))))
        yield Mock(environment[f"{api.upper()}_BASE_URL"], environment)
    finally:
        process.terminate()
        process.communicate()


def _variable(line: str) -> tuple[str, str]:
    name, _, value = line.removeprefix("export ").strip().partition("=")
    return name, value.strip("'")
