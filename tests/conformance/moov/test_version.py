"""Moov, "Share account connection", section Headers: X-Moov-Version (lines 243 to 258)."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from clausewise.cases import baseline_case
from clausewise.cause import Cause, Code
from clausewise.errors import Untested
from clausewise.exchange import Exchange
from clausewise.profiles import Profile
from clausewise.run import Run
from clausewise.run.exploration import Exploration

CHANGES: dict[str, dict[str, Any]] = {  # what makes a case of the baseline
    "good request": {},
    "missing field": {"body": {}},
    "unknown scope": {"body": {"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID", "allowScopes": ["unicorns.read"]}},
    "invalid syntax": {"text": "{"},
    "unknown account": {"path": {"accountID": "00000000-0000-4000-8000-00000000c1a5"}},
    "no credentials": {"credentials": "missing"},
}

QUARTERS = ("01", "04", "07", "10")
A_FEW = 4  # only this part of a profile's examples: what is wanted of these answers is little


def versions(form: str, months: Sequence[str] = QUARTERS, years: int = 9999, numbers: int = 99) -> SearchStrategy[str]:
    """Versions of that form; not by a regular expression, for which Hypothesis would go through all of Unicode."""
    return st.builds(form.format, st.integers(0, years), st.sampled_from(months), st.integers(0, numbers))


# vYYYY.QQ.BB, where QQ is the first month of a quarter (lines 251 to 255)
WELL_FORMED = versions("v{:04}.{}.{:02}")
# one step away from it: another month, too few or too many digits, another letter or another separator
MALFORMED = st.one_of(
    versions("v{:04}.{}.{:02}", months=("00", "02", "03", "05", "06", "08", "09", "11", "12", "13", "99")),
    versions("v{:03}.{}.{:02}", years=999),
    versions("v{:04}.{}.{}", numbers=9),
    versions("v{:04}.{}.{:02}", months=("1", "4", "7")),
    *(versions(letter + "{:04}.{}.{:02}") for letter in "Vwx"),
    *(versions("v{:04}" + one + "{}" + other + "{:02}") for one in "-_/" for other in "-_/"),
)


@pytest.mark.clause("moov.version.default")
@pytest.mark.parametrize("kind", CHANGES)
def test_no_version_means_the_default(api: Run, kind: str) -> None:
    api.compare(
        "moov.version.default",
        baseline_case(api.contract, f"{kind}, v2024.01.00", **CHANGES[kind]),
        baseline_case(api.contract, f"{kind}, no version", **CHANGES[kind], headers={"X-Moov-Version": None}),
    )


@pytest.mark.clause("moov.version.default")
def test_no_version_means_the_default_after_another_version(api: Run) -> None:
    initial, _ = api.judge(baseline_case(api.contract, "v2024.01.00"))
    api.judge(baseline_case(api.contract, "latest", headers={"X-Moov-Version": "latest"}))
    afterwards, _ = api.judge(baseline_case(api.contract, "no version", headers={"X-Moov-Version": None}))
    api.raise_broken()
    if not (_succeeds(initial) and _succeeds(afterwards)):  # what is no success may be a passing trouble
        raise Untested(Cause(Code.NOT_COMPARABLE, "one of the two requests did not succeed"))
    api.relate("moov.version.default", initial, afterwards)
    api.conclude("moov.version.default")


@pytest.mark.clause("moov.version.spelling")
@pytest.mark.parametrize(  # the default version would not show that a header is not read
    ("kind", "version"), [("good request", "latest"), ("missing field", "v2024.02.00")]
)
def test_both_spellings_are_one_header(api: Run, kind: str, version: str) -> None:
    capital = {"X-Moov-Version": version}
    small = {"X-Moov-Version": None, "x-moov-version": version}
    api.compare(
        "moov.version.spelling",
        baseline_case(api.contract, f"{kind}, X-Moov-Version {version}", **CHANGES[kind], headers=capital),
        baseline_case(api.contract, f"{kind}, x-moov-version {version}", **CHANGES[kind], headers=small),
    )


@pytest.mark.clause("moov.version.well-formed", "moov.responses.listed")
def test_any_quarter_gets_a_listed_answer(api: Run, profile: Profile) -> None:
    explore = Exploration(api)

    @profile.given(WELL_FORMED, divisor=A_FEW)
    def is_answered(version: str) -> None:
        explore(baseline_case(api.contract, f"version {version}", headers={"X-Moov-Version": version}))

    explore.through(is_answered)


@pytest.mark.clause("moov.version.malformed", "moov.responses.listed")
def test_a_near_miss_gets_a_listed_answer(api: Run, profile: Profile) -> None:
    explore = Exploration(api)

    @profile.given(MALFORMED, divisor=A_FEW)
    def is_answered(version: str) -> None:
        explore(baseline_case(api.contract, f"version {version}", headers={"X-Moov-Version": version}))

    explore.through(is_answered)


def _succeeds(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status < 300
