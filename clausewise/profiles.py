"""How many generated requests a run affords: the profiles quick, full and nightly."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import hypothesis
from hypothesis import HealthCheck
from hypothesis.strategies import SearchStrategy

from clausewise.reproducible import reproducible_draws

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

Value = TypeVar("Value")

_EXAMPLES = {"quick": 2, "full": 10, "nightly": 200}
NAMES = tuple(_EXAMPLES)


@dataclass(frozen=True)
class Profile:
    """A named profile with the seed that all its random choices come from.

    ``spares`` tells that a request is sent only if it may show what none before it could, ``generates`` that some are
    derived from the OpenAPI description, and ``budget`` how many requests each API gets, where that is bounded.
    """

    name: str
    seed: int
    spares: bool
    generates: bool
    budget: int | None
    settings: hypothesis.settings

    def given(
        self, values: SearchStrategy[Value], *, divisor: int = 1
    ) -> Callable[[Callable[[Value], None]], Callable[[], None]]:
        """Decorate a test so that it runs with random values: the same ones for the same seed, wherever it runs.

        The number of values is that of the profile, divided by ``divisor``.
        """

        def decorate(test: Callable[[Value], None]) -> Callable[[], None]:
            generated = self._settings(divisor)(hypothesis.seed(self.seed)(hypothesis.given(values)(test)))

            def run() -> None:
                with reproducible_draws():
                    generated()

            return run

        return decorate

    def run_state_machine(self, machine: type[RuleBasedStateMachine], *, steps: int, divisor: int = 1) -> None:
        """Run the machine with random rules: the same ones for the same seed, wherever it runs.

        The number of runs is that of the profile's examples, divided by ``divisor``; ``steps`` is the length of each.
        """
        from hypothesis.stateful import run_state_machine_as_test

        settings = hypothesis.settings(self._settings(divisor), stateful_step_count=steps)
        with reproducible_draws():
            run_state_machine_as_test(hypothesis.seed(self.seed)(machine), settings=settings)

    def _settings(self, divisor: int) -> hypothesis.settings:
        return hypothesis.settings(self.settings, max_examples=max(1, self.settings.max_examples // divisor))


def register() -> None:
    """Makes the profiles known to Hypothesis by name."""
    for name, examples in _EXAMPLES.items():
        hypothesis.settings.register_profile(
            f"clausewise-{name}",
            hypothesis.settings.get_profile("default"),  # not the current one, which differs in CI
            max_examples=examples,
            deadline=None,  # a slow answer is no fault of the request
            database=None,  # a run depends on its seed alone
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )


def profile(name: str, seed: int | None) -> Profile:
    """The profile of that name. Without a seed, nightly draws one; the others always use the same."""
    if seed is None:
        seed = random.SystemRandom().getrandbits(32) if name == "nightly" else 0
    return Profile(
        name,
        seed,
        spares=name != "nightly",
        generates=name != "quick",
        budget=60 if name == "quick" else None,
        settings=hypothesis.settings.get_profile(f"clausewise-{name}"),
    )
