"""The schema of Moov's versions against the document's words (lines 251 to 258), written down once more."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clausewise.contract import Contract
from tests.harness.builders import PROPERTY, spellings

FEWER = settings(PROPERTY, max_examples=50)
QUARTERS = ["01", "04", "07", "10"]
DIGITS = set(string.digits)


def is_version(text: str) -> bool:
    """Whether it is ``latest`` or vYYYY.QQ.BB, QQ being the first month of a quarter."""
    if text == "latest":
        return True
    year, *rest = text.split(".")
    if year[:1] != "v" or len(rest) != 2 or rest[0] not in QUARTERS:
        return False
    return len(year) == 5 and len(rest[1]) == 2 and set(year[1:] + rest[1]) <= DIGITS


def meets_the_schema(contract: Contract, value: object) -> bool:
    return not contract.schemas.violations(contract.schemas.named("api-version.schema.json"), value)


VERSIONS = st.just("latest") | st.builds(
    lambda year, quarter, build: f"v{year:04}.{quarter}.{build:02}",
    st.integers(0, 9999),
    st.sampled_from(QUARTERS),
    st.integers(0, 99),
)


@st.composite
def edited_versions(draw: st.DrawFn) -> str:
    """A version in which a stretch of up to two characters gives way to up to two others."""
    version = draw(VERSIONS)
    start = draw(st.integers(0, len(version)))
    end = draw(st.integers(start, min(start + 2, len(version))))
    return version[:start] + draw(st.text(st.sampled_from("0123456789v.latesVL-_ ٣²\x00"), max_size=2)) + version[end:]


@FEWER
@given(version=VERSIONS)
def test_every_version_meets_the_schema(contract: Contract, version: str) -> None:
    assert is_version(version)
    assert meets_the_schema(contract, version)


@PROPERTY
@given(text=edited_versions() | st.text() | spellings("latest"))
@example("v2024.13.00")
@example("v2024.04.00.00")
@example("latest.01.00")
@example("v2024.01.0٣")
@example("v²024.01.00")
def test_what_was_edited_meets_the_schema_if_it_is_a_version_still(contract: Contract, text: str) -> None:
    assert meets_the_schema(contract, text) is is_version(text)


def test_of_all_months_four_begin_a_quarter(contract: Contract) -> None:
    months = [f"{month:02}" for month in range(100)]

    assert [month for month in months if meets_the_schema(contract, f"v2024.{month}.00")] == QUARTERS


@pytest.mark.parametrize("value", [None, 2024, 2024.01, True, ["latest"], {"latest": "latest"}])
def test_what_is_no_text_is_no_version(contract: Contract, value: object) -> None:
    assert not meets_the_schema(contract, value)
