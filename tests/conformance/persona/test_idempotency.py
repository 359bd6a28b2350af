"""Persona, "Create a Connection", section Headers: Idempotency-Key (lines 98 to 99)."""

from typing import Any

import pytest
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from clausewise.cases import Case, baseline_case
from clausewise.errors import TargetError, Unsendable, Untested
from clausewise.exchange import Exchange
from clausewise.profiles import Profile
from clausewise.run import Run

FEW = 4  # keys: so few that most of them come again
STEPS = 6


@pytest.mark.clause("persona.idempotency.same", "persona.idempotency.replay", "persona.idempotency.status")
@pytest.mark.parametrize("between", ["nothing", "another-key", "no-key"])
def test_the_same_key_gives_the_same_connection(api: Run, between: str) -> None:
    key, destination = api.unique(), api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    first, _ = api.judge(_creation(api, key=key, destination=destination))
    if first.response is None or first.response.status >= 300:
        raise Untested(
            "the first creation with the key did not succeed: configure more in PERSONA_DESTINATION_ORGANIZATION_ID"
        )
    if between != "nothing":
        api.judge(_creation(api, key=api.unique() if between == "another-key" else None))
    for _ in range(2):
        again, _ = api.judge(_creation(api, key=key, destination=destination, tag="idempotency/replay"))
        api.relate("persona.idempotency.same", first, again)
        api.relate("persona.idempotency.replay", first, again)
    api.raise_broken()


@pytest.mark.clause("persona.key.missing")
def test_a_saved_answer_is_not_for_strangers(api: Run) -> None:
    key, destination = api.unique(), api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    api.judge(_creation(api, key=key, destination=destination))
    api.expect(_creation(api, key=key, destination=destination, credentials="missing"))


@pytest.mark.clause("persona.idempotency.other")
@pytest.mark.parametrize(
    ("first", "second"),
    [("key", "another key"), ("key", None), (None, "key")],
    ids=["another-key", "then-no-key", "first-no-key"],
)
def test_another_key_makes_another_connection(api: Run, first: str | None, second: str | None) -> None:
    fresh = api.unique()
    destination = api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    one, other = (f"{name} {fresh}".replace(" ", "-") if name else None for name in (first, second))
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
        raise Untested("PERSONA_DESTINATION_ORGANIZATION_ID names too few destinations for another body")
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

    some = max(1, profile.settings.max_examples // 2)
    run_state_machine_as_test(
        seed(profile.seed)(Creations), settings=settings(profile.settings, max_examples=some, stateful_step_count=STEPS)
    )
    if lost:
        raise lost[0]
    api.raise_broken()
    for clause in ("persona.idempotency.same", "persona.idempotency.other"):
        api.conclude(clause)


def _creation(api: Run, *, key: str | None, destination: str | None = None, **changes: Any) -> Case:
    destination = destination or api.fixture("PERSONA_DESTINATION_ORGANIZATION_ID")
    return baseline_case(
        api.contract,
        "creation with a key" if key else "creation without a key",
        headers={"Idempotency-Key": key},
        body={"data": {"attributes": {"destination-organization-id": destination}}},
        **changes,
    )
