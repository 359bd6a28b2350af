"""Run records for tests: every function gives one valid line, and its arguments replace what matters."""

import json
from pathlib import Path
from typing import Any

from clausewise.record import RecordData, read

Line = dict[str, Any]

STARTED = "2026-11-21T20:00:00+00:00"
URL = "http://127.0.0.1:43121/accounts/1/connections"
DIGEST = "0123456789abcdef" * 4


def clause(name: str, level: str = "must", section: str = "responses", **more: object) -> Line:
    """A clause as the header lists it."""
    return {
        "id": name,
        "section": section,
        "level": level,
        "says": f"The page promises {name}.",
        "lines": ["211", "271-273"],
        "basis": "document",
        "note": None,
        "excluded": None,
    } | more


def api(name: str, clauses: list[Line], **more: object) -> Line:
    """An API as the header lists it, with the sections `operation` and `responses`."""
    return {
        "api": name,
        "title": f"{name.capitalize()}: create a connection",
        "operation": "POST /accounts/{accountID}/connections",
        "base_url": "http://127.0.0.1:43121",
        "embedded": True,
        "contract": DIGEST[::-1],
        "document": {
            "title": f"Connections of {name}",
            "file": f"{name}.txt",
            "sha256": DIGEST,
            "read": "2026-11-20",
        },
        "variables": {f"{name.upper()}_TOKEN": "set", f"{name.upper()}_EXPIRED_TOKEN": "not set"},
        "sections": [
            {"id": "operation", "title": "The operation", "lines": "1-5"},
            {"id": "responses", "title": "The responses", "lines": "166-241"},
        ],
        "clauses": clauses,
    } | more


def header(*apis: Line, **more: object) -> Line:
    """The first line."""
    return {
        "kind": "header",
        "record": 1,
        "started": STARTED,
        "clausewise": "0.1.0",
        "python": "3.11.7",
        "platform": "Linux x86_64",
        "libraries": {"httpx": "0.28.1", "schemathesis": "4.32.5"},
        "profile": "full",
        "seed": 1,
        "fail_on": "should",
        "apis": list(apis),
    } | more


def exchange(name: str, status: int | None = 201, **more: object) -> Line:
    """An exchange that was answered with this status, or not answered at all."""
    response = {
        "status": status,
        "headers": [["Content-Type", "application/json"], ["x-request-id", f"req-{name}"]],
        "body": '{"id":1,"id":2,"amount":1.50,"scopes":["accounts.read"],"empty":{}}',
        "cut": False,
    }
    return {
        "kind": "exchange",
        "id": name,
        "api": "moov",
        "test": "tests/conformance/test_clauses.py::test_clause[moov.422.missing-no-principal]",
        "case": "moov.422.missing/no principal",
        "tags": ["body/missing:/principalAccountID"],
        "time": STARTED,
        "elapsed_ms": 2.5,
        "request": {
            "method": "POST",
            "url": URL,
            "headers": [["Authorization", "Bearer [MOOV_TOKEN]"], ["Content-Type", "application/json"]],
            "body": '{"allowScopes":["accounts.read"]}',
        },
        "response": None if status is None else response,
        "failure": "the connection was closed before an answer came" if status is None else None,
        "request_id": None if status is None else f"req-{name}",
        "curl": f'curl -X POST {URL} -H "Authorization: Bearer $MOOV_TOKEN"',
    } | more


def wait(seconds: float = 0.5, **more: object) -> Line:
    """A pause that the target asked for."""
    reason = f"429 with Retry-After: {seconds}"
    return {"kind": "wait", "api": "moov", "seconds": seconds, "reason": reason, "time": STARTED} | more


def creation(name: str, exchange_id: str, **more: object) -> Line:
    """Something that an exchange made."""
    return {"kind": "creation", "api": "moov", "what": "connection to", "id": name, "exchange": exchange_id} | more


def verdict(name: str, outcome: str = "kept", level: str = "must", **more: object) -> Line:
    """A verdict of the test with the bracket `[<clause>-a]`."""
    return {
        "kind": "verdict",
        "api": name.partition(".")[0],
        "clause": name,
        "level": level,
        "outcome": outcome,
        "test": f"tests/conformance/test_clauses.py::test_clause[{name}-a]",
        "reason": None,
        "judged": 1 if outcome in ("kept", "broken", "known", "observed") else 0,
        "broken": 1 if outcome in ("broken", "known") else 0,
        "expected": None,
        "received": None,
        "exchanges": [],
        "unstable": [],
        "observed": None,
        "message": None,
    } | more


def not_set(variable: str) -> Line:
    """The fields of a verdict on a clause that needs a variable which is not set."""
    return {"reason": f"{variable} is not set", "code": "not-set", "variables": [variable]}


def depends(clause: str) -> Line:
    """The fields of a verdict on a clause that is untested because another one is broken in the same way."""
    reason = f"depends on {clause}, which is broken in the same way"
    return {"reason": reason, "code": "depends", "depends_on": clause}


def unstable(exchange_id: str, expected: str, received: str, **more: object) -> Line:
    """A break that did not happen again."""
    return {
        "text": f"{exchange_id}: expected {expected}, received {received}",
        "exchange": exchange_id,
        "case": "moov.201.status/good",
        "expected": expected,
        "received": received,
    } | more


def complaint(text: str, **more: object) -> Line:
    """Why a run failed beside its broken clauses."""
    return {"text": text, "api": "moov", "code": "nothing-tested", "clause": None} | more


