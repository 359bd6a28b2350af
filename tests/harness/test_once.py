"""What may be used once only is used once only: values that serve one request each, and requests never repeated."""

import json
from pathlib import Path
from typing import Any

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.contract import Contract
from clausewise.errors import Unsendable
from clausewise.mock.moov import PRINCIPAL_ACCOUNT_IDS
from tests.harness.builders import OPERATION
from tests.harness.driving import good, named
from tests.harness.servers import Call, Mock, Reply, Server, Trap, serving
from tests.harness.variants import driving_by, varied

NAME = "MOOV_PRINCIPAL_ACCOUNT_ID"
FOUR = PRINCIPAL_ACCOUNT_IDS[:4]
"""Three to be used, and the last, which is kept for requests that must fail."""
LEFT = f"every value of {NAME} was used"
MUST_FAIL = ["moov.422.scope/unknown scope", "moov.400.status/unclosed object", "moov.400.status/unclosed list"]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract in which each principal serves one request only."""

    def serve_once(content: Any) -> None:
        content["variables"][NAME]["list"] = "once"

    return varied(tmp_path_factory.mktemp("contracts"), target=serve_once)


@pytest.fixture(scope="module")
def unrepeatable(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract whose document forbids to send again what succeeded."""

    def forbid(content: Any) -> None:
        content["operations"][OPERATION]["repeatable"] = False

    return varied(tmp_path_factory.mktemp("contracts"), target=forbid)


def values(*principals: str) -> dict[str, str]:
    return {NAME: ",".join(principals)}


def used(server: Server) -> list[str]:
    """The principals that came in, in their order."""
    return [json.loads(call.body)["principalAccountID"] for call in server.calls]


def answers(*replies: Reply) -> Trap:
    """Gives these replies, the last of them from then on."""

    async def trap(call: Call, mock: Mock) -> Reply:
        reply = replies[min(call.number, len(replies)) - 1]
        return reply.having(x_request_id=f"call-{call.number}")

    return trap


# Values


def test_each_value_serves_one_request_and_then_nothing_can_be_sent(once: Contract, tmp_path: Path) -> None:
    with serving() as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        assert [drive.test(good(), "moov.201.status") for _ in range(3)] == [None, None, None]
        said = drive.test(good(), "moov.201.status")
        assert sorted(used(server)) == sorted(FOUR[:3])
        assert said is not None
        assert LEFT in said
        assert "configure more" in said
        assert "\n" not in said
        verdict = drive.verdicts("moov.201.status")[-1]
        assert (verdict.outcome, verdict.reason) == ("untested", said)


@pytest.mark.parametrize("principals", [FOUR[:1], FOUR[:2]], ids=["one", "one and the reserved"])
def test_one_value_serves_one_request(once: Contract, tmp_path: Path, principals: tuple[str, ...]) -> None:
    with serving() as server, driving_by(once, server, tmp_path, **values(*principals)) as drive:
        assert drive.test(good()) is None
        assert LEFT in str(drive.test(good()))
        assert used(server) == [FOUR[0]]


def test_values_that_take_turns_serve_as_often_as_asked(contract: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(201))) as server, driving_by(contract, server, tmp_path, **values(*FOUR[:2])) as drive:
        assert [drive.test(good()) for _ in range(4)] == [None] * 4
        assert used(server) == [FOUR[0]] * 4


def test_requests_that_must_fail_use_none_up(once: Contract, tmp_path: Path) -> None:
    with serving() as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        for _ in range(3):
            assert [drive.test(named(case)) for case in MUST_FAIL] == [None] * 3
            assert drive.test(baseline_case(once, credentials="missing")) is None
        assert all(FOUR[3].encode() in call.body for call in server.calls)
        assert [drive.test(good()) for _ in range(3)] == [None, None, None]
        assert drive.test(named(MUST_FAIL[0])) is None
        assert LEFT in str(drive.test(good()))


@pytest.mark.parametrize(
    "case",
    [named("moov.responses.listed/unknown property"), named("moov.version.malformed/words")],
    ids=["of which the document is silent", "that may be refused"],
)
def test_requests_that_may_succeed_use_one_up(once: Contract, tmp_path: Path, case: Case) -> None:
    with serving() as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        assert drive.test(case) is None
        assert [drive.test(good()) for _ in range(2)] == [None, None]
        assert LEFT in str(drive.test(good()))
        assert sorted(used(server)) == sorted(FOUR[:3])


def test_requests_without_the_variable_go_on(once: Contract, tmp_path: Path) -> None:
    with serving() as server, driving_by(once, server, tmp_path, **values(FOUR[0])) as drive:
        assert drive.test(good()) is None
        assert LEFT in str(drive.test(good()))
        assert drive.test(named("moov.422.missing/empty object"), "moov.422.missing") is None


def test_a_value_that_was_refused_is_used_up(once: Contract, tmp_path: Path) -> None:
    conflict = Reply(409).saying({"error": "exists"})
    with serving(answers(conflict)) as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        for _ in range(3):
            assert drive.test(good()) is None
        assert LEFT in str(drive.test(good()))
        assert sorted(used(server)) == sorted(FOUR[:3])


