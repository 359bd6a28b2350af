"""The request on the wire is what counts, and it never is one that the document does not know."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.cases import Case
from clausewise.cases.case import json_body
from tests.harness.driving import driving, good, named
from tests.harness.servers import Call, Mock, Reply, Server, serving

HEADERS_OF_ANY_CLIENT = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length"}
DOCUMENTED_HEADERS = {"authorization", "content-type", "x-moov-version"}


async def refuses_what_is_labelled(call: Call, mock: Mock) -> Reply:
    """Takes the good body of `lost()` for a bad one."""
    reply = await mock(call)
    return Reply(422).saying({}) if b"files.read" in call.body else reply


def lost(named_for: str) -> Case:
    """A case that is called bad, but whose bad part got lost on its way: nothing is wrong with what is sent."""
    body = {"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID", "allowScopes": ["accounts.read", "files.read"]}
    return replace(named(named_for), body=json_body(body))


def test_a_bad_case_that_is_good_on_the_wire_must_succeed(tmp_path: Path) -> None:
    with serving(refuses_what_is_labelled) as server, driving(server, tmp_path) as drive:
        said = drive.test(lost("moov.422.missing/scopes alone"))
        assert said is not None
        assert said.startswith("moov.201.status is broken")
        assert drive.verdicts("moov.422.missing") == []


def test_its_success_says_nothing_about_the_clause_that_it_was_made_for(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path) as drive:
        said = drive.test(lost("moov.422.missing/scopes alone"), "moov.422.missing")
        assert said is not None
        assert "did not exercise this clause" in said
        assert [verdict.outcome for verdict in drive.verdicts("moov.422.missing")] == ["untested"]
        assert [verdict.outcome for verdict in drive.verdicts("moov.201.status")] == ["kept"]


def test_a_good_case_that_is_bad_on_the_wire_must_be_refused(tmp_path: Path) -> None:
    async def takes_everything(call: Call, mock: Mock) -> Reply:
        return Reply(201)

    with serving(takes_everything) as server, driving(server, tmp_path) as drive:
        said = drive.test(replace(good(), id="good in name", body=b'{"allowScopes": []}'))
        assert said is not None
        assert said.startswith("moov.422.missing is broken")
        assert drive.verdicts("moov.201.status") == []


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (b'{"principalAccountID": NaN}', "moov.422.type"),
        (b'{"principalAccountID": "x"', "moov.400.status"),
        (b'{"principalAccountID": "x"} {}', "moov.responses.listed"),
        (b'{"principalAccountID": "\xff"}', "moov.responses.listed"),
        (b"", "moov.422.type"),
        (b'{"principalAccountID": "a", "principalAccountID": "b"}', "moov.responses.listed"),
        (b'\xef\xbb\xbf{"principalAccountID": "x"}', "moov.responses.listed"),
        (b"[" * 100_000, "moov.responses.listed"),
        (b'{"principalAccountID": 9007199254740993}', "moov.422.type"),
        (b'{"principalAccountID": "\\ud800"}', "moov.responses.listed"),
    ],
    ids=[
        "NaN",
        "unclosed",
        "two values",
        "not UTF-8",
        "nothing",
        "a key twice",
        "byte order mark",
        "too deep",
        "huge number",
        "lone surrogate",
    ],
)
def test_the_bytes_decide_which_clause_a_body_is_about(tmp_path: Path, text: bytes, clause: str) -> None:
    """The mock's answer is right for each; the point is which promise it is held to."""
    with serving() as server, driving(server, tmp_path) as drive:
        drive.test(replace(good(), body=text))
        assert server.calls[0].body == text
        assert drive.with_outcome("kept") == {clause}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Server:
    with serving() as server, driving(server, tmp_path_factory.mktemp("swept")) as drive:
        drive.sweep()
    return server


def test_only_the_documented_operation_is_called(swept: Server) -> None:
    operation = re.compile(r"/accounts/[^/?]+/connections")
    assert len(swept.calls) > 100
    assert {call.method for call in swept.calls} == {"POST"}
    assert [call.path for call in swept.calls if not operation.fullmatch(call.path)] == []


def test_only_documented_headers_are_sent(swept: Server) -> None:
    sent = {name.lower() for call in swept.calls for name, _ in call.headers}
    assert sent - HEADERS_OF_ANY_CLIENT == DOCUMENTED_HEADERS | {"prefer"}


def test_no_status_is_asked_for_where_the_target_does_not_say_that_it_obeys(tmp_path: Path) -> None:
    with (
        serving() as server,
        driving(server, tmp_path, environment=server.without("MOOV_PREFER_CODE")) as drive,
    ):
        drive.sweep()
    assert [call for call in server.calls if call.header("prefer")] == []
    assert len(server.calls) > 100


def test_a_known_principal_is_the_only_one_that_good_requests_name(swept: Server) -> None:
    known = set(swept.environment["MOOV_PRINCIPAL_ACCOUNT_ID"].split(","))
    named_principals = {
        call.json()["principalAccountID"]
        for call in swept.calls
        if isinstance(call.json(), dict) and isinstance(call.json().get("principalAccountID"), str)
    }
    subject = swept.environment["MOOV_ACCOUNT_ID"]
    assert named_principals - known == {"00000000-0000-4000-8000-00000000c1a5", "", "Kontoführung", subject}


def test_the_principal_kept_for_refusals_is_never_shared_with(swept: Server) -> None:
    reserved = swept.environment["MOOV_PRINCIPAL_ACCOUNT_ID"].split(",")[-1]
    answers = [
        reply.status for call, reply in zip(swept.calls, swept.replies, strict=True) if reserved.encode() in call.body
    ]
    assert len(answers) > 10
    assert 201 not in answers
