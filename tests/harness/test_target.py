"""The base URL and the variables: what is wrong is told in one sentence, and no secret is repeated in it."""

import base64
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.contract import Contract, Use, Variable
from clausewise.errors import Unsendable, UsageError
from clausewise.target import Target, checked_base_url, planned, resolve, secrets
from tests.harness.builders import ENVIRONMENT, PRINCIPALS, PROPERTY, URL

HOW = "give it as http(s)://host[:port][/prefix]"


def environment(**changes: str | None) -> dict[str, str]:
    """The variables with these changes; ``None`` leaves one out."""
    return {name: value for name, value in {**ENVIRONMENT, **changes}.items() if value is not None}


def variable(name: str, *, secret: bool = False, several: bool = False) -> Variable:
    return Variable(
        name, "for tests", required=False, secret=secret, list=Use.TURNS if several else None, looks_like=None
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9000",
        "https://api.example",
        "https://api.example/v1/sandbox",
        "http://[::1]:9000",
        "HTTP://API.EXAMPLE",
    ],
)
def test_a_good_base_url_is_kept(address: str) -> None:
    assert checked_base_url(address) == address
    assert checked_base_url(address + "/") == address


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "does not begin with http:// or https://"),
        (" ", "does not begin with http:// or https://"),
        ("api.example", "does not begin with http:// or https://"),
        ("localhost:9000", "does not begin with http:// or https://"),
        ("ftp://api.example", "does not begin with http:// or https://"),
        ("file:///etc/passwd", "does not begin with http:// or https://"),
        ("http://", "names no host"),
        ("http:///prefix", "names no host"),
        ("http://:9000", "names no host"),
        ("http://api example", "holds a space"),
        ("http://api.example/pre fix", "holds a space"),
        ("http://api.example\t", "holds a space"),
        ("http://api.example?key=1", "has a query or a fragment"),
        ("http://api.example/?", "has a query or a fragment"),
        ("http://api.example#top", "has a query or a fragment"),
        ("http://api.example/#", "has a query or a fragment"),
        ("http://api.example:nine", "is malformed"),
        ("http://api.example:99999", "is malformed"),
        ("http://[::1", "is malformed"),
    ],
)
def test_a_wrong_base_url_is_told(address: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_base_url(address)

    assert says in str(caught.value)
    assert str(caught.value).endswith(HOW)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://user:hunter2hunter2@api.example",
        "https://user:hunter2hunter2@api.example:nine",
        "https://hunter2hunter2@api.example",
        "ftp://user:hunter2hunter2@api.example",
        "user:hunter2hunter2@api.example",
        "https://user:hunter2hunter2/more@api.example",
        "https://user:hunter2hunter2#more@api.example",
        "https://user:hunter2hunter2",
    ],
)
def test_a_password_in_the_base_url_is_refused_and_not_repeated(contract: Contract, address: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(contract, address, {})

    assert "hunter2" not in str(caught.value)
    assert str(caught.value).startswith("moov: the base URL ")


@PROPERTY
@given(st.text() | st.text().map("http://{}".format) | st.text(alphabet="ab:/@?#[] ").map("https://{}".format))
def test_what_is_accepted_has_a_host_and_nothing_that_belongs_elsewhere(text: str) -> None:
    try:
        accepted = checked_base_url(text)
    except UsageError:
        return
    assert urlsplit(accepted).hostname
    assert not set(accepted) & set("@?# ")
    assert not accepted.endswith("/")


@pytest.mark.parametrize("name", ["MOOV_TOKEN", "MOOV_ACCOUNT_ID", "MOOV_PRINCIPAL_ACCOUNT_ID"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_required_variable_is_named_with_its_meaning(
    contract: Contract, name: str, value: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(contract, URL, environment(**{name: value}))

    assert name in str(caught.value)
    assert contract.variables[name].meaning in str(caught.value)
    assert ".env" in str(caught.value)


def test_a_list_without_an_element_is_missing(contract: Contract) -> None:
    with pytest.raises(UsageError, match="MOOV_PRINCIPAL_ACCOUNT_ID is not set"):
        resolve(contract, URL, environment(MOOV_PRINCIPAL_ACCOUNT_ID=" , "))


def test_an_optional_variable_may_be_missing(contract: Contract) -> None:
    target = resolve(contract, URL, environment(MOOV_EXPIRED_TOKEN=None))

    with pytest.raises(Unsendable, match="MOOV_EXPIRED_TOKEN is not set"):
        target.value("MOOV_EXPIRED_TOKEN")
    with pytest.raises(Unsendable, match="MOOV_EXPIRED_TOKEN is not set"):
        target.credentials(contract.credentials["expired"])


def test_a_secret_too_short_to_be_told_from_text_is_refused(contract: Contract) -> None:
    with pytest.raises(UsageError, match="MOOV_EXPIRED_TOKEN is shorter than 8 characters") as caught:
        resolve(contract, URL, environment(MOOV_EXPIRED_TOKEN="hunter2"))

    assert "hunter2" not in str(caught.value)
    assert resolve(contract, URL, environment(MOOV_EXPIRED_TOKEN="hunter22")).value("MOOV_EXPIRED_TOKEN") == "hunter22"


def test_an_empty_optional_variable_is_not_set(contract: Contract) -> None:
    assert "MOOV_EXPIRED_TOKEN" not in resolve(contract, URL, environment(MOOV_EXPIRED_TOKEN=" ")).values


def test_only_the_mock_of_this_package_is_embedded(contract: Contract) -> None:
    assert not resolve(contract, URL, ENVIRONMENT).embedded
    assert resolve(contract, URL, ENVIRONMENT, embedded=True).embedded


def test_other_variables_of_the_environment_are_left_alone(contract: Contract) -> None:
    assert set(resolve(contract, URL, {**ENVIRONMENT, "HOME": "/root"}).values) == set(ENVIRONMENT)


def test_values_lose_the_space_around_them(contract: Contract) -> None:
    spaced = environment(MOOV_TOKEN=" a-token-in-space\n", MOOV_PRINCIPAL_ACCOUNT_ID=" one , two,, three ")
    target = resolve(contract, URL, spaced)

    assert target.values["MOOV_TOKEN"] == ("a-token-in-space",)
    assert target.values["MOOV_PRINCIPAL_ACCOUNT_ID"] == ("one", "two", "three")


def test_a_comma_in_a_single_value_stays(contract: Contract) -> None:
    assert resolve(contract, URL, environment(MOOV_TOKEN="one,two,three")).value("MOOV_TOKEN") == "one,two,three"


def test_of_a_list_the_last_is_reserved_and_the_others_take_turns(target: Target) -> None:
    turns = [target.value("MOOV_PRINCIPAL_ACCOUNT_ID", turn) for turn in range(4)]

    assert turns == [PRINCIPALS[0], PRINCIPALS[1], PRINCIPALS[0], PRINCIPALS[1]]
    assert target.value("MOOV_PRINCIPAL_ACCOUNT_ID") == PRINCIPALS[0]
    assert target.value("MOOV_PRINCIPAL_ACCOUNT_ID", 1, reserved=True) == PRINCIPALS[2]
    assert target.is_reserved("MOOV_PRINCIPAL_ACCOUNT_ID", PRINCIPALS[2])
    assert not target.is_reserved("MOOV_PRINCIPAL_ACCOUNT_ID", PRINCIPALS[0])


def test_two_values_are_enough_to_reserve_one() -> None:
    target = Target(URL, {"TWO": ("first", "last")})

    assert [target.value("TWO", turn) for turn in range(3)] == ["first", "first", "first"]
    assert target.value("TWO", reserved=True) == "last"
    assert target.is_reserved("TWO", "last")


def test_a_single_value_serves_both_and_is_not_reserved() -> None:
    target = Target(URL, {"ONE": ("only",)})

    assert target.value("ONE", 3) == target.value("ONE", reserved=True) == "only"
    assert not target.is_reserved("ONE", "only")
    assert not target.is_reserved("NONE", "only")


def test_credentials_are_what_goes_into_their_header(contract: Contract, target: Target) -> None:
    pair = base64.b64encode(ENVIRONMENT["MOOV_BASIC_CREDENTIALS"].encode()).decode()

    assert target.credentials(contract.credentials["bearer"]) == f"Bearer {ENVIRONMENT['MOOV_TOKEN']}"
    assert target.credentials(contract.credentials["basic"]) == f"Basic {pair}"
    assert target.credentials(contract.credentials["no-token"]) == "Bearer"


def test_secrets_are_all_secret_values_and_the_halves_of_a_pair(contract: Contract, target: Target) -> None:
    assert set(secrets(contract, target).values()) == {
        "owner-token-for-tests",
        "forbidden-token-for-tests",
        "expired-token-for-tests",
        "owner-key-for-tests:owner-secret-for-tests",
        "owner-key-for-tests",
        "owner-secret-for-tests",
    }


def test_the_half_of_a_pair_is_secret_if_it_is_long_enough_and_may_hold_colons(contract: Contract) -> None:
    contract = replace(contract, variables={"PAIR": variable("PAIR", secret=True)})

    found = secrets(contract, Target(URL, {"PAIR": ("username:pass:wd",)}))
    short = secrets(contract, Target(URL, {"PAIR": ("root:pass:word",)}))

    assert set(found.values()) == {"username:pass:wd", "username"}
    assert set(short.values()) == {"root:pass:word", "pass:word"}


def test_every_secret_of_a_list_is_one(contract: Contract) -> None:
    contract = replace(contract, variables={"KEYS": variable("KEYS", secret=True, several=True)})

    found = secrets(contract, Target(URL, {"KEYS": ("first-secret", "second-secret")}))

    assert sorted(found.values()) == ["first-secret", "second-secret"]
    assert all("KEYS" in name for name in found)


def test_a_planned_target_lets_variables_stand_for_themselves(contract: Contract) -> None:
    target = planned(contract)

    assert target.value("MOOV_ACCOUNT_ID") == "$MOOV_ACCOUNT_ID"
    assert target.credentials(contract.credentials["bearer"]) == "Bearer $MOOV_TOKEN"
