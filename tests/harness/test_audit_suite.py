"""The audit of a suite: which clauses its tests cite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clausewise.audit import Citations, suite_complaints
from clausewise.contract import Contract
from tests.harness.builders import clause, with_clauses

AUDIT = "from clausewise.cli import main; main()"
LOADER = 'pytest_plugins = ["clausewise.pytest_plugin"]\n'
# A suite in one file; what stands for {cited} and {more} makes it sound or not.
SUITE = """
from pathlib import Path

import pytest

from clausewise.contract import load

CLAUSES = [clause.id for clause in load("moov", Path({contracts!r})).clauses if not clause.excluded]


@pytest.mark.clause(*{cited})
@pytest.mark.parametrize("number", [1, 2])
def test_many(number):
    raise AssertionError("an audit runs no test")

{more}
"""


@pytest.fixture
def small(contract: Contract) -> Contract:
    """A contract with two clauses to test and one that is excluded."""
    return with_clauses(contract, clause("status", "moov.one"), clause("status", "moov.two"), clause(None, "moov.none"))


def complaints(contract: Contract, **by_test: tuple[str, ...]) -> list[str]:
    return suite_complaints([contract], Citations(by_test))


def test_a_suite_that_cites_every_clause(small: Contract) -> None:
    assert complaints(small, test_a=("moov.one",), test_b=("moov.two", "moov.one")) == []
    assert complaints(small, test_a=("moov.one", "moov.two", "moov.none")) == []


def test_a_test_that_cites_nothing(small: Contract) -> None:
    assert complaints(small, test_a=("moov.one", "moov.two"), test_b=()) == ["test_b: the test cites no clause"]


def test_a_test_that_cites_an_unknown_clause(small: Contract) -> None:
    assert complaints(small, test_a=("moov.one", "moov.two", "moov.tow")) == [
        "test_a: the test cites moov.tow, which is no clause"
    ]


def test_a_clause_that_nobody_cites(small: Contract) -> None:
    assert complaints(small, test_a=("moov.one",)) == [
        f"{small.folder / 'clauses.yaml'}, clause moov.two: no test cites it"
    ]


def test_clauses_of_several_contracts_are_known(small: Contract) -> None:
    other = with_clauses(small, clause("status", "other.one"))
    cited = {"test_a": ("moov.one", "moov.two"), "test_b": ("other.one",)}

    assert suite_complaints([small, other], Citations(cited)) == []


def audited(folder: Path, *options: str, cited: str = "CLAUSES", more: str = "") -> tuple[int, str, str]:
    """Exit code, output and errors of an audit of the suite in ``folder``."""
    tests, contracts = folder / "suite", folder / "contracts"
    tests.mkdir(exist_ok=True)
    (tests / "conftest.py").write_text(LOADER, encoding="utf-8")
    suite = SUITE.format(contracts=str(contracts), cited=cited, more=more)
    (tests / "test_suite.py").write_text(suite, encoding="utf-8")
    command = [sys.executable, "-c", AUDIT, "audit", "--tests", str(tests), "--contracts", str(contracts), *options]
    quick = {**os.environ, "PYTEST_ADDOPTS": "-p no:schemathesis"}  # which is slow to import and not needed here
    done = subprocess.run(command, cwd=folder, env=quick, capture_output=True, text=True, check=False)  # noqa: S603  this Python
    return done.returncode, done.stdout, done.stderr


def test_the_command_tells_a_sound_suite(contracts: Path) -> None:
    assert audited(contracts.parent) == (0, "the contracts are sound; no documents were held against them\n", "")


def test_the_command_tells_all_that_is_wrong(contracts: Path) -> None:
    (contracts.parent / "documents").mkdir()
    uncited = "def test_nothing():\n    pass\n\n\n@pytest.mark.clause('moov.no.such')\ndef test_wrong():\n    pass\n"

    code, output, errors = audited(
        contracts.parent,
        "--documents",
        "documents",
        cited="[c for c in CLAUSES if c != 'moov.404.status']",
        more=uncited,
    )

    assert (code, errors) == (1, "")
    told = output.splitlines()
    assert len(told) == 4
    assert told[0].endswith("test_suite.py::test_nothing: the test cites no clause")
    assert told[1].endswith("test_suite.py::test_wrong: the test cites moov.no.such, which is no clause")
    assert told[2] == f"{contracts / 'moov' / 'clauses.yaml'}, clause moov.404.status: no test cites it"
    assert told[3].startswith("moov: the document ")
    assert told[3].endswith(" is not in documents")


def test_a_contract_that_cannot_be_read_is_a_complaint(contracts: Path) -> None:
    (contracts / "moov" / "target.yaml").unlink()

    code, output, errors = audited(contracts.parent)

    assert (code, errors) == (1, "")
    assert output == f"{contracts / 'moov' / 'target.yaml'}: the file is missing\n"


def test_a_suite_that_cannot_be_collected_is_an_error(contracts: Path) -> None:
    code, output, errors = audited(contracts.parent, more="import no_such_module")

    assert (code, output) == (4, "")
    assert errors.startswith("error: pytest cannot collect ")
    assert "no_such_module" in errors
