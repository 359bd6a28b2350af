"""Quick, full and nightly: how much is generated, and from which seed."""

import pytest

from clausewise.profiles import NAMES, profile, register


@pytest.fixture(autouse=True)
def registered() -> None:
    register()


def test_each_profile_generates_more_than_the_one_before() -> None:
    examples = [profile(name, None).settings.max_examples for name in ("quick", "full", "nightly")]

    assert NAMES == ("quick", "full", "nightly")
    assert examples == sorted(set(examples))


@pytest.mark.parametrize("name", NAMES)
def test_a_run_depends_on_its_seed_alone(name: str) -> None:
    chosen = profile(name, 7)

    assert (chosen.name, chosen.seed) == (name, 7)
    assert chosen.settings.database is None
    assert chosen.settings.deadline is None


@pytest.mark.parametrize("name", ["quick", "full"])
def test_without_a_seed_it_is_always_the_same(name: str) -> None:
    assert profile(name, None).seed == profile(name, None).seed == 0


def test_nightly_draws_a_seed_and_zero_is_one() -> None:
    assert len({profile("nightly", None).seed for _ in range(5)}) > 1
    assert profile("nightly", 0).seed == 0
