"""Moov's contract with features that Moov itself has no use for, and runs against such contracts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clausewise.contract import Contract, load
from clausewise.exchanges.conversation import Conversation
from clausewise.record import Header, RunRecord
from clausewise.run import Run
from clausewise.target import resolve
from tests.harness.builders import OPERATION, copied_contract, edited
from tests.harness.driving import Drive
from tests.harness.servers import Server

PATH = "/accounts/{accountID}/connections"
PARTS = ("part-one", "part-two", "part-three")
"""Values of ``MOOV_PART``, which go together."""

Change = Callable[[Any], object]

_HEADER = Header(1, "2026-11-21T00:00:00+00:00", "0", "3", "any", {}, "quick", 0, "should", ())
_TEXT = {"type": "string", "maxLength": 40}
_PART = {
    "type": "object",
    "required": ["id", "value"],
    "additionalProperties": False,
    "properties": {"id": _TEXT, "value": _TEXT, "note": _TEXT},
}
_BODY = {
    "type": "object",
    "required": ["parts"],
    "additionalProperties": False,
    "properties": {"name": _TEXT, "parts": {"type": "array", "minItems": 1, "maxItems": 5, "items": _PART}},
}


def varied(folder: Path, **changes: Change) -> Contract:
    """A copy of the contract, with changes in its files by their names: ``clauses``, ``target``, ``openapi``."""
    if not (folder / "moov").exists():
        copied_contract(folder)
    for name, change in changes.items():
        with edited(folder / "moov" / f"{name}.yaml") as content:
            change(content)
    return load("moov", folder)


def with_parts(folder: Path) -> Contract:
    """The contract of an operation that takes a list of parts, each with its id and a value that nobody used before.

    The id is a variable whose values go together; generated requests have neither a name nor notes. The optional
    header X-Key takes a value that nobody used before, too.
    """

    def target(content: Any) -> None:
        content["variables"]["MOOV_PART"] = {"meaning": "every part", "list": "together"}
        operation = content["operations"][OPERATION]
        operation["baseline"]["body"] = {"parts": [{"id": "$MOOV_PART", "value": "$UNIQUE"}]}
        del operation["fixtures"]["body/principalAccountID"]
        operation["fixtures"] |= {"body/parts/*/id": "MOOV_PART", "body/parts/*/value": "UNIQUE"}
        operation["fixtures"] |= {"header/X-Key": "UNIQUE"}
        operation["omitted"] = ["/name", "/parts/*/note"]

    def openapi(content: Any) -> None:
        post = content["paths"][PATH]["post"]
        post["parameters"].append({"name": "X-Key", "in": "header", "schema": {"type": "string", "minLength": 1}})
        post["requestBody"]["content"]["application/json"] = {"schema": _BODY}

    return varied(folder, target=target, openapi=openapi)


@contextmanager
def driving_by(contract: Contract, server: Server, directory: Path, **variables: str) -> Iterator[Drive]:
    """Drive a run by this contract while the context is open, with these variables beside those of the server."""
    target = resolve(contract, server.base_url, {**server.environment, **variables})
    slept: list[float] = []
    with RunRecord(directory, _HEADER) as record:
        conversation = Conversation(contract, target, record, sleep=slept.append)
        try:
            yield Drive(Run(conversation, record), record, slept)
        finally:
            conversation.close()
