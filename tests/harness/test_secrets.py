"""Whatever a server hands back and however a run fails, no secret gets into what the run leaves behind."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote

import pytest

from clausewise.exchanges.limits import LARGEST_BODY
from tests.harness.canaries import CANARIES, artifacts, leaks, spellings, with_real
from tests.harness.driving import BASELINE, SUITE, Finished, suite
from tests.harness.servers import Call, Mock, Reply, serving

pytestmark = pytest.mark.whole_run

LOUD = ("--showlocals", "-rA", "--log-cli-level=DEBUG", "--tb=long")


def presented(call: Call) -> str:
    """The token or the decoded pair that a call presents."""
    scheme, _, value = (call.header("authorization") or "").partition(" ")
    raw = value.encode("latin-1")
    return (base64.b64decode(raw) if scheme == "Basic" else raw).decode()


async def tells_everything(call: Call, mock: Mock) -> Reply:
    """The mock for our canaries, which hands every credential back in every place that an answer has."""
    secret = presented(call)
    reply = await mock(replace(call, headers=tuple(with_real(pair) for pair in call.headers)))
    if not secret:
        return reply
    echo = spellings(secret)
    headers = {f"x-echo-{at}": text.encode().decode("latin-1") for at, text in enumerate(echo) if "\n" not in text}
    headers |= {f"x-{secret.encode().hex()}": "in the name", "x-request-id": f"{call.number}-{quote(secret, safe='')}"}
    told = reply.having(**headers, set_cookie=f"session={quote(secret, safe='')}").lacking("content-length")
    if call.header("x-moov-version") == "latest":
        return replace(told, status=302).having(location=f"/login?token={quote(secret, safe='')}")
    if call.header("x-moov-version") == "v2023.07.01":
        return replace(told, body=("".join(echo) * LARGEST_BODY).encode()[: LARGEST_BODY + 7])
    return replace(told.saying({"error": echo, secret: [{"in a key": True}]}), status=reply.status)


CRASH = """
from clausewise.exchanges import client

send = client.Client.send


def crash_while_sending(self, prepared):
    header = prepared.headers.get("authorization", "")
    scheme, _, secret = header.partition(" ")
    cut_where_long_values_are_cut = "." * 105 + secret + "." * 200
    if prepared.headers.get("x-moov-version") == "v2199.10.01":
        raise RuntimeError(f"cannot send {secret} of {header!r}")
    return send(self, prepared)


client.Client.send = crash_while_sending
"""

CRASH_IN_A_HOOK = """
from clausewise.run import Run


def crash_at_the_end(self, reason, *, error):
    target = self._conversation.target
    secrets = [value for values in target.values.values() for value in values]
    raise RuntimeError("cannot write this")


Run.finish_test = crash_at_the_end
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Finished]]:
    """Runs against a server that tells everything, as loud as pytest can be, and with crashes of the harness."""
    all_tests = (BASELINE, str(SUITE / "test_clauses.py"), str(SUITE / "test_answers.py"), str(SUITE / "moov"))
    arguments = {
        "loud": (*all_tests, *LOUD, "-vv", "-p", "crash"),
        "less loud": (*all_tests, *LOUD, "-p", "crash", "-k", "baseline or well-formed or 403"),
        "crash in a hook": (BASELINE, *LOUD, "-vv", "--full-trace", "-p", "crash_in_a_hook"),
    }

    def run(name: str) -> Finished:
        directory = tmp_path_factory.mktemp("secrets")
        (directory / "crash.py").write_text(CRASH, encoding="utf-8")
        (directory / "crash_in_a_hook.py").write_text(CRASH_IN_A_HOOK, encoding="utf-8")
        with serving(tells_everything) as server:
            environment = {**server.environment, **CANARIES}
            return suite(directory, *arguments[name], "--base-url", server.base_url, environment=environment)

    with ThreadPoolExecutor(2) as pool:
        yield dict(zip(arguments, pool.map(run, arguments), strict=True))


@pytest.mark.parametrize("secret", CANARIES.values(), ids=list(CANARIES))
def test_the_search_finds_every_spelling(secret: str) -> None:
    """Else the tests below would show nothing."""
    assert [spelling for spelling in spellings(secret) if not leaks(f"before {spelling} after")] == []
    assert leaks(f"cut {secret[3:14]}...") != set()


RUNS = ["loud", "less loud", "crash in a hook"]


@pytest.mark.parametrize("name", RUNS)
def test_nothing_that_a_run_leaves_behind_holds_a_secret(runs: dict[str, Finished], name: str) -> None:
    found = {artifact: sorted(leaks(text)) for artifact, text in artifacts(runs[name]).items()}
    assert {artifact: pieces for artifact, pieces in found.items() if pieces} == {}


def test_the_runs_were_what_they_should_be(runs: dict[str, Finished]) -> None:
    """Secrets came back, clauses were broken, the harness crashed, and all of that was reported."""
    run = runs["loud"]
    assert run.code == 1
    left = artifacts(run)
    assert {"out/run.jsonl", "out/index.html", "out/junit.xml", "out/summary.md"} <= set(left)
    assert len([name for name in left if name.startswith("out/allure-results/")]) > 20
    outcomes = {line["outcome"] for line in run.lines("verdict")}
    assert {"kept", "broken", "error"} <= outcomes
    told = [name for name in left if "[MOOV_TOKEN]" in left[name]]
    assert {"output", "out/run.jsonl", "out/index.html"} <= set(told)
    assert "cannot send" in left["output"]
    assert "cut" in {key for line in run.lines("exchange") if line["response"] for key in line["response"]}
    assert True in [line["response"]["cut"] for line in run.lines("exchange") if line["response"]]
    assert "cannot write" in runs["crash in a hook"].output


def test_the_variables_are_named_where_their_values_stood(runs: dict[str, Finished]) -> None:
    requests = [line["request"]["headers"] for line in runs["loud"].lines("exchange")]
    presented_as = {value for headers in requests for name, value in headers if name.lower() == "authorization"}
    assert {"Bearer [MOOV_TOKEN]", "Bearer [MOOV_FORBIDDEN_TOKEN]", "Bearer [MOOV_EXPIRED_TOKEN]"} <= presented_as
