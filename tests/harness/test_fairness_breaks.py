"""What breaks once and not again is unstable, by name; what breaks always is broken, and can be seen to break."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausewise.cases import Case
from tests.harness.driving import NEEDS_CURL, SUITE, Finished, Line, by_hand, driving, good, named, suite
from tests.harness.servers import Call, Mock, Reply, Server, Trap, serving


def fails(reply: Reply, *, first: int, last: int) -> Trap:
    """Answers the calls of these numbers so, and is the mock before and after."""

    async def trap(call: Call, mock: Mock) -> Reply:
        return reply if first <= call.number <= last else await mock(call)

    return trap


BREAKS = {
    "failure": (Reply(500), good(), "moov.201.status"),
    "downstream": (Reply(504), named("moov.422.missing/empty object"), "moov.422.missing"),
    "undocumented": (Reply(503), named("moov.version.malformed/words"), "moov.responses.listed"),
    "wrong status": (Reply(200), good(), "moov.201.status"),
    "accepted": (Reply(201), named("moov.401.missing/no header"), "moov.401.missing"),
}


@pytest.mark.parametrize(("reply", "case", "clause"), BREAKS.values(), ids=list(BREAKS))
def test_what_breaks_once_is_unstable_and_no_break(tmp_path: Path, reply: Reply, case: Case, clause: str) -> None:
    with serving(fails(reply, first=1, last=1)) as server, driving(server, tmp_path) as drive:
        assert drive.test(case) is None
        assert drive.with_outcome("broken") == set()
        [told] = drive.unstable()[clause]
        assert case.id in told
        assert f"received {reply.status}" in told


@pytest.mark.parametrize(("reply", "case", "clause"), BREAKS.values(), ids=list(BREAKS))
def test_what_breaks_always_is_broken(tmp_path: Path, reply: Reply, case: Case, clause: str) -> None:
    with serving(fails(reply, first=1, last=10**6)) as server, driving(server, tmp_path) as drive:
        said = drive.test(case)
        assert said is not None
        assert f"{clause} is broken" in said
        assert drive.unstable() == {}
        assert len(server.calls) == 2
        [verdict] = drive.verdicts(clause)
        assert (verdict.outcome, verdict.broken) == ("broken", 2)


def test_what_breaks_once_is_told_even_if_it_was_kept_otherwise(tmp_path: Path) -> None:
    with serving(fails(Reply(500), first=2, last=2)) as server, driving(server, tmp_path) as drive:
        drive.test(good())
        drive.test(good())
        assert [verdict.outcome for verdict in drive.verdicts("moov.201.status")] == ["kept", "kept"]
        assert list(drive.unstable()) == ["moov.201.status"]


def test_an_answer_that_lacks_its_id_once_is_unstable(tmp_path: Path) -> None:
    async def forgets_once(call: Call, mock: Mock) -> Reply:
        reply = await mock(call)
        return reply.lacking("x-request-id") if call.number == 1 else reply

    with serving(forgets_once) as server, driving(server, tmp_path) as drive:
        drive.test(good())
        assert drive.conclude("moov.201.request-id") is None
        assert drive.with_outcome("broken") == set()
        assert list(drive.unstable()) == ["moov.201.request-id"]


def test_an_answer_that_always_lacks_its_id_is_broken(tmp_path: Path) -> None:
    async def forgets(call: Call, mock: Mock) -> Reply:
        return (await mock(call)).lacking("x-request-id")

    with serving(forgets) as server, driving(server, tmp_path) as drive:
        assert drive.test(good()) is None
        said = drive.conclude("moov.201.request-id")
        assert said is not None
        assert "received:      no x-request-id header" in said
        assert "x-request-id:  none came" in said


def test_an_id_that_comes_twice_is_broken_without_a_third_request(tmp_path: Path) -> None:
    async def has_one_id(call: Call, mock: Mock) -> Reply:
        return (await mock(call)).having(x_request_id="the-same")

    with serving(has_one_id) as server, driving(server, tmp_path) as drive:
        drive.test(good())
        drive.test(good())
        said = drive.conclude("moov.responses.request-id-unique")
        assert said is not None
        assert "the-same, as in moov-0001" in said
        assert len(server.calls) == 2


def test_two_answers_that_differ_once_are_unstable(tmp_path: Path) -> None:
    with serving(fails(Reply(403), first=2, last=2)) as server, driving(server, tmp_path) as drive:
        drive.run.start_test("default", ["moov.version.default"])
        drive.run.compare("moov.version.default", good(), good(headers={"X-Moov-Version": None}))
        drive.run.finish_test(None, error=False)
        assert [verdict.outcome for verdict in drive.verdicts("moov.version.default")] == ["kept"]
        assert "moov.version.default" in drive.unstable()


def test_a_connection_that_breaks_off_once_does_no_harm(tmp_path: Path) -> None:
    with (
        serving(fails(Reply(201).having(content_length="99"), first=1, last=1)) as server,
        driving(server, tmp_path) as drive,
    ):
        assert drive.test(good(), "moov.201.status") is None
        first, second = drive.lines("exchange")
        assert first["response"] is None
        assert "broke off" in first["failure"]
        assert (second["case"], second["response"]["status"]) == (first["case"], 201)
        assert len(server.calls) == 2
        assert drive.with_outcome("kept") == {"moov.201.status", "moov.sample.bearer"}
        assert drive.with_outcome("broken") == set()


# Counterexamples that Hypothesis found and made smaller


async def chokes_without_scopes(call: Call, mock: Mock) -> Reply:
    body = call.json()
    return Reply(500) if isinstance(body, dict) and "allowScopes" not in body else await mock(call)


def stumbles() -> Trap:
    """Fails on every third call that is not the repetition of a failed one."""
    failed = [0]

    async def trap(call: Call, mock: Mock) -> Reply:
        if call.number % 3 == 0 and call.number != failed[0] + 1:
            failed[0] = call.number
            return Reply(500)
        return await mock(call)

    return trap


Run = tuple[Server, Finished]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    """Random requests to a target that always breaks for some, and to one that breaks now and then."""

    def run(server: Server) -> Run:
        arguments = (str(SUITE / "test_generated.py"), "-k", "positive", "--base-url", server.base_url)
        many = ("--profile", "nightly", "--hypothesis-seed", "0", "--budget", "90")
        return server, suite(tmp_path_factory.mktemp("random"), *arguments, *many, environment=server.environment)

    with serving(chokes_without_scopes) as chokes, serving(stumbles()) as stumbling, ThreadPoolExecutor(2) as pool:
        yield dict(zip(["chokes", "stumbles"], pool.map(run, [chokes, stumbling]), strict=True))


@pytest.fixture
def found(runs: dict[str, Run]) -> Run:
    """The run against the target that always breaks for some."""
    return runs["chokes"]


def shown(run: Finished) -> list[tuple[Line, Line]]:
    """The verdicts that are broken, each with the exchange that it shows first."""
    exchanges = {line["id"]: line for line in run.lines("exchange")}
    broken = [line for line in run.lines("verdict") if line["outcome"] == "broken"]
    return [(verdict, exchanges[verdict["exchanges"][0]]) for verdict in broken]


@pytest.mark.whole_run
def test_what_breaks_for_some_random_requests_is_found(found: Run) -> None:
    server, run = found
    assert run.code == 1
    assert len(shown(run)) >= 1
    assert {exchange["response"]["status"] for _, exchange in shown(run)} == {500}
    assert 201 in {reply.status for reply in server.replies}
    assert "Traceback" not in run.output
    assert "Flaky" not in run.output


@pytest.mark.whole_run
def test_the_counterexample_is_the_smallest_and_was_sent_twice(found: Run) -> None:
    _, run = found
    exchanges = {line["id"]: line for line in run.lines("exchange")}
    for verdict, exchange in shown(run):
        sizes = [len(exchanges[name]["request"]["body"]) for name in verdict["exchanges"]]
        assert sizes == sorted(sizes)
        assert sizes[0] == len(exchange["request"]["body"])
        alike = [one for one in exchanges.values() if len(one["request"]["body"]) == sizes[0]]  # but for the principal
        assert len([one for one in alike if one["response"]["status"] == 500]) >= 2
        assert f"the smallest request is {exchange['id']}" in verdict["message"]


@NEEDS_CURL
@pytest.mark.whole_run
def test_the_counterexample_really_breaks_when_it_is_sent_by_hand(found: Run) -> None:
    server, run = found
    for _, exchange in shown(run):
        assert by_hand(exchange["curl"], server.environment).startswith(b"HTTP/1.1 500")
        assert server.calls[-1].body.decode() == exchange["request"]["body"]


@pytest.mark.whole_run
def test_a_target_that_stumbles_now_and_then_is_unstable_and_no_more(runs: dict[str, Run]) -> None:
    _, run = runs["stumbles"]
    assert {line["outcome"] for line in run.lines("verdict")} <= {"kept", "untested", "excluded", "observed"}
    assert run.code == 0
    assert "Unstable: moov." in run.output
    assert "Flaky" not in run.output
    assert "Traceback" not in run.output
    assert [line["clause"] for line in run.lines("verdict") if line["unstable"]] != []
