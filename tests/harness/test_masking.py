"""An accepted failure, or one of yesterday, hides no other break."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clausewise.checks import Kind, kind_of
from clausewise.contract import Level
from clausewise.known import KnownFailure
from tests.harness import records
from tests.harness.drifts import before, now, of_moov
from tests.harness.driving import Drive, driving
from tests.harness.servers import Call, Mock, Reply, Trap, serving

LINK = "https://issues.example.com/1"
PAGE = b"<html><title>Please log in</title></html>"


def entry(clause: str, *symptoms: str) -> KnownFailure:
    return KnownFailure(clause, (), symptoms, "It is accepted.", "Payments", LINK, date.max)


def without_ids(*statuses: int) -> Trap:
    async def answer(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return reply.lacking("x-request-id") if reply.status in statuses else reply

    return answer


def swept(trap: Trap, directory: Path, *known: KnownFailure, api: str = "moov") -> Drive:
    with serving(trap, api=api) as server, driving(server, directory, known=known) as drive:
        drive.sweep()
    return drive


def test_a_known_failure_hides_none_that_breaks_in_the_same_way(tmp_path: Path) -> None:
    known = entry("moov.400.request-id", "400 application/json")

    drive = swept(without_ids(400, 401, 404, 422), tmp_path, known)

    assert drive.with_outcome("known") == {"moov.400.request-id"}
    assert drive.with_outcome("broken") == {"moov.401.request-id"}
    reasons = {verdict.depends_on for verdict in drive.verdicts("moov.404.request-id")}
    assert "moov.401.request-id" in reasons


def test_it_is_accepted_alone(tmp_path: Path) -> None:
    drive = swept(without_ids(400), tmp_path, entry("moov.400.request-id", "400 application/json"))

    assert drive.with_outcome("known") == {"moov.400.request-id"}
    assert drive.with_outcome("broken") == set()


def test_another_symptom_of_the_same_clause_is_red(tmp_path: Path) -> None:
    drive = swept(without_ids(400), tmp_path, entry("moov.400.request-id", "400 text/html"))

    assert drive.with_outcome("broken") == {"moov.400.request-id"}


SESSION = ("mx.session.missing", "mx.session.unrecognised", "mx.session.expired")


@pytest.mark.parametrize("shows_login", [True, False])
def test_a_server_that_accepts_any_token_is_no_login_page(tmp_path: Path, *, shows_login: bool) -> None:
    async def answers_401_otherwise(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        if reply.status != 401:
            return reply
        if shows_login:
            return replace(reply.holding(PAGE), status=200).having(content_type="text/html")
        return await mock(call.having(md_session_token=server.environment["MX_SESSION_TOKEN"]))

    known = [entry(clause, "200 text/html") for clause in SESSION]
    with (
        serving(answers_401_otherwise, api="mx") as server,
        driving(server, tmp_path, known=known, failing=(Level.MUST,)) as drive,
    ):
        contract = drive.run.contract
        drive.sweep()
        drive.conclude(*(clause.id for clause in contract.clauses if kind_of(clause) is Kind.ANSWER))
    about_sessions = drive.with_outcome("broken") & set(SESSION)

    assert bool(about_sessions) is not shows_login
    assert bool(drive.with_outcome("known") & set(SESSION)) is shows_login


def test_a_level_that_does_not_fail_the_run_hides_none_that_does(tmp_path: Path) -> None:
    async def creates_with_202(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return replace(reply, status=202) if reply.status == 201 else reply

    with serving(creates_with_202) as server, driving(server, tmp_path, failing=(Level.MUST,)) as drive:
        drive.sweep()
    levels = {verdict.level for verdict in drive.record.verdicts if verdict.outcome == "broken"}

    assert "must" in levels


@pytest.mark.parametrize(("cause_before", "kind"), [("broken", "newly broken"), ("kept", "newly untested")])
def test_a_clause_that_gives_way_to_yesterdays_break_is_newly_broken(
    tmp_path: Path, cause_before: str, kind: str
) -> None:
    depends = {"reason": "depends on moov.a", "code": "depends", "depends_on": "moov.a"}
    drift = of_moov(
        tmp_path,
        before(records.verdict("moov.a", cause_before), records.verdict("moov.b")),
        now(records.verdict("moov.a", "broken"), records.verdict("moov.b", "untested", "should", **depends)),
    )

    assert [change.kind for change in drift.changes if change.clause.id == "moov.b"] == [kind]
