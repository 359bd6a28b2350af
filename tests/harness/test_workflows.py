"""The workflows: what they may do, what they run, and that each night every variable of every contract gets there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from clausewise.contract import Contract, available, load
from tests.harness.driving import PROJECT

WORKFLOWS = PROJECT / ".github" / "workflows"
NIGHTLY = WORKFLOWS / "nightly.yml"
FIRST_NIGHT = PROJECT / "docs" / "first-night.md"


def job() -> dict[str, Any]:
    """The one job of the night."""
    loaded = yaml.safe_load(NIGHTLY.read_text(encoding="utf-8"))
    assert loaded["permissions"] == {}
    [found] = loaded["jobs"].values()
    assert isinstance(found, dict)
    return found


def step(name: str) -> dict[str, Any]:
    [found] = [step for step in job()["steps"] if step.get("name") == name]
    assert isinstance(found, dict)
    return found


def wanted(contract: Contract) -> dict[str, bool]:
    """What a sandbox needs, and whether it is secret: answers on demand are for mocks."""
    variables = {name: variable.secret for name, variable in contract.variables.items() if name != contract.on_demand}
    return {contract.base_url_variable: False, **variables}


@pytest.mark.parametrize("file", sorted(WORKFLOWS.iterdir()), ids=lambda file: str(file.name))
def test_every_action_is_pinned_by_its_commit(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))

    assert used
    assert [one for one in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", one)] == []


def test_a_night_may_only_read_and_has_all_apis() -> None:
    assert job()["permissions"] == {"contents": "read"}
    assert job()["strategy"] == {"fail-fast": False, "matrix": {"api": list(available())}}


def test_secrets_are_in_the_run_alone() -> None:
    others = [one for one in job()["steps"] if one.get("name") != "Hold the sandbox to its clauses"]

    assert "secrets." not in str(others)
    assert "secrets." not in str({name: part for name, part in job().items() if name != "steps"})


@pytest.mark.parametrize("name", available())
def test_every_variable_reaches_the_run(name: str) -> None:
    given = step("Hold the sandbox to its clauses")["env"]
    # Half an hour is too short for what is stored; see docs/first-night.md.
    opened_at_night = {"MX_SESSION_TOKEN": "${{ env.MX_SESSION_TOKEN }}"}

    assert {variable: value for variable, value in given.items() if variable.startswith(f"{name.upper()}_")} == {
        variable: opened_at_night.get(variable, f"${{{{ {'secrets' if secret else 'vars'}.{variable} }}}}")
        for variable, secret in wanted(load(name)).items()
    }


@pytest.mark.parametrize("name", available())
def test_the_first_night_tells_how_to_get_every_variable(name: str) -> None:
    contract = load(name)
    rows = re.findall(rf"(?m)^\| `({name.upper()}_\w+)`( \(optional\))? \|", FIRST_NIGHT.read_text(encoding="utf-8"))
    optional = {variable.name for variable in contract.variables.values() if not variable.required}

    assert {variable for variable, _ in rows} == set(wanted(contract))
    assert {variable for variable, said in rows if said} == optional & set(wanted(contract))
