"""A target that is out of order is no target that breaks clauses: outages, deploys, rate limiters and limits."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.cases import clause_cases
from clausewise.cases.robust import robust_cases
from clausewise.checks import Kind, kind_of
from clausewise.errors import Unusable
from clausewise.run.health import PAUSES
from clausewise.wording import phrase
from tests.harness.driving import Drive, driving, good
from tests.harness.servers import Call, Mock, Reply, Trap, serving

FAILS_AT = 41

PAGE = b"<html><head><title>Down for maintenance</title></head></html>"
HTML = Reply(503, body=PAGE).having(content_type="text/html").lacking("x-request-id")
OUTAGES = {
    "503 page": HTML,
    "503 with Retry-After": HTML.having(retry_after="2"),
    "302 to a login page": replace(HTML, status=302, body=b"").having(location="https://login.example/"),
    "404 page": replace(HTML, status=404),
    "504": Reply(504, body=b"upstream request timeout").lacking("x-request-id"),
    "200 page": replace(HTML, status=200),
}


def between(first: int, last: float, reply: Reply) -> Trap:
    """From one call to another the target gives that answer."""
    calls: list[Call] = []

    async def answer(call: Call, mock: Mock) -> Reply:
        calls.append(call)
        return reply if first <= len(calls) <= last else await mock(call)

    return answer


def swept(trap: Trap, directory: Path, api: str = "moov") -> Drive:
    """Every request that is written down or derived, and the look back, as long as the target can be tested."""
    with serving(trap, api=api) as server, driving(server, directory) as drive:
        contract = drive.run.contract
        drive.run.require_baseline()
        named = [(case, (clause.id,)) for clause, case in clause_cases(contract)]
        for case, clauses in [*named, *((case, ()) for case in robust_cases(contract))]:
            with suppress(Unusable):
                drive.run.require_baseline()
                drive.test(case, *clauses)
        drive.conclude(*(clause.id for clause in contract.clauses if kind_of(clause) is Kind.ANSWER))
    return drive


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_is_one_sentence_and_accuses_no_clause(tmp_path: Path, name: str) -> None:
    drive = swept(between(FAILS_AT, float("inf"), OUTAGES[name]), tmp_path)

    assert drive.with_outcome("broken") == set()
    assert len(drive.with_outcome("error")) == 1
    assert drive.run.unusable is not None
    assert f"stopped working at moov-00{FAILS_AT}" in drive.run.unusable
    assert str(OUTAGES[name].status) in drive.run.unusable
    assert OUTAGES[name].body.decode()[:40] in drive.run.unusable
    assert len(drive.lines("exchange")) <= FAILS_AT + len(PAUSES)


@pytest.mark.parametrize("name", OUTAGES)
@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_short_interruption_accuses_no_clause(tmp_path: Path, name: str, calls: int) -> None:
    drive = swept(between(FAILS_AT, FAILS_AT + calls - 1, OUTAGES[name]), tmp_path)

    assert drive.with_outcome("broken") == drive.with_outcome("error") == set()
    assert drive.run.unusable is None


@pytest.mark.parametrize("of", ["moov", "mx", "persona"])
def test_a_rate_limiter_that_answers_503_accuses_no_clause(tmp_path: Path, of: str) -> None:
    """Every third request is refused; the run waits and gets slower."""
    calls: list[Call] = []

    async def limits(call: Call, mock: Mock) -> Reply:
        calls.append(call)
        return HTML if len(calls) % 3 == 0 else await mock(call)

    drive = swept(limits, tmp_path, of)

    assert drive.with_outcome("broken") == drive.with_outcome("error") == set()
    assert drive.slept
    assert max(drive.slept) <= max(PAUSES)


def test_a_503_that_follows_the_request_breaks_its_clause(tmp_path: Path) -> None:
    async def fails_on_unknown_accounts(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return HTML if reply.status == 404 else reply

    drive = swept(fails_on_unknown_accounts, tmp_path)

    assert "moov.404.status" in drive.with_outcome("broken")
    assert drive.run.unusable is None


def test_a_conflict_shows_that_the_target_is_alive(tmp_path: Path) -> None:
    successes: list[Call] = []

    async def accepts_once_and_fails_on_scopes(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        if reply.status == 422:
            return Reply(500)
        if reply.status == 201:
            successes.append(call)
        return Reply(409).saying({"error": "there is one"}) if reply.status == 201 and len(successes) > 1 else reply

    drive = swept(accepts_once_and_fails_on_scopes, tmp_path)

    assert drive.run.unusable is None
    assert "moov.422.missing" in drive.with_outcome("broken")


@pytest.mark.parametrize(("of", "status"), [("mx", 400), ("mx", 422), ("persona", 422), ("moov", 422)])
def test_a_limit_on_what_may_be_created_accuses_no_clause(tmp_path: Path, of: str, status: int) -> None:
    """From the sixth creation on the target refuses every good request, the baseline request among them."""
    creations: list[Call] = []

    async def has_a_limit(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        is_good = call.header("prefer") is None and (reply.status < 300 or reply.status == 409)
        creations.extend([call] * is_good)
        return Reply(status).saying({"error": "no more"}) if is_good and len(creations) > 5 else reply

    drive = swept(has_a_limit, tmp_path, of)

    assert {clause for clause in drive.with_outcome("broken") if ".body" not in clause} == set()
    assert drive.run.unusable is None
    said = phrase("refused-baseline", status=status, baseline=status)
    # Where every configured value was used before, more of them may help.
    assert {verdict.code for verdict in drive.record.verdicts if verdict.reason == said} in ({"refused"}, {"spent"})


@pytest.mark.parametrize("header", ["persona-version", "key-inflection", "idempotency-key"])
def test_a_header_that_is_asked_for_once_it_was_given_is_no_limit(tmp_path: Path, header: str) -> None:
    """The baseline request is refused too, but what has the header is not."""
    given: list[Call] = []

    async def asks_again(call: Call, mock: Mock) -> Reply:
        given.extend([call] * bool(call.header(header)))
        return await mock(call) if not given or call.header(header) else Reply(400).saying({"error": "header missing"})

    drive = swept(asks_again, tmp_path, "persona")

    name = {"persona-version": "version", "key-inflection": "inflection", "idempotency-key": "idempotency"}[header]
    assert f"persona.{name}.optional" in drive.with_outcome("broken")


def test_a_refusal_is_looked_at_again_with_the_same_values(tmp_path: Path) -> None:
    """One of several configured values is refused each time; that another one is accepted does not excuse it."""
    seen: list[bytes] = []

    async def refuses_the_second_destination(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        if reply.status != 201 or call.header("prefer"):
            return reply
        destination = re.findall(rb"org_\w+", call.body)[-1]
        seen.extend([destination] * (destination not in seen))
        return Reply(422).saying({"error": "no such organization"}) if seen[1:2] == [destination] else reply

    drive = swept(refuses_the_second_destination, tmp_path, "persona")

    assert drive.with_outcome("broken")
    assert drive.unstable() == {}


def test_probes_count_as_requests_and_as_creations(tmp_path: Path) -> None:
    with serving(between(3, 3, HTML)) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.test(good())
        drive.test(good())
    exchanges, creations = drive.lines("exchange"), drive.lines("creation")

    assert len(exchanges) == len(server.calls) == 5
    assert len(creations) == 4


def test_every_pause_has_a_reason_in_the_record(tmp_path: Path) -> None:
    drive = swept(between(FAILS_AT, FAILS_AT, OUTAGES["503 with Retry-After"]), tmp_path)

    assert [wait["seconds"] for wait in drive.lines("wait")] == [2.0, 2.0]
    assert all("moov-0041" in wait["reason"] for wait in drive.lines("wait"))
