"""Which target each API gets: an address, or the embedded mock where nothing at all is configured."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from clausewise.errors import UsageError
from clausewise.guard import Permission
from clausewise.targets import Wanted, choose, environment_of
from tests.harness.builders import ENVIRONMENT
from tests.harness.driving import contract_of

URL = "http://127.0.0.1:9000"
FULL = {**ENVIRONMENT, "MOOV_BASE_URL": URL}


def chosen(
    folder: Path,
    environment: Mapping[str, str],
    *apis: str,
    base_url: str | None = None,
    mock: bool = False,
    sandbox: bool = False,
) -> dict[str, str | None]:
    """The address of each API; ``None`` for the embedded mock."""
    wanted = Wanted(environment, folder, base_url=base_url, mock=mock, permission=Permission(sandbox=sandbox))
    targets = choose([contract_of(api) for api in apis or ("moov",)], wanted)
    return {api: target.base_url if target else None for api, target in targets.items()}


def refusal(folder: Path, environment: Mapping[str, str], *apis: str, **options: bool | str) -> str:
    with pytest.raises(UsageError) as caught:
        chosen(folder, environment, *apis, **options)  # type: ignore[arg-type]  # options of several types
    return str(caught.value)


def test_without_any_variable_the_mock_is_used(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"HOME": "/root", "MX_BASE_URL": URL}) == {"moov": None}


def test_an_address_and_its_variables_are_used(tmp_path: Path) -> None:
    assert chosen(tmp_path, FULL) == {"moov": URL}


def test_the_address_of_the_command_line_comes_first(tmp_path: Path) -> None:
    assert chosen(tmp_path, FULL, base_url="http://127.0.0.1:1") == {"moov": "http://127.0.0.1:1"}


def test_the_mock_that_is_asked_for_is_used_whatever_is_set(tmp_path: Path) -> None:
    assert chosen(tmp_path, {**FULL, "MOOV_TOKEN": "x"}, "moov", "mx", mock=True) == {"moov": None, "mx": None}


@pytest.mark.parametrize("name", ["MOOV_TOKEN", "MOOV_ACCOUNT_ID", "MOOV_EXPIRED_TOKEN", "MOOV_PREFER_CODE"])
def test_any_variable_without_an_address_is_an_error(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path, {name: "a-value-of-some-length"})

    assert said.startswith(f"moov: MOOV_BASE_URL is not set, although {name} is: ")
    assert "--mock" in said
    assert "a-value" not in said


@pytest.mark.parametrize("name", ["MOOV_BASE_ULR", "moov_base_url", "Moov_Base_Url", "MOOV_BASEURL", "MOOV_BASE_URLS"])
def test_a_misspelt_address_is_named_with_what_was_meant(tmp_path: Path, name: str) -> None:
    assert f"{name} is (a misspelling of MOOV_BASE_URL?)" in refusal(tmp_path, {name: URL})


def test_a_misspelt_variable_is_named_with_the_nearest(tmp_path: Path) -> None:
    assert "MOOV_TOKN is (a misspelling of MOOV_TOKEN?)" in refusal(tmp_path, {"MOOV_TOKN": "x"})


@pytest.mark.parametrize("name", ["MOOV_URL", "MOOVE_BASE_LINK", "BASE_URL", "MOOV", "MY_MOOV_BASE_URL"])
def test_a_name_further_away_is_another_one(tmp_path: Path, name: str) -> None:
    assert chosen(tmp_path, {name: URL}) == {"moov": None}


def test_a_sandbox_without_an_address_is_an_error(tmp_path: Path) -> None:
    assert "MOOV_BASE_URL is not set, although the target is said to be a sandbox" in refusal(
        tmp_path, {}, sandbox=True
    )


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_address_on_the_command_line_is_an_error(tmp_path: Path, empty: str) -> None:
    assert "--base-url is empty" in refusal(tmp_path, FULL, base_url=empty)


def test_the_mock_and_an_address_exclude_each_other(tmp_path: Path) -> None:
    assert "--mock and --base-url exclude each other" in refusal(tmp_path, {}, base_url=URL, mock=True)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    environment = {
        "MOOV_BASE_URL": URL,
        "MOOV_TOKEN": "short",
        "MOOV_BASIC_CREDENTIALS": "no-colon-in-it",
        "MX_BASE_URL": "x",
    }

    said = refusal(tmp_path, environment, "moov", "mx")

    assert "MOOV_TOKEN is shorter than 8 characters" in said
    assert "MOOV_BASIC_CREDENTIALS has no colon" in said
    assert "MOOV_ACCOUNT_ID is not set" in said
    assert "MOOV_PRINCIPAL_ACCOUNT_ID is not set" in said
    assert "does not begin with http" in said
    assert "MX_SESSION_TOKEN is not set" in said


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a-token-of\nsome-length", "holds a line break"),
        ("Bearer a-token-of-some-length", "begins with 'Bearer'"),
        ("bearer a-token-of-some-length", "begins with 'Bearer'"),
    ],
)
def test_a_malformed_token_is_refused_and_not_repeated(tmp_path: Path, value: str, problem: str) -> None:
    said = refusal(tmp_path, {**FULL, "MOOV_TOKEN": value})

    assert problem in said
    assert "a-token-of" not in said


def test_a_file_in_a_folder_above_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"MOOV_BASE_URL={URL}\n", encoding="utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    assert f"{tmp_path / '.env'} sets variables of this API" in refusal(below, {})
    assert chosen(below, {}, "mx") == {"mx": None}
    assert chosen(below, {}, mock=True) == {"moov": None}


def test_what_is_empty_in_the_environment_may_stand_in_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"MOOV_BASE_URL={URL}\nMOOV_TOKEN=\n", encoding="utf-8")

    assert environment_of(tmp_path, {"MOOV_BASE_URL": " ", "HOME": "/root"}) == {"MOOV_BASE_URL": URL, "HOME": "/root"}
