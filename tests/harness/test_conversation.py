"""What a conversation gives to its requests: texts that no other holds, and the fault of a repetition."""

import json
from pathlib import Path
from typing import Any

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.contract import Contract
from clausewise.mock.moov import PRINCIPAL_ACCOUNT_IDS
from tests.harness.builders import with_clauses
from tests.harness.driving import Drive, good
from tests.harness.servers import Call, Mock, Reply, Server, serving
from tests.harness.variants import driving_by, with_parts

ONE = {"MOOV_PRINCIPAL_ACCOUNT_ID": PRINCIPAL_ACCOUNT_IDS[0]}
TWO_PARTS = {"MOOV_PART": "part-one,part-two"}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract whose good request holds a unique text."""
    return with_parts(tmp_path_factory.mktemp("contracts"))


async def takes_everything(call: Call, mock: Mock) -> Reply:
    return Reply(201)


# Texts that no other request holds


def keyed(contract: Contract, **changes: Any) -> Case:
    """A case with a unique text in a header and in its body."""
    return baseline_case(contract, headers={"X-Key": "$UNIQUE"}, **changes)


def keys(server: Server) -> list[str]:
    """The unique text of each call, which must be one and the same wherever it stands in it."""
    found = []
    for call in server.calls:
        [key] = {call.header("x-key"), *(part["value"] for part in json.loads(call.body)["parts"])}
        found.append(str(key))
    return found


def test_no_two_requests_hold_the_same_unique_text(parts: Contract, tmp_path: Path) -> None:
    with serving(takes_everything) as server, driving_by(parts, server, tmp_path, **TWO_PARTS) as drive:
        for _ in range(5):
            drive.test(keyed(parts))
            drive.test(keyed(parts, credentials="missing"))  # must fail and does not, so it is sent again
        sent = keys(server)
        assert len(sent) > 10
        assert len({*sent, drive.run.unique(), drive.run.unique()}) == len(sent) + 2


def test_what_breaks_or_breaks_off_is_sent_again_with_another_text(parts: Contract, tmp_path: Path) -> None:
    async def stumbles(call: Call, mock: Mock) -> Reply:
        return {1: Reply(201).having(content_length="99"), 3: Reply(500)}.get(call.number, Reply(201))

    with serving(stumbles) as server, driving_by(parts, server, tmp_path, **TWO_PARTS) as drive:
        assert drive.test(keyed(parts)) is None
        assert drive.test(keyed(parts)) is None
        assert len(set(keys(server))) == len(server.calls) == 4


def test_no_two_runs_share_a_unique_text(parts: Contract, tmp_path: Path) -> None:
    texts: set[str] = set()
    with serving(takes_everything) as server:
        for name in ("first", "second"):
            with driving_by(parts, server, tmp_path / name, **TWO_PARTS) as drive:
                drive.test(keyed(parts))
                texts |= {drive.run.unique(), drive.run.unique()}
        assert len(texts | set(keys(server))) == 6


# Repetitions


def faults(drive: Drive) -> list[list[str]]:
    """The tag of a repetition on each exchange, if it has it."""
    return [[tag for tag in line["tags"] if tag == "repeated"] for line in drive.lines("exchange")]


def test_a_repetition_is_a_fault_where_a_clause_is_about_it(contract: Contract, tmp_path: Path) -> None:
    with serving(takes_everything) as server, driving_by(contract, server, tmp_path, **ONE) as drive:
        drive.test(good())
        drive.test(good())
        assert faults(drive) == [[], ["repeated"]]
        assert [v.judged for v in drive.verdicts("moov.201.status")] == [1]
        assert drive.observed("moov.409.repetition") == {"201": 1}


def test_elsewhere_a_repetition_is_a_request_like_others(contract: Contract, tmp_path: Path) -> None:
    other = with_clauses(contract, *(clause for clause in contract.clauses if clause.id != "moov.409.repetition"))
    with serving(takes_everything) as server, driving_by(other, server, tmp_path, **ONE) as drive:
        drive.test(good())
        drive.test(good())
        assert faults(drive) == [[], []]
        assert [v.judged for v in drive.verdicts("moov.201.status")] == [1, 1]


def test_what_did_not_succeed_is_no_repetition(contract: Contract, tmp_path: Path) -> None:
    async def conflicts(call: Call, mock: Mock) -> Reply:
        return Reply(409).saying({"error": "exists"})

    with serving(conflicts) as server, driving_by(contract, server, tmp_path, **ONE) as drive:
        drive.test(good())
        drive.test(good())
        assert server.calls[0].body == server.calls[1].body
        assert faults(drive) == [[], []]


def test_a_request_that_must_fail_is_no_repetition(contract: Contract, tmp_path: Path) -> None:
    with serving(takes_everything) as server, driving_by(contract, server, tmp_path, **ONE) as drive:
        drive.test(baseline_case(contract, text="{"))
        assert len(server.calls) == 2
        assert faults(drive) == [[], []]
