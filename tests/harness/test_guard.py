"""What a run may touch: this machine at once, a sandbox if somebody says that it is one, production only if meant."""

from pathlib import Path

import pytest

from clausewise.errors import UsageError
from clausewise.guard import Permission, assure_allowed, is_loopback
from clausewise.mock import APIS
from clausewise.target import resolve
from tests.harness.driving import BASELINE, contract_of, driving, good, suite
from tests.harness.servers import Call, Mock, Reply, Server, serving

NOTHING = Permission()
SANDBOX = Permission(sandbox=True)
PRODUCTION = Permission(production=True)
BOTH = Permission(sandbox=True, production=True)

HERE = ("localhost", "LOCALHOST", "api.localhost", "127.0.0.1", "127.9.9.9", "[::1]")
ELSEWHERE = (
    "api.example.com",
    "localhost.example.com",
    "127.0.0.1.example.com",
    "notlocalhost",
    "10.0.0.5",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104  nothing listens there
    "[fe80::1]",
    "[::ffff:192.0.2.1]",
)
PRODUCTION_KEY = "persona_production_canary-7c1e"
USAGE_ERROR = 4


def refusal(api: str, base_url: str, permission: Permission, **variables: str) -> str | None:
    """Why a run against that address may not start, if so."""
    contract = contract_of(api)
    target = resolve(contract, base_url, {**APIS[api].environment(base_url), **variables})
    try:
        assure_allowed(contract, target, permission)
    except UsageError as error:
        return str(error)
    return None


# Where a run happens


@pytest.mark.parametrize("host", HERE)
def test_this_machine_needs_no_permission(host: str) -> None:
    assert refusal("moov", f"http://{host}:9000/prefix", NOTHING) is None


@pytest.mark.parametrize("host", ELSEWHERE)
def test_anything_else_must_be_called_a_sandbox(host: str) -> None:
    said = str(refusal("moov", f"https://{host}", NOTHING))

    assert f"moov: https://{host} is not on this machine" in said
    assert "--sandbox" in said
    assert "CLAUSEWISE_SANDBOX=1" in said
    assert refusal("moov", f"https://{host}", SANDBOX) is None


@pytest.mark.parametrize("host", ["", ".", "localhost.", "127.1", "loopback"])
def test_a_host_that_is_not_surely_this_machine_is_another(host: str) -> None:
    assert not is_loopback(host)


# What looks like production


def test_the_contracts_know_the_hosts_of_production() -> None:
    """MX has a host for each environment (its page, Base URLs); Moov and Persona have one address for all."""
    assert {api: contract_of(api).production.hosts != () for api in APIS} == {
        "moov": False,
        "mx": True,
        "persona": False,
    }


@pytest.mark.parametrize("host", ["api.mx.com", "API.MX.COM", "api.mx.com.", "live.moneydesktop.com"])
def test_a_host_of_production_is_refused_even_as_a_sandbox(host: str) -> None:
    said = str(refusal("mx", f"https://{host}/users", SANDBOX))

    assert f"{host.lower()} is a host of production" in said
    assert "--allow-production" in said


@pytest.mark.parametrize("host", ["int-api.mx.com", "api.mx.com.example.com"])
def test_another_host_of_the_vendor_is_a_sandbox_like_others(host: str) -> None:
    assert refusal("mx", f"https://{host}", SANDBOX) is None


def test_to_mean_production_is_not_to_confirm_the_target() -> None:
    assert "--sandbox" in str(refusal("mx", "https://api.mx.com", PRODUCTION))
    assert refusal("mx", "https://api.mx.com", BOTH) is None


@pytest.mark.parametrize("variable", ["PERSONA_API_KEY", "PERSONA_FORBIDDEN_API_KEY"])
@pytest.mark.parametrize("permission", [NOTHING, SANDBOX], ids=["nothing", "sandbox"])
@pytest.mark.parametrize("host", ["127.0.0.1:9000", "api.example.com"])
def test_a_key_of_production_is_refused_anywhere(host: str, permission: Permission, variable: str) -> None:
    """On this machine, too: what listens there may hand on what it gets."""
    said = str(refusal("persona", f"http://{host}", permission, **{variable: PRODUCTION_KEY}))

    assert f"{variable} holds a value of production" in said
    assert "--allow-production" in said
    assert "canary" not in said


def test_a_key_of_production_is_taken_where_it_is_meant() -> None:
    assert refusal("persona", "http://127.0.0.1:9000", PRODUCTION, PERSONA_API_KEY=PRODUCTION_KEY) is None


def test_a_key_of_a_sandbox_is_taken() -> None:
    assert refusal("persona", "http://127.0.0.1:9000", NOTHING, PERSONA_API_KEY="persona_sandbox_canary") is None


# Nobody else is contacted


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(tmp_path: Path, status: int) -> None:
    with serving() as other:

        async def sends_elsewhere(call: Call, mock: Mock) -> Reply:
            return Reply(status).having(location=f"{other.base_url}{call.path}")

        with serving(sends_elsewhere) as server, driving(server, tmp_path) as drive:
            drive.test(good())
            assert {line["response"]["status"] for line in drive.lines("exchange")} == {status}
            assert len(server.calls) == len(drive.lines("exchange"))
    assert other.calls == []


def test_all_requests_of_a_run_go_to_the_configured_origin(tmp_path: Path) -> None:
    with serving() as server, driving(server, tmp_path, base_url=f"{server.base_url}/prefix") as drive:
        drive.test(good())
        drive.test(good(path={"accountID": "//evil.example/"}))
        drive.test(good(path={"accountID": "../../..//evil.example"}))
        urls = [line["request"]["url"] for line in drive.lines("exchange")]
    assert len(urls) >= 3
    assert [url for url in urls if not url.startswith(f"{server.base_url}/prefix/")] == []


# As a user meets it


def elsewhere(server: Server) -> str:
    """The server by an address that reaches this machine, and is none of the loopback's."""
    return server.base_url.replace("127.0.0.1", "0.0.0.0")  # noqa: S104


@pytest.mark.whole_run
def test_without_permission_the_run_does_not_start(tmp_path: Path) -> None:
    with serving() as server:
        run = suite(tmp_path, BASELINE, "--base-url", elsewhere(server), environment=server.environment)
    assert run.code == USAGE_ERROR
    assert f"moov: {elsewhere(server)} is not on this machine" in run.output
    assert "Traceback" not in run.output
    assert server.calls == []
    assert not (run.reports / "run.jsonl").exists()


@pytest.mark.whole_run
@pytest.mark.parametrize(
    ("option", "in_file", "code"),
    [
        (["--sandbox"], "", 0),
        ([], "CLAUSEWISE_SANDBOX=1\n", 0),
        ([], "CLAUSEWISE_SANDBOX=0\n", USAGE_ERROR),
    ],
    ids=["option", "file", "file says no"],
)
def test_permission_is_given_by_an_option_or_a_variable(
    tmp_path: Path, option: list[str], in_file: str, code: int
) -> None:
    (tmp_path / ".env").write_text(in_file, encoding="utf-8")
    with serving() as server:
        run = suite(tmp_path, BASELINE, *option, "--base-url", elsewhere(server), environment=server.environment)
    assert run.code == code
    assert (len(server.calls) > 0) == (code == 0)
