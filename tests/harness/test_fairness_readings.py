"""Where the document leaves room, every reading passes; what a target chose is written down."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.mock.moov import PRINCIPAL_ACCOUNT_IDS
from tests.harness.driving import driving, good, named
from tests.harness.servers import Call, Mock, Reply, Trap, serving


def is_of_another_type(call: Call) -> bool:
    """Whether a body is JSON, or nothing at all, of another type than documented."""
    body = call.json()
    if body is None:
        return call.body in (b"", b"null")
    if not isinstance(body, dict):
        return True
    scopes = body.get("allowScopes", [])
    return (
        not isinstance(body.get("principalAccountID", ""), str)
        or not isinstance(scopes, list)
        or not all(isinstance(scope, str) for scope in scopes)
    )


async def cannot_understand_another_type(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return Reply(400).saying({"error": "not understood"}) if reply.status == 422 and is_of_another_type(call) else reply


async def fails_to_validate_another_type(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return Reply(422).saying({}) if reply.status == 400 and is_of_another_type(call) else reply


async def always_has_a_body(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply if reply.body else reply.saying({"status": reply.status, "subjectAccountID": "someone"})


async def says_more(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    more = {"code": "E17", "details": [{"hint": None}], "trace": 5.5}
    return reply.saying(json.loads(reply.body) | more) if reply.body else reply


async def has_more_headers(call: Call, mock: Mock) -> Reply:
    more = {"Server": "trap", "Set-Cookie": "a=b", "X-Frame-Options": "DENY", "RateLimit-Reset": "1", "ETag": '"e"'}
    return (await mock(call)).having(**more)


async def spells_headers_in_capitals(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, headers=tuple((name.upper(), value) for name, value in reply.headers))


async def names_media_types_at_length(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return reply.having(content_type="Application/JSON; charset=utf-8") if reply.body else reply


async def has_ids_that_are_no_uuids(call: Call, mock: Mock) -> Reply:
    return (await mock(call)).having(x_request_id=f"{call.number}")


async def hides_accounts(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    return replace(reply, status=403) if reply.status == 404 else reply


async def does_not_find_unknown_principals(call: Call, mock: Mock) -> Reply:
    body = call.json()
    principal = body.get("principalAccountID") if isinstance(body, dict) else None
    if isinstance(principal, str) and principal not in PRINCIPAL_ACCOUNT_IDS:
        return Reply(404)
    return await mock(call)


async def does_not_find_malformed_versions(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    said_by_version = reply.status == 400 and b"X-Moov-Version" in reply.body
    return Reply(404) if said_by_version else reply


async def takes_every_version(call: Call, mock: Mock) -> Reply:
    others = tuple(pair for pair in call.headers if pair[0].lower() != "x-moov-version")
    return await mock(replace(call, headers=others))


async def knows_no_further_properties(call: Call, mock: Mock) -> Reply:
    body = call.json()
    if isinstance(body, dict) and set(body) - {"principalAccountID", "allowScopes"} and "principalAccountID" in body:
        return Reply(400).saying({"error": "unknown property"})
    return await mock(call)


def connects_each_pair_once() -> Trap:
    """Answers 409 to every later request for a principal, whatever else is in it, as soon as it has read it."""
    connected: set[str] = set()

    async def trap(call: Call, mock: Mock) -> Reply:
        body = call.json()
        principal = body.get("principalAccountID") if isinstance(body, dict) else None
        reply = await mock(call)
        if reply.status == 201 and isinstance(principal, str):
            if principal in connected:
                return Reply(409).saying({"error": "connected already"})
            connected.add(principal)
        elif reply.status == 422 and isinstance(principal, str) and principal in connected:
            return Reply(409).saying({"error": "connected already"})
        return reply

    return trap


ALWAYS_TESTABLE = {
    "moov.400.status",
    "moov.401.expired",
    "moov.401.missing",
    "moov.403.status",
    "moov.422.missing",
    "moov.422.scope",
    "moov.422.type",
    "moov.responses.request-id-unique",
    "moov.sample.bearer",
}


SAID_OF_A_BODY = "a body of application/json like {status: number, subjectAccountID: string}"


@pytest.mark.parametrize(
    ("reading", "observed"),
    [
        (cannot_understand_another_type, {}),
        (fails_to_validate_another_type, {}),
        (always_has_a_body, {"moov.201.body": SAID_OF_A_BODY}),
        (says_more, {"moov.201.body": "no body"}),
        (has_more_headers, {}),
        (spells_headers_in_capitals, {}),
        (names_media_types_at_length, {}),
        (has_ids_that_are_no_uuids, {}),
        (hides_accounts, {}),
        (does_not_find_unknown_principals, {"moov.body.unknown-principal": "404"}),
        (does_not_find_malformed_versions, {"moov.version.malformed": "404"}),
        (takes_every_version, {"moov.version.malformed": "201", "moov.version.well-formed": "201"}),
        (knows_no_further_properties, {}),
    ],
    ids=lambda value: getattr(value, "__name__", "observed"),
)
def test_no_reading_is_accused(tmp_path: Path, reading: Trap, observed: dict[str, str]) -> None:
    with serving(reading) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("error") == set()
        assert drive.unstable() == {}
        assert drive.with_outcome("kept") >= ALWAYS_TESTABLE
        assert [name for name, what in observed.items() if what not in drive.observed(name)] == []


def test_a_target_that_connects_each_pair_once_is_not_accused(tmp_path: Path) -> None:
    """The principals run out, and what they would have shown stays untested with the reason."""
    few = {"MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(PRINCIPAL_ACCOUNT_IDS[:4])}
    with (
        serving(connects_each_pair_once()) as server,
        driving(server, tmp_path, environment={**server.environment, **few}) as drive,
    ):
        drive.sweep()
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("error") == set()
        assert drive.with_outcome("kept") >= ALWAYS_TESTABLE
        assert drive.with_outcome("kept") >= {"moov.409.media-type", "moov.409.request-id"}


@pytest.mark.parametrize("principals", [1, 2])
def test_few_principals_suffice_to_accuse_nobody(tmp_path: Path, principals: int) -> None:
    few = {"MOOV_PRINCIPAL_ACCOUNT_ID": ",".join(PRINCIPAL_ACCOUNT_IDS[:principals])}
    with (
        serving(connects_each_pair_once()) as server,
        driving(server, tmp_path, environment={**server.environment, **few}) as drive,
    ):
        drive.sweep()
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("kept") >= {"moov.400.status", "moov.401.missing", "moov.422.missing"}


def test_a_conflict_leaves_a_good_request_untested_with_the_reason(tmp_path: Path) -> None:
    async def has_it_all_already(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return Reply(409).saying({"error": "connected already"}) if reply.status == 201 else reply

    with serving(has_it_all_already) as server, driving(server, tmp_path) as drive:
        drive.test(named("moov.scopes.empty/empty list"), "moov.scopes.empty")
        [verdict] = drive.verdicts("moov.scopes.empty")
        assert verdict.outcome == "untested"
        assert verdict.reason is not None
        assert "answered 409" in verdict.reason


@pytest.mark.parametrize("status", [201, 409], ids=["again", "conflict"])
def test_what_a_repetition_gets_is_observed_and_no_more(tmp_path: Path, status: int) -> None:
    async def knows_repetitions(call: Call, mock: Mock) -> Reply:
        reply = Reply(201 if call.number == 1 else status)
        return reply.saying({"error": "connected already"}) if reply.status == 409 else reply

    one = {"MOOV_PRINCIPAL_ACCOUNT_ID": PRINCIPAL_ACCOUNT_IDS[0]}
    with (
        serving(knows_repetitions) as server,
        driving(server, tmp_path, environment={**server.environment, **one}) as drive,
    ):
        drive.test(good())
        drive.test(good(), "moov.409.repetition")
        assert server.calls[0].body == server.calls[1].body
        assert drive.observed("moov.409.repetition") == {str(status): 1}
        assert drive.with_outcome("broken") == set()


@pytest.mark.parametrize("reading", [cannot_understand_another_type, fails_to_validate_another_type])
def test_which_of_two_right_statuses_was_chosen_is_observed(tmp_path: Path, reading: Trap) -> None:
    """So that a later change shows."""
    with serving(reading) as server, driving(server, tmp_path) as drive:
        drive.test(named("moov.422.type/principal null"), "moov.422.type")
        chosen = "400" if reading is cannot_understand_another_type else "422"
        assert drive.observed("moov.422.type") == {chosen: 1}
        assert drive.with_outcome("kept") == {"moov.422.type"}
