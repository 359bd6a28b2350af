"""How long a 429 is waited out: as its headers say, else ever longer."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.exchanges.pace import LONGEST_WAIT, MOST_ATTEMPTS, wait_for
from tests.harness.builders import PROPERTY, response

NOW = datetime(2026, 11, 21, 20, 0, 0, tzinfo=UTC)
HEADERS = ("Retry-After", "X-Retry-In", "RateLimit-Reset")


def waited(*headers: tuple[str, str], attempt: int = 1) -> float:
    seconds, _ = wait_for(response(429, b"", *headers), attempt, NOW)
    return seconds


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        ("Retry-After", "3", 3.0),
        ("Retry-After", " 3 ", 3.0),
        ("Retry-After", "0", 0.0),
        ("Retry-After", "Sat, 21 Nov 2026 20:00:30 GMT", 30.0),
        ("Retry-After", "Sat, 21 Nov 2026 21:01:00 +0100", 60.0),
        ("X-Retry-In", "46.7ms", 0.0467),
        ("X-Retry-In", "2s", 2.0),
        ("X-Retry-In", " 2s ", 2.0),
        ("X-Retry-In", "1m30s", 90.0),
        ("X-Retry-In", "1h0m0.5s", 3600.5),
        ("X-Retry-In", "250us", 0.00025),
        ("X-Retry-In", "250µs", 0.00025),
        ("X-Retry-In", "100ns", 1e-7),
        ("RateLimit-Reset", "12", 12.0),
        ("ratelimit-reset", "12", 12.0),
        ("RETRY-AFTER", "3", 3.0),
    ],
)
def test_the_target_says_how_long(header: str, value: str, seconds: float) -> None:
    assert waited((header, value), attempt=4) == pytest.approx(seconds)


def test_a_moment_in_the_past_is_no_wait() -> None:
    assert waited(("Retry-After", "Sat, 21 Nov 2026 19:59:00 GMT"), attempt=4) == 0.0


def test_the_first_header_that_can_be_read_counts() -> None:
    reset = ("RateLimit-Reset", "9")
    retry_in = ("X-Retry-In", "5s")
    assert waited(reset, retry_in, ("Retry-After", "2")) == 2.0
    assert waited(reset, retry_in, ("Retry-After", "soon")) == 5.0
    assert waited(reset, ("X-Retry-In", "soon")) == 9.0


def test_the_reason_names_what_the_target_said() -> None:
    assert wait_for(response(429, b"", ("retry-after", "7")), 1) == (7.0, "429 with Retry-After: 7")
    assert wait_for(response(429), 1)[1] == "429 without a word on how long to wait"


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-5",
        "1e3",
        "nan",
        "inf",
        "5 seconds",
        "1,5",
        "5s!",
        "Sat, 21 Nov 2026",
        "Sat, 21 Nov 2026 20:00:30 -0000",
        "Sat, 21 Nov 2026 20:00:30 +99999999999999999999",
        "Sat, 99 Nov 2026 20:00:30 GMT",
    ],
)
def test_nonsense_falls_back_to_the_back_off(header: str, value: str) -> None:
    assert waited((header, value)) == waited()


def test_the_units_belong_to_durations_alone() -> None:
    assert waited(("Retry-After", "2s")) == waited()
    assert waited(("RateLimit-Reset", "2s")) == waited()
    assert waited(("X-Retry-In", "2")) == waited()


def test_the_back_off_doubles_up_to_a_bound() -> None:
    waits = [waited(attempt=attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]

    assert 0 < waits[0] <= 1
    assert all(later == 2 * earlier for earlier, later in pairwise(waits))
    assert waited(attempt=50) == LONGEST_WAIT


@PROPERTY
@given(
    st.sampled_from(HEADERS), st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]?\w+")
)
def test_no_header_ever_asks_for_less_than_nothing(header: str, value: str) -> None:
    assert waited((header, value)) >= 0.0
