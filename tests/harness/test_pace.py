"""How fast requests go out, and how long a 429 is waited out: as its headers say, else ever longer."""

import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.contract import Rate
from clausewise.errors import UsageError
from clausewise.exchanges.conversation import Conversation
from clausewise.exchanges.pace import LONGEST_PATIENCE, LONGEST_WAIT, MOST_ATTEMPTS, Pace, wait_for
from clausewise.exchanges.terms import Terms
from clausewise.mock import APIS
from clausewise.profiles import profile
from clausewise.pytest_plugin.options import rate_of
from clausewise.record import Header, RunRecord
from clausewise.settings import Settings
from clausewise.target import resolve
from tests.harness.builders import PROPERTY, response
from tests.harness.driving import contract_of, good, read_lines
from tests.harness.servers import serving

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


# How fast requests go out


class Clock:
    """Time that passes only while something waits, and what was waited for."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.waits: list[tuple[float, str]] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float, reason: str) -> None:
        """Waits."""
        self.waits.append((seconds, reason))
        self.now += seconds

    def pace(self, rate: Rate | None = None) -> Pace:
        """A pace by this clock."""
        return Pace(rate, self.wait, self)


@PROPERTY
@given(
    st.integers(1, 12),
    st.sampled_from([0.02, 0.5, 1.0, 60.0]),
    st.lists(st.floats(0, 2) | st.just(0.0), min_size=1, max_size=60),
)
def test_the_rate_is_exceeded_in_no_window(requests: int, seconds: float, durations: list[float]) -> None:
    clock, rate = Clock(), Rate(requests, seconds)
    pace, moments = clock.pace(rate), []
    for duration in durations:
        pace.take_turn()
        moments.append(clock.now)
        clock.now += duration  # until the answer comes

    for first, next_window in zip(moments, moments[requests:], strict=False):
        assert next_window - first >= seconds - 1e-6
    assert all(0 < waited <= seconds + 0.01 for waited, _ in clock.waits)
    assert {reason for _, reason in clock.waits} <= {f"no more than {requests} requests in {seconds:g} s"}


def test_a_rate_wastes_no_time() -> None:
    clock = Clock()
    pace = clock.pace(Rate(10, 1))
    started = clock.now
    for _ in range(100):
        pace.take_turn()

    assert clock.now - started == pytest.approx(9, rel=0.02)
    assert clock.waits[0][0] == pytest.approx(1, rel=0.02)


def test_without_a_rate_nothing_waits() -> None:
    clock = Clock()
    pace = clock.pace()
    for _ in range(100):
        pace.take_turn()

    assert clock.waits == []


def test_the_last_request_before_a_reset_is_followed_by_a_wait() -> None:
    clock = Clock()
    pace = clock.pace()
    pace.note(response(201, b"", ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "7")))
    clock.now += 2
    pace.take_turn()
    pace.take_turn()

    [(seconds, reason)] = clock.waits
    assert seconds == pytest.approx(5)
    assert reason == "RateLimit-Remaining: 0, RateLimit-Reset: 7"


@pytest.mark.parametrize(
    "headers",
    [
        [("RateLimit-Remaining", "1"), ("RateLimit-Reset", "7")],
        [("RateLimit-Remaining", "0")],
        [("RateLimit-Remaining", "0"), ("RateLimit-Reset", "soon")],
        [("RateLimit-Reset", "7")],
        [],
    ],
)
def test_as_long_as_requests_are_left_nothing_waits(headers: list[tuple[str, str]]) -> None:
    clock = Clock()
    pace = clock.pace()
    pace.note(response(201, b"", *headers))
    pace.take_turn()

    assert clock.waits == []


def test_a_reset_that_is_over_is_no_wait() -> None:
    clock = Clock()
    pace = clock.pace()
    pace.note(response(201, b"", ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "7")))
    clock.now += 8
    pace.take_turn()

    assert clock.waits == []


def test_no_wait_is_longer_than_the_longest() -> None:
    clock = Clock()
    pace = clock.pace()
    longest, longer = f"{LONGEST_WAIT:g}", f"{LONGEST_WAIT + 1:g}"

    assert pace.wait_out(response(429, b"", ("Retry-After", longest)), 1)
    assert not pace.wait_out(response(429, b"", ("Retry-After", longer)), 1)
    pace.note(response(201, b"", ("RateLimit-Remaining", "0"), ("RateLimit-Reset", longer)))
    pace.take_turn()
    assert [seconds for seconds, _ in clock.waits] == [LONGEST_WAIT]


def test_all_waits_that_a_target_asks_for_are_bounded_together() -> None:
    """Those after an answer 429, and those before a reset."""
    clock = Clock()
    pace = clock.pace()
    refusal = response(429, b"", ("Retry-After", "50"))
    last_one = response(201, b"", ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "50"))
    granted = []
    for _ in range(20):
        granted.append(pace.wait_out(refusal, 1))
        pace.note(last_one)
        pace.take_turn()

    assert sum(seconds for seconds, _ in clock.waits) == LONGEST_PATIENCE
    assert granted == [True] * 6 + [False] * 14


def test_the_last_attempt_is_not_waited_for() -> None:
    clock = Clock()

    assert not clock.pace().wait_out(response(429), MOST_ATTEMPTS)
    assert clock.waits == []


# What applies to a target


@pytest.mark.parametrize(
    ("of", "rate"), [("moov", Rate(10, 1)), ("persona", Rate(300, 60)), ("mx", None)], ids=["moov", "persona", "mx"]
)
@pytest.mark.parametrize(
    ("address", "asked", "applies"),
    [
        ("https://api.example.com", None, "the contract's"),
        ("https://api.example.com", Rate(1, 2), "asked"),
        ("http://127.0.0.1:9000", None, "none"),
        ("http://localhost:9000", Rate(1, 2), "asked"),
    ],
    ids=["elsewhere", "elsewhere, asked", "here", "here, asked"],
)
def test_the_rate_of_the_contract_is_for_other_machines(
    tmp_path: Path, of: str, rate: Rate | None, address: str, asked: Rate | None, applies: str
) -> None:
    contract = contract_of(of)
    target = resolve(contract, address, APIS[of].environment(address))
    settings = Settings({}, tmp_path, profile("quick", 0), terms=Terms(rate=asked, budget=7))

    assert settings.terms_for(contract, target) == Terms(
        rate={"the contract's": rate, "asked": asked, "none": None}[applies], budget=7
    )


def test_a_run_keeps_to_its_rate_and_says_so_in_its_record(tmp_path: Path) -> None:
    contract, rate = contract_of("moov"), Rate(3, 0.05)
    header = Header(1, "2026-11-21T00:00:00+00:00", "0", "3", "any", {}, "quick", 0, "should", ())
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    with serving() as server, RunRecord(tmp_path, header) as record:
        target = resolve(contract, server.base_url, server.environment)
        conversation = Conversation(contract, target, record, Terms(rate=rate), sleep=sleep)
        for _ in range(8):
            assert len(list(conversation.exchanges(good()))) == 1
        conversation.close()
        waits = [line for line in read_lines(record.path) if line["kind"] == "wait"]

    assert slept != []
    assert [wait["seconds"] for wait in waits] == slept
    assert {(wait["api"], wait["reason"]) for wait in waits} == {("moov", "no more than 3 requests in 0.05 s")}


@pytest.mark.parametrize("text", ["10", "10/h", "0/s", "-1/s", "ten/s", "1.5/s", "10 /s", "٣/s", ""])
def test_a_rate_of_another_form_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="write 10/s or 300/min"):
        rate_of(text)


def test_a_rate_is_so_many_a_second_or_a_minute() -> None:
    assert rate_of("10/s") == Rate(10, 1)
    assert rate_of("300/min") == Rate(300, 60)
    assert rate_of(None) is None
