"""How many generated requests a run affords: the profiles quick, full and nightly."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import HealthCheck, settings

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
    settings: settings


def register() -> None:
    """Makes the profiles known to Hypothesis by name."""
    for name, examples in _EXAMPLES.items():
        settings.register_profile(
            f"clausewise-{name}",
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
        settings=settings.get_profile(f"clausewise-{name}"),
    )
