"""A clause that is implied by one which was kept needs no request of its own."""

from pathlib import Path

from tests.harness.driving import Drive, driving, named
from tests.harness.servers import Call, Mock, Reply, serving

TOGETHER, ALONE = named("moov.scopes.together/every possible value"), named("moov.scope.files.read/alone")


async def knows_no_files(call: Call, mock: Mock) -> Reply:
    """Refuses a scope, alone and among others."""
    refused = b"files.read" in call.body
    return Reply(422).saying({"allowScopes": {"0": "is no scope"}}) if refused else await mock(call)


def asked(drive: Drive) -> dict[str, str]:
    """Both tests in turn; the outcome of each one's clause."""
    drive.test(TOGETHER, "moov.scopes.together")
    drive.test(ALONE, "moov.scope.files.read")
    return {name: drive.verdicts(name)[-1].outcome for name in ("moov.scopes.together", "moov.scope.files.read")}


def test_it_is_kept_by_the_request_that_kept_the_other(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path) as drive:
        assert asked(drive) == {"moov.scopes.together": "kept", "moov.scope.files.read": "kept"}
        [together], [alone] = drive.verdicts("moov.scopes.together"), drive.verdicts("moov.scope.files.read")
        assert len(server.calls) == 1
        assert alone.exchanges == together.exchanges


def test_it_gets_a_request_where_the_other_was_not_kept(tmp_path: Path) -> None:
    with serving(knows_no_files) as server, driving(server, tmp_path) as drive:
        assert asked(drive)["moov.scope.files.read"] == "broken"
        [alone] = drive.verdicts("moov.scope.files.read")
        assert drive.lines("exchange")[-1]["id"] in alone.exchanges


def test_it_gets_a_request_where_the_other_was_not_sent(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path) as drive:
        drive.test(ALONE, "moov.scope.files.read")
        assert len(server.calls) == 1


def test_a_run_that_spares_nothing_sends_it_all_the_same(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path, spares=False) as drive:
        asked(drive)
        assert len(server.calls) == 2
