"""The command line: what the user can mend is told in one line, and the mock ends as it is told to."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clausewise import __version__, cli
from clausewise.cases import baseline_case, compose
from clausewise.contract import Contract, available, load
from clausewise.exchanges.client import Client
from clausewise.mock import APIS
from clausewise.redact import Redactor
from clausewise.target import resolve
from clausewise.variants.catalogue import variants

COMMAND = [sys.executable, "-c", "from clausewise.cli import main; main()"]


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command that runs in this process."""
    monkeypatch.setattr(sys, "argv", ["clausewise", *arguments])
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@contextmanager
def mock(
    *apis: str, port: int = 0, defect: str | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """The running mocks of these APIs, and the variables that they print."""
    command = [*COMMAND, "mock", *apis, "--port", str(port), *(["--defect", defect] if defect else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603  this Python
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            for api in apis or APIS:
                ready = process.stderr.readline().decode()
                assert ready.startswith(f"# {api} is served at http://127.0.0.1:")
            printed = os.read(process.stdout.fileno(), 65536).decode()
            yield process, exported(printed)
        finally:
            process.kill()


def exported(lines: str) -> dict[str, str]:
    """The variables of lines that a shell can read."""
    words = [shlex.split(line) for line in lines.splitlines()]
    assert {(line[0], len(line)) for line in words} == {("export", 2)}
    return {name: value for name, _, value in (line[1].partition("=") for line in words)}


def port_of(environment: dict[str, str], api: str = "moov") -> int:
    return int(environment[f"{api.upper()}_BASE_URL"].rpartition(":")[2])


def answered(contract: Contract, environment: dict[str, str]) -> int:
    """The status with which a mock answers the known-good request."""
    target = resolve(contract, environment["MOOV_BASE_URL"], environment)
    client = Client(target.base_url, Redactor({}))
    response = client.send(client.prepare(compose(contract, baseline_case(contract), target)))
    client.close()
    return response.status


# What is told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing command."),
        (["serve"], "No such command 'serve'."),
        (["--no-such-option"], "No such option '--no-such-option'."),
        (["mock", "moov", "--prot", "9000"], "No such option '--prot'."),
        (["mock", "moov", "--port", "nine"], "'nine' is not a valid integer"),
        (["mock", "moov", "--port", "65536"], "65536 is not in the range"),
        (["mock", "--defect", "unchanged"], "--defect goes with exactly one API"),
        (["mock", "moov", "mx", "--defect", "unchanged"], "--defect goes with exactly one API"),
        (["mock", "moov", "--defect", "says-so"], "the mock of moov has no variant 'says-so'"),
        (["mock", "nix", "--list-defects"], "There is no mock of 'nix'"),
        (["audit", "--tests", "no/such/folder"], "Directory 'no/such/folder' does not exist."),
        (["audit", "--contracts", "no/such/folder"], "Directory 'no/such/folder' does not exist."),
        (["audit", "--documents", "no/such/folder"], "Directory 'no/such/folder' does not exist."),
    ],
)
def test_a_wrong_command_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert ended(monkeypatch, *arguments) == 4

    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("error: ")
    assert says in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["mock", "--help"], ["audit", "-h"]])
def test_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert ended(monkeypatch, *arguments) == 0

    output, errors = capsys.readouterr()
    assert output.startswith("Usage: ")
    assert errors == ""


def test_the_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(monkeypatch, "--version") == 0
    assert __version__ in capsys.readouterr().out


# The mock


def test_an_unknown_api_is_told_with_those_that_have_a_mock() -> None:
    done = subprocess.run([*COMMAND, "mock", "mov"], capture_output=True, text=True, check=False)  # noqa: S603  this Python

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("error: ")
    assert "'mov'" in done.stderr
    assert "moov" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_there_cannot_be_is_told() -> None:
    command = [*COMMAND, "mock", "moov", "mx", "--port", "65535"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  this Python

    assert done.returncode == 4
    assert "error: The mock cannot listen on 127.0.0.1, port 65536" in done.stderr


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "mock", "moov", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  this Python

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("error: ")
    assert port in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_mock_is_reached_by_what_it_prints_and_ends_when_told(contract: Contract, number: signal.Signals) -> None:
    with mock("moov") as (process, environment):
        status = answered(contract, environment)
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)

    assert status == 201
    assert set(environment) == {"MOOV_BASE_URL", *contract.variables}
    assert (process.returncode, errors) == (0, b"")
    socket.create_server(("127.0.0.1", port_of(environment))).close()


def test_the_mock_listens_at_the_port_that_it_is_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with mock("moov", port=port) as (_, environment):
        assert port_of(environment) == port


def test_all_mocks_are_served_where_none_is_named() -> None:
    with mock() as (_, environment):
        for api in available():
            socket.create_connection(("127.0.0.1", port_of(environment, api))).close()
            wanted = {name for name, variable in load(api).variables.items() if variable.required}
            assert wanted < environment.keys()


def test_several_mocks_listen_at_ports_in_a_row() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with mock("mx", "persona", port=port) as (_, environment):
        assert [port_of(environment, "mx"), port_of(environment, "persona")] == [port, port + 1]
        assert not [name for name in environment if name.startswith("MOOV_")]


# Defects


def test_a_mock_with_a_defect(contract: Contract) -> None:
    with mock("moov", defect="201-status-202") as (_, environment):
        assert answered(contract, environment) == 202


def test_the_defects_are_listed_with_the_clauses_that_they_break(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "mock", "mx", "moov", "--list-defects") == 0

    lines = capsys.readouterr().out.splitlines()
    pairs = dict(zip(lines[::2], lines[1::2], strict=True))
    assert pairs["moov 201-status-202: In answers 201, the status is 202."] == "    breaks moov.201.status"
    assert pairs["moov unchanged: The mock as it is."] == "    permitted"
    assert len(pairs) == sum(len(variants(api)) for api in ("mx", "moov"))
