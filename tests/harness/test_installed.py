"""Under tox the tests exercise the wheel as installed, with everything it carries, and not the checkout."""

import os
from importlib.metadata import distribution
from pathlib import Path

import pytest

import clausewise

CHECKOUT = Path(__file__).parents[2]
INSTALLED = Path(clausewise.__file__).parent

pytestmark = pytest.mark.skipif("TOX_ENV_DIR" not in os.environ, reason="only tox installs the wheel")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its relative path; caches and hidden files aside."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder), path) for path in paths)
    return {
        name.as_posix(): path.read_bytes()
        for name, path in named
        if not any(part.startswith((".", "__pycache__")) for part in name.parts)
    }


def test_the_imported_package_is_the_installed_one() -> None:
    assert INSTALLED.is_relative_to(os.environ["TOX_ENV_DIR"])


@pytest.mark.parametrize(
    "name",
    [
        "contracts/moov/clauses.yaml",
        "contracts/moov/openapi.yaml",
        "contracts/moov/target.yaml",
        "py.typed",
        "record/record.schema.json",
    ],
)
def test_the_distribution_lists_its_data(name: str) -> None:
    listed = {str(path) for path in distribution("clausewise").files or ()}
    assert f"clausewise/{name}" in listed


def test_the_wheel_carries_the_package_and_the_contracts_whole() -> None:
    package = contents(CHECKOUT / "clausewise")
    contracts = {f"contracts/{name}": data for name, data in contents(CHECKOUT / "contracts").items()}
    expected = package | contracts
    installed = contents(INSTALLED)
    assert sorted(installed) == sorted(expected)
    assert [name for name in expected if installed[name] != expected[name]] == []


def test_the_command_is_declared() -> None:
    scripts = distribution("clausewise").entry_points.select(group="console_scripts")
    assert {script.name: script.value for script in scripts} == {"clausewise": "clausewise.cli:main"}
