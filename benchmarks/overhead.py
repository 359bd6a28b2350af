"""What the suite adds to each exchange, against clients that do nothing but send.

The deterministic cases of Moov (what clauses name, boundary values, odd requests) are sent to a mock in a process of
its own, by three clients in turn, each to a fresh one:

- the harness, without pytest: it composes, sends, tags, judges, redacts and records;
- a bare loop over one `httpx.Client`, which sends the same bytes and reads the answers;
- a socket that is kept open, which shows how fast the server can answer at all.

The cases are made before the clock starts; how long that takes is told apart.
"""

from __future__ import annotations

import gc
import http.client
import socket
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks.figures import in_turn, ratios, spread
from benchmarks.mocks import Mock, mock, mock_process
from clausewise.cases import Case, clause_cases
from clausewise.cases.generated import boundary_cases
from clausewise.cases.robust import robust_cases
from clausewise.cases.selection import most_telling
from clausewise.contract import Contract, load
from clausewise.errors import Unsendable, Untested
from clausewise.exchanges.conversation import Conversation
from clausewise.record import Header, RunRecord
from clausewise.run import Run
from clausewise.target import resolve
from clausewise.variants import Call

API = "moov"
ROUNDS = 15
_OWN = ("host", "content-length")  # headers that each client writes itself
HEADER = Header(
    record=1,
    started="",
    clausewise="",
    python="",
    platform="",
    libraries={},
    profile="full",
    seed=0,
    fail_on="should",
    apis=(),
)


def measure(tell: Callable[[str], object], *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Milliseconds for each exchange, by client."""
    with mock(API) as server:
        _swept(server)
    calls = server.calls
    tell(f"{len(calls)} requests, to be sent {rounds} times by each of three clients")

    def suite() -> float:
        with mock_process(API) as fresh:
            return _swept(fresh)

    def bare() -> float:
        with mock_process(API) as fresh:
            return _sent_by_httpx(calls, fresh.base_url)

    def raw() -> float:
        with mock_process(API) as fresh:
            return _sent_by_socket(calls, fresh.base_url)

    by_suite, by_httpx, by_socket = in_turn(rounds, suite, bare, raw)
    making = [_seconds_to_make() for _ in range(rounds)]
    return {
        "requests": len(calls),
        "rounds": rounds,
        "milliseconds": {
            "suite": asdict(spread(1000 * one for one in by_suite)),
            "httpx": asdict(spread(1000 * one for one in by_httpx)),
            "socket": asdict(spread(1000 * one for one in by_socket)),
        },
        "suite_to_httpx": asdict(ratios(by_suite, by_httpx)),
        "suite_to_socket": asdict(ratios(by_suite, by_socket)),
        "httpx_to_socket": asdict(ratios(by_httpx, by_socket)),
        "making_all_cases_seconds": asdict(spread(making)),
    }


def cases_of(contract: Contract) -> list[Case]:
    """Every case that is the same in each run of the profile full."""
    named, odd = [case for _, case in clause_cases(contract)], robust_cases(contract)
    return [
        *named,
        *most_telling(contract, odd, named),
        *most_telling(contract, boundary_cases(contract), [*named, *odd]),
    ]


def _seconds_to_make() -> float:
    contract = load(API)
    started = time.perf_counter()
    cases_of(contract)
    return time.perf_counter() - started


def _swept(server: Mock) -> float:
    """Seconds that the harness takes for each exchange."""
    contract = load(API)
    cases = cases_of(contract)
    with TemporaryDirectory(prefix="clausewise-bench-") as folder, RunRecord(Path(folder), HEADER) as record:
        target = resolve(contract, server.base_url, server.environment)
        conversation = Conversation(contract, target, record)
        run = Run(conversation, record)
        gc.freeze()  # as a run does when its tests are collected
        started = time.perf_counter()
        for case in cases:
            _judge(run, case)
        seconds = time.perf_counter() - started
        conversation.close()
        return seconds / record.requests


def _judge(run: Run, case: Case) -> None:
    run.start_test(case.id, ())
    try:
        run.judge(case)
    except (Unsendable, Untested) as reason:
        run.finish_test(reason.cause, error=False)
    else:
        run.finish_test(None, error=False)


def _sent_by_httpx(calls: list[Call], base_url: str) -> float:
    requests = [(call.method, base_url + _target(call), _headers(call), call.body) for call in calls]
    with httpx.Client(trust_env=False) as client:
        started = time.perf_counter()
        for method, url, headers, body in requests:
            client.request(method, url, headers=headers, content=body)
        return (time.perf_counter() - started) / len(calls)


def _sent_by_socket(calls: list[Call], base_url: str) -> float:
    host = urlsplit(base_url).netloc
    messages = [_message(call, host) for call in calls]
    connection = _connected(base_url)
    started = time.perf_counter()
    for message in messages:
        connection.sendall(message)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        answer.read()
        if answer.will_close:
            connection.close()
            connection = _connected(base_url)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds / len(calls)


def _connected(base_url: str) -> socket.socket:
    parts = urlsplit(base_url)
    assert parts.hostname
    assert parts.port
    connection = socket.create_connection((parts.hostname, parts.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _message(call: Call, host: str) -> bytes:
    """The request as it goes onto the wire."""
    head = [f"{call.method} {_target(call)} HTTP/1.1", f"host: {host}"]
    head += [f"{name}: {value}" for name, value in _headers(call)]
    head.append(f"content-length: {len(call.body)}")
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + call.body


def _target(call: Call) -> str:
    return f"{call.path}?{call.query}" if call.query else call.path


def _headers(call: Call) -> list[tuple[str, str]]:
    return [(name, value) for name, value in call.headers if name not in _OWN]
