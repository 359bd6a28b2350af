"""Whatever a user gets wrong is told in one clear sentence, with exit code 4 and no traceback."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clausewise.contract import contracts_folder
from clausewise.errors import UsageError
from clausewise.mock.moov import environment
from clausewise.target import resolve
from tests.harness.builders import copied_contract
from tests.harness.driving import BASELINE, SUITE, Finished, moov, suite
from tests.harness.servers import Server, serving

pytestmark = pytest.mark.whole_run

USAGE_ERROR = 4
NOWHERE = "http://127.0.0.1:9"


def other_clauses(change: Callable[[str], str]) -> Callable[[Path], object]:
    """Makes a copy of Moov's contract with other clauses."""

    def prepare(directory: Path) -> None:
        clauses = copied_contract(directory / "contracts") / "clauses.yaml"
        clauses.write_text(change(clauses.read_text(encoding="utf-8")), encoding="utf-8")

    return prepare


def second_contract(directory: Path) -> None:
    """Two APIs where there is one."""
    copied_contract(directory / "contracts")
    shutil.copytree(contracts_folder() / "moov", directory / "contracts" / "other")


@dataclass(frozen=True)
class Mistake:
    """What a user gives, and the words that tell what is wrong with it."""

    arguments: tuple[str, ...]
    words: tuple[str, ...]
    without: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], object] = lambda directory: None
    bare: bool = False


OF_TWO = ("--contracts", "contracts", "--report-dir", "out", "--base-url", NOWHERE)
COPY = ("--contracts", "contracts")

MISTAKES = {
    "unknown API": Mistake((str(SUITE), "--api", "nope"), ("no API called 'nope'", "moov"), bare=True),
    "no such contracts": Mistake(("--contracts", "nowhere"), ("no API called 'moov'", "nowhere")),
    "no token": Mistake(
        ("--base-url", NOWHERE), ("MOOV_TOKEN is not set", "this target needs it"), without=("MOOV_TOKEN",)
    ),
    "no scheme": Mistake(("--base-url", "127.0.0.1:9"), ("base URL", "http://")),
    "a password": Mistake(("--base-url", "http://user:canary-password@127.0.0.1:9"), ("base URL", "credentials")),
    "malformed in the environment": Mistake((), ("base URL",), environment={"MOOV_BASE_URL": "ftp://127.0.0.1"}),
    "base URL for no API": Mistake(OF_TWO, ("--base-url", "one --api"), prepare=second_contract, bare=True),
    "clauses that are no YAML": Mistake(
        COPY, ("clauses.yaml, line 2", "not YAML"), prepare=other_clauses(lambda text: "document:\n\t- [")
    ),
    "a clause without a level": Mistake(
        COPY,
        ("clauses.yaml", "moov.operation.address", "level"),
        prepare=other_clauses(lambda text: text.replace("    level: must\n", "", 1)),
    ),
    "an unknown check": Mistake(
        (str(SUITE), *COPY),
        ("no check called 'guess-body'", "moov.201.body"),
        prepare=other_clauses(lambda text: text.replace("check: observe-body", "check: guess-body")),
    ),
    "arguments that do not fit": Mistake(
        COPY,
        ("clauses.yaml", "moov.201.body", "observe-body"),
        prepare=other_clauses(lambda text: text.replace("with: {status: 201}", "with: {statuses: 201}")),
    ),
    "a file for a directory": Mistake(
        ("--mock",), ("report directory", "out", "--report-dir"), prepare=lambda d: (d / "out").touch()
    ),
    "nonsense for a level": Mistake(("--fail-on", "nonsense"), ("--fail-on", "must", "should")),
    "a seed that is no number": Mistake(("--hypothesis-seed", "random"), ("--hypothesis-seed", "no number")),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Finished]]]:
    """All these runs, two at a time."""
    with serving() as server, ThreadPoolExecutor(2) as pool:
        yield {
            name: pool.submit(run_with, mistake, server, tmp_path_factory.mktemp("mistake"))
            for name, mistake in MISTAKES.items()
        }


def run_with(mistake: Mistake, server: Server, directory: Path) -> Finished:
    """The run of a user who makes this mistake."""
    mistake.prepare(directory)
    tests = () if str(SUITE) in mistake.arguments else (BASELINE,)
    variables = server.without("MOOV_BASE_URL", *mistake.without) | mistake.environment
    return suite(directory, *tests, *mistake.arguments, environment=variables, reports=not mistake.bare)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_one_sentence(finished: dict[str, Future[Finished]], name: str) -> None:
    run = finished[name].result()
    assert run.code == USAGE_ERROR
    assert [told for told in ("Traceback", "INTERNALERROR", "test summary", "canary") if told in run.output] == []
    told = [line for line in run.output.splitlines() if "error: " in line.lower() and "usage: " not in line]
    assert len(told) == 1
    assert [word for word in MISTAKES[name].words if word not in told[0]] == []
    assert not (run.directory / "reports").exists()
    assert not (run.reports / "run.jsonl").exists()


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MOOV_ACCOUNT_ID": ""}, "MOOV_ACCOUNT_ID is not set"),
        ({"MOOV_PRINCIPAL_ACCOUNT_ID": " , ,"}, "MOOV_PRINCIPAL_ACCOUNT_ID is not set"),
        ({"MOOV_TOKEN": "short"}, "MOOV_TOKEN is shorter than"),
    ],
    ids=["no account", "no principal in the list", "short token"],
)
def test_a_variable_that_cannot_be_used_is_named(variables: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words) as raised:
        resolve(moov(), NOWHERE, environment(NOWHERE) | variables)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "http:///path",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        f"{NOWHERE}/?a=b",
        f"{NOWHERE}#top",
        "http://a b",
        "//host",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_one_sentence(address: str) -> None:
    with pytest.raises(UsageError, match="the base URL") as raised:
        resolve(moov(), address, environment(NOWHERE))
    assert "\n" not in str(raised.value)
