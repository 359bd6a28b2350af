"""The audit finds places that do not exist, and requests that miss the clause that asks to try them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausewise.audit import place_complaints
from clausewise.contract import available, contracts_folder, load
from tests.harness.builders import edited, entry

Edit = Callable[[Any], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of MX's contract."""
    shutil.copytree(contracts_folder() / "mx", tmp_path / "mx")
    return tmp_path


def target(content: Any) -> Any:
    return content["operations"]["createMember"]


@pytest.mark.parametrize("name", available())
def test_our_contracts_are_sound(name: str) -> None:
    assert place_complaints(load(name)) == []


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (lambda c: c["credentials"]["session"].pop("valid"), "the first credentials, session, "),
        (lambda c: target(c)["fixtures"].update({"body/membr/name": "UNIQUE"}), "there is no place body/membr/name"),
        (lambda c: target(c)["fixtures"].update({"body/member/name/*": "UNIQUE"}), "no place body/member/name/*"),
        (lambda c: target(c)["fixtures"].update({"path/memberID": "UNIQUE"}), "there is no place path/memberID"),
        (lambda c: target(c)["fixtures"].update({"header/X-Key": "UNIQUE"}), "there is no place header/X-Key"),
        (lambda c: target(c)["omitted"].append("/member/names"), "there is no place body/member/names"),
        (lambda c: target(c)["baseline"].update({"path": {"memberID": "1"}}), "there is no parameter memberID"),
    ],
)
def test_what_a_target_names_and_is_not_there(folder: Path, edit: Edit, complaint: str) -> None:
    with edited(folder / "mx" / "target.yaml") as content:
        edit(content)

    [told] = place_complaints(load("mx", folder))

    assert told.startswith(str(folder / "mx" / "target.yaml"))
    assert complaint in told


@pytest.mark.parametrize("at", ["/status", "/member/oauth", "/member/is_oauth/more", "/member/0"])
def test_a_place_of_which_the_schema_says_nothing(folder: Path, at: str) -> None:
    with edited(folder / "mx" / "clauses.yaml") as content:
        entry(content, "mx.oauth.flag")["with"]["at"] = at

    [told] = place_complaints(load("mx", folder))

    assert f"clause mx.oauth.flag: the schema oauth-member.schema.json says nothing of {at}" in told


@pytest.mark.parametrize("at", ["/member", "/member/oauth_window_uri", "/oauth_window_uri"])
def test_a_place_may_stand_in_one_of_several_schemas(folder: Path, at: str) -> None:
    with edited(folder / "mx" / "clauses.yaml") as content:
        entry(content, "mx.oauth.window")["with"]["at"] = at

    assert place_complaints(load("mx", folder)) == []


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ("mx.session.missing", {"credentials": "session"}),
        ("mx.session.expired-code", {"credentials": "missing"}),
        ("mx.session.accepted", {"credentials": "expired"}),
        ("mx.body.charset", {"headers": {"Content-Type": "text/plain"}}),
        ("mx.webhook.parameter", {"body": {"member": {}}}),
    ],
)
def test_a_request_that_is_not_about_its_clause(folder: Path, clause: str, change: dict[str, Any]) -> None:
    with edited(folder / "mx" / "clauses.yaml") as content:
        entry(content, clause)["try"] = [{"name": "a slip", **change}]

    [told] = place_complaints(load("mx", folder))

    assert f"clause {clause}: the request 'a slip' is not about it" in told
