"""Persona, "Create a Connection", section Headers: Idempotency-Key (lines 98 to 99)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from clausewise.cases import Case, baseline_case
from clausewise.cause import Cause, Code
from clausewise.errors import TargetError, Unsendable, Untested
from clausewise.exchange import Exchange
from clausewise.profiles import Profile
from clausewise.run import Run

FEW = 4  # keys: so few that most of them come again
STEPS = 6


REPLAYED = pytest.mark.clause("persona.idempotency.same", "persona.idempotency.replay", "persona.idempotency.status")


@dataclass(frozen=True)
class Creation:
    """A creation that succeeded, and what it was asked for with."""

    parameters: dict[str, Any]
    exchange: Exchange


@pytest.fixture(scope="session")
def earliest(api: Run) -> Callable[[], Creation]:
    """The first creation with a key; it is sent once."""
    return cache(lambda: _created(api))


@REPLAYED
def test_a_key_gives_the_same_connection_every_time(api: Run, earliest: Callable[[], Creation]) -> None:
    for _ in range(2):
        _comes_again(api, earliest())
    api.raise_broken()


@REPLAYED
def test_a_key_outlasts_other_requests(api: Run) -> None:
    creation = _created(api)
    api.judge(baseline_case(api.contract, "no destination", body={"data": {}}))
    for casing in (None, None, "camel"):
        api.judge(_creation(api, key=api.unique(), casing=casing))
    _comes_again(api, creation)
    api.raise_broken()


@REPLAYED
@pytest.mark.clause("persona.options.together")
def test_a_key_beside_all_other_options(api: Run) -> None:
    fields = {"fields[connect/connection]": "created-at"}
    _comes_again(api, _created(api, casing="camel", version="2023-01-05", query=fields))
    api.raise_broken()


@pytest.mark.clause("persona.idempotency.same", "persona.idempotency.other", "persona.errors.listed")
def test_a_long_key_counts_to_its_end(api: Run) -> None:
    key = f"{api.unique()}-{'k' * 80}"
    creation = _created(api, key=key, tag="key/long")
    _comes_again(api, creation, tag="key/long")
    other = api.send(_creation(api, **{**creation.parameters, "key": f"{key[:-1]}l"}))
    api.relate("persona.idempotency.other", creation.exchange, other)
    api.raise_broken()


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param(kind, marks=pytest.mark.clause(f"persona.key.{kind}"))
        for kind in ("missing", "unrecognised", "forbidden")
    ],
)
def test_a_saved_answer_is_not_for_strangers(api: Run, earliest: Callable[[], Creation], stranger: str) -> None:
    api.expect(_creation(api, **earliest().parameters, credentials=stranger))


@pytest.mark.clause("persona.idempotency.other")
@pytest.mark.parametrize(
    ("first", "second"),
    [("key", "KEY"), ("key", None), (None, "key")],
    ids=["in-capitals", "then-no-key", "first-no-key"],
)
def test_another_key_makes_another_connection(api: Run, first: str | None, second: str | None) -> None:
    fresh = api.unique()
    destination = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    one, other = (f"{fresh}-{name}" if name else None for name in (first, second))
    api.compare(
        "persona.idempotency.other",
        _creation(api, key=one, destination=destination),
        _creation(api, key=other, destination=destination),
    )


@pytest.mark.clause("persona.idempotency.other-parameters")
def test_a_key_that_comes_again_with_another_body(api: Run) -> None:
    key = api.unique()
    one, other = (api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID") for _ in range(2))
    if one == other:
        raise Untested(_too_few_destinations())
    api.send(_creation(api, key=key, destination=one))
    api.expect(_creation(api, key=key, destination=other, tag="idempotency/other-parameters"))


@pytest.mark.clause("persona.idempotency.same", "persona.idempotency.other")
def test_keys_in_any_order(api: Run, profile: Profile) -> None:
    """Any sequence of creations with and without keys: a key stands for one connection, everything else for its own."""
    lost: list[TargetError] = []  # as soon as the target is, nothing more is sent

    class Creations(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.run_name = api.unique()
            self.destinations: dict[int, str] = {}
            self.first: dict[int, Exchange] = {}
            self.latest: Exchange | None = None

        @rule(number=st.integers(1, FEW))
        def create_with_key(self, number: int) -> None:
            if number not in self.destinations:
                self.destinations[number] = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
            key, destination = f"{self.run_name}-{number}", self.destinations[number]
            if number in self.first:
                again = self.sent(_creation(api, key=key, destination=destination, tag="idempotency/replay"))
                if again is not None:
                    api.relate("persona.idempotency.same", self.first[number], again)
                return
            exchange = self.sent(_creation(api, key=key, destination=destination))
            if exchange is not None and exchange.response and exchange.response.status < 300:
                self.is_new(exchange)
                self.first[number] = exchange

        @rule()
        def create_without_key(self) -> None:
            exchange = self.sent(_creation(api, key=None))
            if exchange is not None:
                self.is_new(exchange)

        def sent(self, case: Case) -> Exchange | None:
            try:
                return None if lost else api.judge(case)[0]
            except TargetError as error:
                lost.append(error)
            except (Untested, Unsendable):
                pass  # it says nothing; other requests may
            return None

        def is_new(self, exchange: Exchange) -> None:
            if self.latest is not None:
                api.relate("persona.idempotency.other", self.latest, exchange)
            self.latest = exchange

    profile.run_state_machine(Creations, steps=STEPS, divisor=4)
    if lost:
        raise lost[0]
    api.raise_broken()
    for clause in ("persona.idempotency.same", "persona.idempotency.other"):
        api.conclude(clause)


@REPLAYED
def test_a_key_is_still_known_after_all_this(api: Run, earliest: Callable[[], Creation]) -> None:
    _comes_again(api, earliest())
    api.raise_broken()


def _created(api: Run, **options: Any) -> Creation:
    """Has a connection created with a key; raises ``Untested`` if there is none to speak of then."""
    parameters = {"key": api.unique(), "destination": api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID"), **options}
    exchange = api.send(_creation(api, **parameters))
    if exchange.response is None or exchange.response.status >= 300:
        raise Untested(_too_few_destinations())
    return Creation(parameters, exchange)


def _too_few_destinations() -> Cause:
    name = "PERSONA_DESTINATION_ORGANIZATION_ID"
    text = f"this needs another connection, and {name} names too few destinations: configure more"
    return Cause(Code.SPENT, text, variables=(name,))


def _comes_again(api: Run, creation: Creation, tag: str = "idempotency/replay") -> None:
    """Sends the same request again, and has the answers compared."""
    again, _ = api.judge(_creation(api, **{**creation.parameters, "tag": tag}))
    api.relate("persona.idempotency.same", creation.exchange, again)
    api.relate("persona.idempotency.replay", creation.exchange, again)


def _creation(
    api: Run,
    *,
    key: str | None,
    destination: str | None = None,
    casing: str | None = None,
    version: str | None = None,
    **changes: Any,
) -> Case:
    destination = destination or api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    return baseline_case(
        api.contract,
        "creation with a key" if key else "creation without a key",
        headers={"Idempotency-Key": key, "Key-Inflection": casing, "Persona-Version": version},
        body={"data": {"attributes": {"destination-organization-id": destination}}},
        **changes,
    )
