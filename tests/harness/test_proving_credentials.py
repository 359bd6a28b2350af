"""An optional credential ages: what it gets is a break only after it has proved itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.mock import APIS
from tests.harness.driving import Drive, driving, good, named
from tests.harness.servers import Call, Mock, Reply, Server, serving

FORBIDDEN = "moov.403.status"
BASIC = "moov.sample.basic"
TOKEN = APIS["moov"].environment("http://127.0.0.1")["MOOV_FORBIDDEN_TOKEN"]


async def knows_no_forbidden_token(call: Call, mock: Mock) -> Reply:
    """The forbidden token has expired: it gets 401 wherever it is presented."""
    reply = await mock(call)
    is_forbidden = str(call.header("authorization")).endswith(TOKEN)
    return replace(Reply(401), headers=reply.headers) if is_forbidden else reply


async def answers_401_for_403(call: Call, mock: Mock) -> Reply:
    """The forbidden token is valid, and gets 401 where 403 is promised."""
    reply = await mock(call)
    return replace(Reply(401), headers=reply.headers) if reply.status == 403 else reply


async def refuses_pairs(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    is_basic = str(call.header("authorization")).startswith("Basic ")
    return replace(Reply(401), headers=reply.headers) if is_basic else reply


def tried(server: Server, directory: Path, clause: str, *without: str) -> tuple[Drive, str | None]:
    environment = server.without(*without)
    with driving(server, directory, environment=environment) as drive:
        drive.run.require_baseline()
        drive.test(good())
        name = "forbidden token" if clause == FORBIDDEN else "user and password"
        return drive, drive.test(named(f"{clause}/{name}"), clause)


def outcome(drive: Drive, clause: str) -> tuple[str, str | None, tuple[str, ...]]:
    [verdict] = [one for one in drive.verdicts(clause) if one.test and clause in one.test]
    return verdict.outcome, verdict.code, verdict.variables


def test_a_token_that_expired_breaks_nothing(tmp_path: Path) -> None:
    with serving(knows_no_forbidden_token) as server:
        drive, said = tried(server, tmp_path, FORBIDDEN)

    assert outcome(drive, FORBIDDEN) == ("untested", "renew", ("MOOV_FORBIDDEN_TOKEN",))
    assert "renew it" in str(said)


@pytest.mark.parametrize("trap", [knows_no_forbidden_token, answers_401_for_403])
def test_without_the_proof_the_variable_is_named_that_would_settle_it(tmp_path: Path, trap: object) -> None:
    assert callable(trap)
    with serving(trap) as server:
        drive, said = tried(server, tmp_path, FORBIDDEN, "MOOV_FORBIDDEN_ACCOUNT_ID")

    assert outcome(drive, FORBIDDEN) == ("untested", "renew", ("MOOV_FORBIDDEN_ACCOUNT_ID",))
    assert "set MOOV_FORBIDDEN_ACCOUNT_ID" in str(said)


def test_a_token_that_proves_itself_shows_the_break(tmp_path: Path) -> None:
    with serving(answers_401_for_403) as server:
        drive, said = tried(server, tmp_path, FORBIDDEN)

    assert outcome(drive, FORBIDDEN)[0] == "broken"
    assert "expected:      403" in str(said)


def test_a_pair_that_is_refused_is_to_be_renewed_and_no_break(tmp_path: Path) -> None:
    with serving(refuses_pairs) as server:
        drive, said = tried(server, tmp_path, BASIC)

    assert outcome(drive, BASIC)[0] == "error"
    assert str(said).startswith("the target refuses MOOV_BASIC_CREDENTIALS (status 401)")


def test_a_good_pair_is_kept(tmp_path: Path) -> None:
    with serving() as server:
        drive, _ = tried(server, tmp_path, BASIC)

    assert outcome(drive, BASIC)[0] == "kept"