def test_a_value_that_got_no_answer_may_have_served(once: Contract, tmp_path: Path) -> None:
    broken_off = Reply(201).having(content_length="99")
    trap = answers(broken_off, Reply(201))
    with serving(trap) as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        assert [drive.test(good()) for _ in range(2)] == [None, None]
        assert sorted(used(server)) == sorted(FOUR[:3])


def test_a_value_that_came_too_fast_has_not_served(once: Contract, tmp_path: Path) -> None:
    """The status 429 says that nothing was done."""
    trap = answers(Reply(429).having(retry_after="1"), Reply(201))
    with serving(trap) as server, driving_by(once, server, tmp_path, **values(FOUR[0])) as drive:
        assert drive.test(good(), "moov.201.status") is None
        assert used(server) == [FOUR[0], FOUR[0]]


def test_a_break_is_sent_again_with_another_value(once: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(500))) as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        assert "moov.201.status is broken" in str(drive.test(good()))
        [verdict] = drive.verdicts("moov.201.status")
        assert (verdict.outcome, verdict.broken) == ("broken", 2)
        assert len(set(used(server))) == 2


def test_a_break_that_happened_with_the_last_value_counts(once: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(500))) as server, driving_by(once, server, tmp_path, **values(FOUR[0])) as drive:
        said = drive.test(good(), "moov.201.status")
        assert str(said).startswith("moov.201.status is broken")
        [verdict] = drive.verdicts("moov.201.status")
        assert (verdict.outcome, verdict.broken, verdict.unstable) == ("broken", 1, ())
        assert len(server.calls) == 1


def test_what_broke_once_and_not_with_another_value_is_unstable(once: Contract, tmp_path: Path) -> None:
    trap = answers(Reply(500), Reply(201))
    with serving(trap) as server, driving_by(once, server, tmp_path, **values(*FOUR)) as drive:
        assert drive.test(good()) is None
        assert list(drive.unstable()) == ["moov.201.status"]
        assert drive.with_outcome("broken") == set()


def test_a_silent_target_is_told_even_if_no_value_is_left_to_ask_it_once_more(once: Contract, tmp_path: Path) -> None:
    trap = answers(Reply(201), Reply(201).having(content_length="99"))
    with serving(trap) as server, driving_by(once, server, tmp_path, **values(FOUR[0])) as drive:
        assert drive.test(good()) is None
        said = str(drive.test(named("moov.401.missing/no header"), "moov.401.missing"))
        assert "no answer, twice" in said
        assert LEFT not in said.partition("no answer, twice")[0]


def test_a_target_that_is_always_too_fast_is_told_even_if_no_value_is_left(once: Contract, tmp_path: Path) -> None:
    trap = answers(Reply(201), Reply(429).having(retry_after="3600"))
    with serving(trap) as server, driving_by(once, server, tmp_path, **values(FOUR[0])) as drive:
        assert drive.test(good()) is None
        assert "kept answering 429" in str(drive.test(named("moov.401.missing/no header"), "moov.401.missing"))


# Requests


def test_a_success_that_must_not_be_repeated_counts_at_once(unrepeatable: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(201))) as server, driving_by(unrepeatable, server, tmp_path) as drive:
        said = drive.test(named("moov.422.missing/empty object"), "moov.422.missing")
        assert str(said).startswith("moov.422.missing is broken")
        assert len(server.calls) == 1
        [verdict] = drive.verdicts("moov.422.missing")
        assert (verdict.outcome, verdict.broken) == ("broken", 1)


def test_nor_can_another_test_send_it(unrepeatable: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(201))) as server, driving_by(unrepeatable, server, tmp_path) as drive:
        drive.test(named("moov.422.missing/empty object"))
        drive.run.start_test("again", ["moov.422.missing"])
        with pytest.raises(Unsendable, match="forbids a second"):
            drive.run.send(named("moov.422.missing/empty object"))
        assert len(server.calls) == 1


def test_a_success_with_a_text_of_its_own_is_no_repetition(unrepeatable: Contract, tmp_path: Path) -> None:
    case = good(body={"colour": "$UNIQUE"})
    with serving(answers(Reply(201))) as server, driving_by(unrepeatable, server, tmp_path) as drive:
        for _ in range(2):
            drive.run.judge(case)
        bodies = [call.body for call in server.calls]
        assert len(set(bodies)) == len(bodies) >= 2


def test_a_failure_may_be_repeated(unrepeatable: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(500))) as server, driving_by(unrepeatable, server, tmp_path) as drive:
        drive.test(named("moov.422.missing/empty object"))
        assert len(server.calls) == 2
        [verdict] = drive.verdicts("moov.422.missing")
        assert verdict.broken == 2


def test_elsewhere_a_success_is_repeated_before_it_counts(contract: Contract, tmp_path: Path) -> None:
    with serving(answers(Reply(201))) as server, driving_by(contract, server, tmp_path) as drive:
        drive.test(named("moov.422.missing/empty object"))
        assert len(server.calls) == 2
