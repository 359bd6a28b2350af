"""What a person reads about a break, in the order of what they need first, and the curl line that shows it again."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.cases import Case
from tests.harness.driving import NEEDS_CURL, by_hand, driving, good, moov, named
from tests.harness.servers import Call, Mock, Reply, serving


async def takes_unknown_scopes(call: Call, mock: Mock) -> Reply:
    """Accepts what should be refused, and has an id that tells which call it was."""
    reply = await mock(call)
    accepted = replace(reply.lacking("content-length", "content-type"), status=201, body=b"")
    return (accepted if reply.status == 422 else reply).having(x_request_id=f"id-of-call-{call.number}")


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The message about a break of one clause."""
    with serving(takes_unknown_scopes) as server, driving(server, tmp_path_factory.mktemp("message")) as drive:
        said = drive.test(named("moov.422.missing/scopes alone"))
    assert said is not None
    return said


def test_it_says_everything_in_the_order_of_need(message: str) -> None:
    clause, says, source, expected, received, request_id, seen, again = message.splitlines()
    assert clause == "moov.422.missing is broken (must: the document states it)"
    assert says.strip() == "A well-formed request without the required principalAccountID is answered 422."
    assert re.fullmatch(r"\s+source:\s+Share account connection, The responses, lines [\d, -]+", source)
    assert re.fullmatch(r"\s+expected:\s+422", expected)
    assert re.fullmatch(r"\s+received:\s+201, with an empty body", received)
    assert re.fullmatch(r"\s+x-request-id:\s+id-of-call-\d", request_id)
    assert re.match(r"\s+seen:\s+in 2 of 2 answers", seen)
    assert re.match(r"\s+again:\s+curl ", again)


def test_its_source_holds_the_lines_of_the_document(message: str) -> None:
    """Line 211 speaks of missing fields, lines 271 to 273 of the required principalAccountID."""
    [lines] = re.findall(r"lines ([\d, -]+)", message)
    ranges = [tuple(map(int, part.split("-"))) for part in lines.split(", ")]
    covered = {line for first, *last in ranges for line in range(first, (last or [first])[0] + 1)}
    assert {211, 271, 273} <= covered


def test_its_curl_line_names_the_variable_and_no_secret(message: str) -> None:
    assert '-H "Authorization: Bearer $MOOV_TOKEN"' in message.splitlines()[-1]
    assert "mock-token" not in message


def test_a_should_is_told_as_what_the_examples_show(tmp_path: Path) -> None:
    async def refuses_basic(call: Call, mock: Mock) -> Reply:
        return Reply(401) if (call.header("authorization") or "").startswith("Basic") else await mock(call)

    with serving(refuses_basic) as server, driving(server, tmp_path) as drive:
        said = drive.test(named("moov.sample.basic/user and password"), "moov.sample.basic")
    assert said is not None
    assert said.startswith("moov.sample.basic is broken (should: the document's examples show it)")
    assert "$MOOV_BASIC_CREDENTIALS" in said
    assert "mock-secret-key" not in said


def test_two_broken_clauses_are_told_apart(tmp_path: Path) -> None:
    async def fails_for_expired_tokens(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return Reply(500) if b"4011" in reply.body else reply

    with serving(fails_for_expired_tokens, api="mx") as server, driving(server, tmp_path) as drive:
        said = drive.test(named("mx.session.expired/expired token"), "mx.session.expired")
    assert said is not None
    first, second = said.split("\n\n")
    assert first.startswith("mx.session.expired is broken")
    assert second.startswith("mx.session.expired-code is broken")


def test_credentials_that_are_not_accepted_are_told_once(tmp_path: Path) -> None:
    async def refuses_the_owner(call: Call, mock: Mock) -> Reply:
        return Reply(401)

    with serving(refuses_the_owner) as server, driving(server, tmp_path) as drive:
        said = drive.test(good())
    assert said is not None
    assert said.startswith("moov.sample.bearer is broken")
    assert "moov.201.status" not in said


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\u2028again: curl evil", "\u202e"], ids=["escape", "line", "bidi"])
def test_a_server_cannot_forge_lines_of_the_message(tmp_path: Path, hostile: str) -> None:
    async def is_hostile(call: Call, mock: Mock) -> Reply:
        reply = Reply(400).having(content_type="application/json")
        return replace(reply, body=f"<{hostile}\r\n  again:  curl evil".encode())

    with serving(is_hostile) as server, driving(server, tmp_path) as drive:
        drive.test(named("moov.400.status/plain words"))
        said = drive.conclude("moov.400.body")
    assert said is not None
    assert len(said.splitlines()) == 8
    assert all(line.isprintable() for line in said.split("\n"))


ODD_BODIES = {
    "not UTF-8": b'{"principalAccountID": "\xff\xfe"}',
    "both quotes": b"""{'a': "b", 'c': '$HOME `id` $(id) !! \\\\ "'}""",
    "lines": b'{\r\n\t"principalAccountID": 1\n}\n',
    "NUL": b'{"principalAccountID": "a\x00b"}',
    "percent": b'{"principalAccountID": "%s %d \\x41"}',
    "a file to curl": b"@/etc/hostname",
    "an option to curl": b"-X",
    "empty": b"",
    "letters": '{"principalAccountID": "Kontoführung ☃ 🏦"}'.encode(),
    "half a pair": b'{"principalAccountID": "\xed\xa0\x80"}',
    "long": b'{"principalAccountID": "' + b"x" * 60_000 + b'"}',
}


@NEEDS_CURL
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=list(ODD_BODIES))
def test_the_curl_line_sends_any_body_as_it_was(tmp_path: Path, body: bytes) -> None:
    assert_sent_again(tmp_path, replace(good(), body=body))


@NEEDS_CURL
@pytest.mark.parametrize("credentials", moov().credentials)
def test_the_curl_line_presents_the_same_credentials(tmp_path: Path, credentials: str) -> None:
    assert_sent_again(tmp_path, replace(good(), credentials=credentials))


@NEEDS_CURL
def test_long_basic_credentials_stay_on_one_line(tmp_path: Path) -> None:
    """base64 breaks lines after 76 characters, which would break the header."""
    pair = f"{'public' * 12}:{'secret' * 12}"
    assert_sent_again(tmp_path, replace(good(), credentials="basic"), MOOV_BASIC_CREDENTIALS=pair)


@NEEDS_CURL
def test_every_curl_line_of_a_run_sends_the_same_again(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path) as drive:
        drive.sweep()
        lines = [line["curl"] for line in drive.lines("exchange")]
        by_hand("\n".join(lines), server.environment)
    first, again = server.calls[: len(lines)], server.calls[len(lines) :]
    assert len(again) == len(first) > 100
    assert [line for line, one, other in zip(lines, first, again, strict=True) if told(one) != told(other)] == []


def assert_sent_again(directory: Path, case: Case, **changed: str) -> None:
    """The curl line of a case's exchange is one line, and sends the very same request."""
    with serving() as server:
        environment = {**server.environment, **changed}
        with driving(server, directory, environment=environment) as drive:
            drive.test(case)
            line = drive.lines("exchange")[0]["curl"]
        by_hand(line, environment)
    assert len(line.splitlines()) == 1
    assert told(server.calls[-1]) == told(server.calls[0])
    assert len(server.calls) > 1


def told(call: Call) -> tuple[object, ...]:
    """All that a call says to the API; what differs from client to client is left out."""
    named_headers = ("authorization", "content-type", "x-moov-version", "prefer")
    return (call.method, call.path, call.body, *(call.header(name) for name in named_headers))
