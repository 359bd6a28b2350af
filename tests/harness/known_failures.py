"""An entry among the known failures, and the target that it is about."""

from pathlib import Path
from typing import Any

import yaml

from tests.harness.servers import Call, Mock, Reply

MISSING = "moov.422.missing"
ENTRY = {
    "clause": MISSING,
    "reason": "The sandbox does not look for the principal before its next release.",
    "owner": "Payments",
    "link": "https://issues.example.com/4711",
    "expires": "2099-03-31",
}
ACCEPTED = {**ENTRY, "symptoms": ["201"]}
"""The entry with the symptom of the target below."""


def written(directory: Path, *entries: dict[str, Any], api: str = "moov") -> Path:
    """A file of known failures with these entries."""
    file = directory / "known.yaml"
    file.write_text(yaml.safe_dump({api: list(entries)}), encoding="utf-8")
    return file


async def takes_what_lacks_the_principal(call: Call, mock: Mock) -> Reply:
    lacks_it = isinstance(call.json(), dict) and "principalAccountID" not in call.json()
    reply = await mock(call)
    return Reply(201).having(x_request_id="req-1") if reply.status == 422 and lacks_it else reply
