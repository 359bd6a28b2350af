"""No verdict without a working baseline, and each way of not working is told in words of its own."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.errors import Unusable
from tests.harness.driving import SUITE, Drive, Finished, driving, good, suite
from tests.harness.servers import Call, Mock, Reply, Server, Trap, serving

HTML = Reply(200, body=b"<!doctype html><title>Welcome</title>").having(content_type="text/html; charset=utf-8")


def always(reply: Reply) -> Trap:
    """Answers every call alike."""

    async def trap(call: Call, mock: Mock) -> Reply:
        return reply.having(x_request_id=f"call-{call.number}")

    return trap


def why_unusable(drive: Drive) -> str:
    """The sentence that ends a run before it begins."""
    with pytest.raises(Unusable) as raised:
        drive.run.require_baseline()
    return str(raised.value)


CREDENTIALS = ["refuses the credentials", "Authorization: Bearer $MOOV_TOKEN"]
CONTRACT = ["contract is broken", "fixtures"]
NOT_THE_API = ["HTML page", "not the API", "POST /accounts/{accountID}/connections"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        pytest.param(Reply(401), [*CREDENTIALS, "401"], id="401"),
        pytest.param(Reply(403), [*CREDENTIALS, "403"], id="403"),
        pytest.param(Reply(422).saying({"principalAccountID": "unknown"}), [*CONTRACT, "with 422"], id="422"),
        pytest.param(Reply(404), [*CONTRACT, "with 404"], id="404"),
        pytest.param(Reply(500), [*CONTRACT, "with 500"], id="500"),
        pytest.param(Reply(302).having(location="/login"), [*CONTRACT, "with 302"], id="302"),
        pytest.param(HTML, [*NOT_THE_API, "200"], id="200-HTML"),
        pytest.param(replace(HTML, status=401), [*NOT_THE_API, "401"], id="401-HTML"),
        pytest.param(replace(HTML, status=503), [*NOT_THE_API, "503"], id="503-HTML"),
        pytest.param(Reply(429).having(retry_after="3600"), ["no usable answer", "429"], id="429"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_to_mend_it(tmp_path: Path, reply: Reply, words: list[str]) -> None:
    with serving(always(reply)) as server, driving(server, tmp_path) as drive:
        said = why_unusable(drive)
        assert [word for word in [*words, server.base_url] if word not in said] == []
        assert "\n" not in said


def test_a_target_that_nobody_serves_is_named_with_the_options_that_name_it(tmp_path: Path) -> None:
    with socket.socket() as held:  # bound, but never listening
        held.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{held.getsockname()[1]}"
        with serving() as server, driving(server, tmp_path, base_url=nobody) as drive:
            said = why_unusable(drive)
    assert [word for word in (nobody, "no connection", "--base-url", "MOOV_BASE_URL") if word not in said] == []


def test_the_ways_of_not_working_have_different_messages(tmp_path: Path) -> None:
    told = {}
    for name, reply in {"401": Reply(401), "422": Reply(422), "HTML": HTML, "429": Reply(429)}.items():
        with serving(always(reply)) as server, driving(server, tmp_path / name) as drive:
            told[name] = why_unusable(drive).split(": ", 2)[1].replace(server.base_url, "")
    assert len(set(told.values())) == 4


def test_the_vendor_is_given_the_request_id_of_the_refusal(tmp_path: Path) -> None:
    with serving(always(Reply(403))) as server, driving(server, tmp_path) as drive:
        assert "x-request-id: call-1" in why_unusable(drive)


def test_an_unusable_target_is_asked_once_and_no_more(tmp_path: Path) -> None:
    with serving(always(Reply(401))) as server, driving(server, tmp_path) as drive:
        assert why_unusable(drive) == why_unusable(drive)
        assert len(server.calls) == 1


def test_a_conflict_at_the_start_is_no_reason_to_give_up(tmp_path: Path) -> None:
    """The connection may be left from an earlier run."""
    with serving(always(Reply(409).saying({"error": "exists"}))) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        assert drive.with_outcome("broken") == set()


def test_one_failure_at_the_start_is_no_reason_to_give_up(tmp_path: Path) -> None:
    async def starts_slowly(call: Call, mock: Mock) -> Reply:
        return Reply(500) if call.number == 1 else await mock(call)

    with serving(starts_slowly) as server, driving(server, tmp_path) as drive:
        drive.run.start_test("first", [])
        drive.run.require_baseline()
        drive.run.finish_test(None, error=False)
        assert "moov.201.status" in drive.unstable()
        assert drive.with_outcome("broken") == set()
        assert drive.test(good()) is None


def test_a_failure_that_cannot_be_sent_again_ends_in_a_sentence_too(tmp_path: Path) -> None:
    async def fails_then_refuses(call: Call, mock: Mock) -> Reply:
        return Reply(500) if call.number == 1 else Reply(429).having(retry_after="3600")

    with serving(fails_then_refuses) as server, driving(server, tmp_path) as drive:
        assert "no usable answer" in why_unusable(drive)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Finished, Server]]:
    """One single test of its own accord, against targets in which nothing works."""
    replies = {"401": Reply(401), "429": Reply(429).having(retry_after="3600"), "HTML": HTML}

    def run(name: str) -> tuple[Finished, Server]:
        one_test = (str(SUITE / "test_clauses.py"), "-k", "no-header")
        with serving(always(replies[name])) as server:
            arguments = (*one_test, "--base-url", server.base_url)
            return suite(tmp_path_factory.mktemp(name), *arguments, environment=server.environment), server

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(replies, pool.map(run, replies), strict=True))


@pytest.mark.parametrize("name", ["401", "429", "HTML"])
def test_a_run_in_which_nothing_succeeded_is_not_green(runs: dict[str, tuple[Finished, Server]], name: str) -> None:
    """The one test is about a request without credentials, for which 401 would even be right."""
    run, server = runs[name]
    assert run.code == 1
    assert "moov.401.missing was selected and not decided: " in run.output
    assert {line["outcome"] for line in run.lines("verdict")} == {"untested", "excluded"}
    assert len(server.calls) <= 2
    assert "Traceback" not in run.output


@pytest.mark.whole_run
def test_a_run_in_which_nothing_succeeds_is_never_green(tmp_path: Path) -> None:
    async def has_every_connection(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return Reply(409).saying({"error": "exists"}) if reply.succeeds else reply

    with serving(has_every_connection) as server:
        done = suite(tmp_path, str(SUITE), environment=server.environment)

    assert "moov.409.request-id" in done.with_outcome("kept")
    assert done.with_outcome("broken") == set()
    assert "moov: no request succeeded, so good requests were not really tested: give fresh fixtures" in done.output
    assert done.code == 1