def footer(**more: object) -> Line:
    """The last line."""
    return {
        "kind": "footer",
        "finished": "2026-11-21T20:00:04+00:00",
        "exit": 1,
        "interrupted": False,
        "requests": 183,
        "seconds": 4.2,
        "outcomes": {},
    } | more


def example() -> list[Line]:
    """A run against two APIs in which every outcome occurs."""
    moov = api(
        "moov",
        [
            clause("moov.operation.address", section="operation", excluded="every request is this one"),
            clause("moov.201.status", says="A valid request is answered 201."),
            clause("moov.422.missing", says="A request that lacks a required field is answered 422."),
            clause("moov.sample.scope", "should", says="The sample's request is accepted."),
            clause("moov.401.expired", says="An expired token is answered 401."),
            clause("moov.403.status", note="The page does not say which rights are needed."),
            clause("moov.404.status"),
            clause("moov.silent.casing", "silent", says="How a scope in capitals is answered."),
            clause("moov.500.trace"),
        ],
    )
    persona = api("persona", [clause("persona.201.body", basis="supplementary", lines=[])])
    missing_token = not_set("MOOV_EXPIRED_TOKEN")
    broken = verdict(
        "moov.422.missing",
        "broken",
        judged=12,
        broken=3,
        expected="422",
        received="201, with an empty body",
        exchanges=["moov-2", "moov-3", "moov-4", "moov-5"],
        message="moov.422.missing: stated by the document\nexpected: 422\nreceived: 201, with an empty body",
    )
    return [
        header(moov, persona),
        exchange("moov-1"),
        *(exchange(f"moov-{number}") for number in (2, 3, 4, 5)),
        exchange("moov-6", 400),
        exchange("moov-7", None),
        wait(),
        verdict("moov.201.status", exchanges=["moov-1"], unstable=[unstable("moov-9", "201", "500")]),
        broken,
        verdict(
            "moov.sample.scope",
            "broken",
            "should",
            judged=9,
            broken=9,
            expected="201",
            received="400",
            exchanges=["moov-6"],
        ),
        verdict("moov.401.expired", "untested", test=None, **missing_token),
        verdict("moov.403.status", "untested", **missing_token),
        verdict("moov.404.status", "known", reason="the vendor mends it", exchanges=["moov-2"]),
        verdict("moov.silent.casing", "observed", "silent", judged=6, observed={"400": 5, "201": 1}),
        verdict("moov.500.trace", "error", reason="the target closed the connection", exchanges=["moov-7"]),
        footer(
            outcomes={
                "moov": {
                    "kept": 1, "broken": 2, "untested": 2, "excluded": 1,
                    "known": 1, "observed": 1, "error": 1, "unstable": 1,
                },
                "persona": {"untested": 1},
            }
        ),
    ]  # fmt: skip


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> \" ' ``` | [link](http://evil.example) "
    "![picture](http://evil.example/x.png) https://evil.example www.evil.example @somebody #1 <!-- --> "
    "]]> &lt; $x$ [red]markup[/red] \x1b[31mred\x1b[0m \x00\x08\x9b\u202e\ufffe\ud800\n# heading\r\n- item"
)


def hostile() -> list[Line]:
    """A run against a server that tries to break out of the reports with everything that it sends."""
    response = {"status": 500, "headers": [[HOSTILE, HOSTILE]], "body": HOSTILE, "cut": False}
    told: Line = {"expected": HOSTILE, "received": HOSTILE, "message": HOSTILE, "unstable": [HOSTILE]}
    names = ["moov.broken", "moov.error", "moov.known", "moov.kept", "moov.observed", "moov.untested"]
    levels = {"moov.observed": "silent"}
    clauses = [clause(name, levels.get(name, "must"), says=HOSTILE, note=HOSTILE) for name in names]
    return [
        header(api("moov", clauses, title=HOSTILE)),
        *(
            exchange(name, response=response, case=HOSTILE, request_id=HOSTILE, curl=HOSTILE)
            for name in ("one", "two", "three")
        ),
        exchange("four", None, failure=HOSTILE),
        verdict("moov.broken", "broken", exchanges=["one", "four"], **told),
        verdict("moov.error", "error", exchanges=["two"], reason=HOSTILE, **told),
        verdict("moov.known", "known", exchanges=["three"], reason=HOSTILE, **told),
        verdict("moov.kept", exchanges=["one"]),
        verdict("moov.observed", "observed", "silent", observed={HOSTILE: 2}),
        verdict("moov.untested", "untested", reason=HOSTILE),
        footer(),
    ]


def large() -> list[Line]:
    """A run of an ordinary size: 300 exchanges, 110 clauses, one of them broken by thirty requests."""
    names = [f"moov.{number}.status" for number in range(110)]
    exchanges = [exchange(f"moov-{number}", 400 + number % 3) for number in range(300)]
    spread = {name: [f"moov-{(3 * at + turn) % 300}" for turn in range(3)] for at, name in enumerate(names)}
    broken = verdict(names[0], "broken", judged=60, broken=30, exchanges=[f"moov-{at}" for at in range(10)])
    kept = [verdict(name, judged=3, exchanges=spread[name]) for name in names[1:]]
    return [header(api("moov", [clause(name) for name in names])), *exchanges, broken, *kept, footer()]


def write(path: Path, lines: list[Line]) -> Path:
    """Write the lines to a file."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def loaded(tmp_path: Path, lines: list[Line]) -> RecordData:
    """The lines as they come back from a file."""
    return read(write(tmp_path / "run.jsonl", lines))
