"""What the harness passes around, made small: a function gives a valid thing, and its arguments say what matters."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import settings
from hypothesis import strategies as st

from clausewise.cases import baseline_case, compose
from clausewise.cases.wire import tags
from clausewise.contract import Clause, Contract, Level, Source, contracts_folder
from clausewise.exchange import Exchange, Headers, Request, Response, Tags
from clausewise.target import Target

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # those in C are ten times as fast, where they are built
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

PROPERTY = settings(deadline=None, derandomize=True, database=None)
"""For tests with Hypothesis: the same examples in every run, and no eye on the clock."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["principalAccountID", "a"]) | st.text(), inner),
    max_leaves=8,
)
"""Any JSON value."""

URL = "http://127.0.0.1:9/api"
OPERATION = "shareAccountConnection"
ACCOUNT = "11111111-1111-4111-8111-111111111111"
PRINCIPALS = tuple(f"2222222{number}-2222-4222-8222-222222222222" for number in range(3))
ENVIRONMENT = {
    "MOOV_TOKEN": "owner-token-for-tests",
    "MOOV_BASIC_CREDENTIALS": "owner-key-for-tests:owner-secret-for-tests",
    "MOOV_FORBIDDEN_TOKEN": "forbidden-token-for-tests",
    "MOOV_EXPIRED_TOKEN": "expired-token-for-tests",
    "MOOV_ACCOUNT_ID": ACCOUNT,
    "MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(PRINCIPALS),
    "MOOV_PREFER_CODE": "1",
}


def request(body: bytes | None = b"{}", headers: Headers = (), url: str = f"{URL}/accounts/1/connections") -> Request:
    """A POST request."""
    return Request("POST", url, headers, body)


def response(status: int = 201, body: bytes = b"", *headers: tuple[str, str], cut: bool = False) -> Response:
    """A response with these headers."""
    return Response(status, headers, body, cut)


def json_response(status: int, body: bytes) -> Response:
    """A response whose body is announced as JSON."""
    return response(status, body, ("Content-Type", "application/json"))


def exchange(
    answer: Response | None,
    *faults: str,
    traits: tuple[str, ...] = (),
    name: str = "moov-0001",
    operation: str = OPERATION,
    sent: Request | None = None,
) -> Exchange:
    """An exchange whose request has these faults and traits."""
    return Exchange(
        id=name,
        api="moov",
        operation=operation,
        case=f"{operation}/a case",
        test=None,
        request=sent or request(),
        response=answer,
        tags=Tags(faults, frozenset(traits)),
        curl='curl -i -X POST http://127.0.0.1:9/ -H "Authorization: Bearer $MOOV_TOKEN"',
        time="2026-11-21T20:00:00.000+00:00",
        elapsed_ms=1.5,
        failure=None if answer else "no connection",
    )


def clause(
    check: str | None,
    name: str = "moov.some.clause",
    *,
    level: Level = Level.MUST,
    operation: str = OPERATION,
    **arguments: object,
) -> Clause:
    """A clause with this check."""
    return Clause(
        id=name,
        section="responses",
        level=level,
        says="The page promises something.",
        sources=(Source(166, 172, ("promise",)),),
        operation=operation,
        check=check,
        arguments=arguments,
        tries=(),
        note=None,
        excluded=None if check else "nothing can judge it",
        supplementary=False,
    )


def spellings(name: str) -> st.SearchStrategy[str]:
    """The name in small letters and capitals."""
    return st.tuples(*(st.sampled_from([letter.lower(), letter.upper()]) for letter in name)).map("".join)


def with_clauses(contract: Contract, *clauses: Clause) -> Contract:
    """The contract with these clauses alone."""
    return replace(contract, clauses=clauses)


def copied_contract(folder: Path) -> Path:
    """A copy of Moov's contract in ``folder/moov``."""
    return Path(shutil.copytree(contracts_folder() / "moov", folder / "moov"))


@contextmanager
def edited(file: Path) -> Iterator[Any]:
    """The content of a YAML file, written back with what the block changes in it."""
    content = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  both are safe loaders
    yield content
    file.write_text(yaml.dump(content, Dumper=_DUMPER, sort_keys=False), encoding="utf-8")


def entry(clauses: Any, clause_id: str) -> Any:
    """The entry of that id in the content of a ``clauses.yaml``."""
    return next(item for item in clauses["clauses"] if item["id"] == clause_id)


class Wire:
    """A good request as it goes onto the wire, and what it is when one thing in it is changed."""

    def __init__(self, contract: Contract, target: Target) -> None:
        self.contract = contract
        self.target = target
        self.case = baseline_case(contract)
        self.request = compose(contract, self.case, target)

    def told(self, **changes: Any) -> Tags:
        """The tags of the request with these fields changed."""
        return tags(self.contract, self.case, replace(self.request, **changes), self.target)

    def body(self, body: object) -> Tags:
        """... with this body: bytes as they are, anything else as JSON."""
        return self.told(body=body if isinstance(body, bytes) else json.dumps(body).encode())

    def header(self, name: str, *values: str) -> Tags:
        """... with these values of a header; with none, without it."""
        others = [pair for pair in self.request.headers if pair[0].lower() != name.lower()]
        return self.told(headers=(*others, *((name, value) for value in values)))

    def account(self, raw: str) -> Tags:
        """... for the account that stands so in the URL."""
        return self.told(url=f"{URL}/accounts/{raw}/connections")


def showing(value: object, status: int = 200) -> Response:
    """A response with this value as its JSON body."""
    return json_response(status, json.dumps(value).encode())
