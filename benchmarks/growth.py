"""How time and memory grow with the contract and with the run.

- Operations and clauses: a synthetic contract (Moov's, its operation or its clauses many times) is run by pytest
  against a mock that serves all of it. Only the baseline and the requests that clauses name are sent.
- Exchanges: so many are written to a record by a process that does nothing else, and a record of so many is rendered.

The peak memory is that of the process, as the operating system counts it.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import suite_cli, synthetic
from benchmarks.mocks import mock
from benchmarks.overhead import HEADER
from benchmarks.places import SUITE, script
from benchmarks.processes import megabytes, run
from clausewise.exchange import Exchange, Request, Response, Tags
from clausewise.record import RunRecord

TIMES = (1, 10, 100)
EXCHANGES = (1_000, 10_000, 100_000)
ROUNDS = 3
_TESTS = [str(SUITE / name) for name in ("test_baseline.py", "test_clauses.py")]
EXCHANGE = Exchange(
    id="moov-0001",
    api="moov",
    operation="shareAccountConnection",
    case="moov.201.status/good request",
    test="tests/conformance/test_clauses.py::test_clause[moov-moov.201.status-good-request]",
    request=Request(
        "POST",
        "http://127.0.0.1/accounts/19e059b9-7a58-56e0-a8d4-14dc8a9a7c7c/connections",
        (("content-type", "application/json"), ("authorization", "Bearer [MOOV_TOKEN]"), ("accept", "*/*")),
        b'{"principalAccountID": "8b9296da-9cef-5f35-a937-0b65e7896ac3", "allowScopes": ["accounts.read"]}',
    ),
    response=Response(201, (("content-length", "0"), ("x-request-id", "05eaad38-fb7c-4c18-9975-9186e64d8d39")), b""),
    tags=Tags(traits=frozenset(["credentials/bearer", "header/absent:X-Moov-Version"])),
    curl="curl -i -X POST http://127.0.0.1/accounts/19e059b9-7a58-56e0-a8d4-14dc8a9a7c7c/connections",
    time="2026-01-01T00:00:00.000+00:00",
    elapsed_ms=1.5,
)


def measure(tell: Callable[[str], object]) -> dict[str, Any]:
    """Seconds and megabytes, by size."""
    return {"rounds": ROUNDS} | _of_contracts(tell) | _of_exchanges(tell)


def _of_contracts(tell: Callable[[str], object]) -> dict[str, Any]:
    runs = {
        "operations": partial(_run_of, synthetic.with_operations),
        "without_allure": partial(_run_of, synthetic.with_operations, "-p", "no:allure_pytest"),
        "clauses": partial(_run_of, synthetic.with_clauses),
    }
    figures: dict[str, Any] = {name: [] for name in runs}
    for name, of_size in runs.items():
        for times in TIMES:
            figures[name].append(of_size(times=times))
            tell(f"{name} x {times}: {figures[name][-1]}")
    return figures


def _of_exchanges(tell: Callable[[str], object]) -> dict[str, Any]:
    figures: dict[str, Any] = {"written": [], "page": [], "rendered": []}
    with TemporaryDirectory(prefix="clausewise-bench-") as name:
        record, many = _real_record(Path(name)), Path(name) / "many.jsonl"
        for exchanges in EXCHANGES:
            synthetic.multiply_record(record, many, exchanges)
            steps = {
                "written": partial(_in_process, exchanges),
                "page": partial(_rendered, many, "--format", "html"),
                "rendered": partial(_rendered, many),
            }
            for kind, step in steps.items():
                figures[kind].append({"exchanges": exchanges} | _middle(step))
                tell(f"{exchanges} exchanges {kind}: {figures[kind][-1]}")
    return figures


def _run_of(make: Callable[[Path, int], None], *options: str, times: int) -> dict[str, float]:
    with TemporaryDirectory(prefix="clausewise-bench-") as name, mock("moov", change=synthetic.serving_all()) as server:
        folder = Path(name)
        make(folder / "contracts", times)
        command = [*suite_cli.command("moov", "full", server.base_url, tests=_TESTS), *options]
        done = run([*command, "--contracts", str(folder / "contracts")], folder, environment=server.environment)
        return {
            "times": times,
            "requests": len(server.calls),
            "seconds": done.seconds,
            "peak_megabytes": done.peak_megabytes,
        }


def _middle(measured: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Of several measurements the one in the middle."""
    return sorted((measured() for _ in range(ROUNDS)), key=itemgetter("seconds"))[ROUNDS // 2]


def _real_record(folder: Path) -> Path:
    with mock("moov") as server:
        run(suite_cli.command("moov", "full", server.base_url), folder, environment=server.environment)
    return folder / "run.jsonl"


def _rendered(record: Path, *options: str) -> dict[str, float]:
    output = record.parent / "rendered"
    done = run([script("clausewise"), "report", str(record), *options, "--output", str(output)], record.parent)
    return {"seconds": done.seconds, "peak_megabytes": done.peak_megabytes}


def _in_process(exchanges: int) -> dict[str, float]:
    """The same by a process of its own, so that its memory is known."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_written, exchanges).result()


def _written(exchanges: int) -> dict[str, float]:
    with TemporaryDirectory(prefix="clausewise-bench-") as folder, RunRecord(Path(folder), HEADER) as record:
        started = time.perf_counter()
        for _ in range(exchanges):
            record.exchange(EXCHANGE)
        seconds = time.perf_counter() - started
    peak = megabytes(resource.getrusage(resource.RUSAGE_SELF))
    return {"seconds": seconds, "peak_megabytes": peak}
