"""Makes what is generated for a run of the profile full, and sends none of it: a process of its own, for an API."""

from __future__ import annotations

import sys

from clausewise import profiles
from clausewise.cases import Case
from clausewise.cases.generated import boundary_cases, random_cases
from clausewise.contract import load


def main(api: str) -> None:
    """The boundary values, and for every operation the random requests."""
    profiles.register()
    contract, profile = load(api), profiles.profile("full", None)
    boundary_cases(contract)
    for operation in contract.operations:
        for mode in ("positive", "negative"):

            @profile.given(random_cases(contract, operation, mode))
            def make(case: Case) -> None:
                """Nothing is done with it."""

            make()


if __name__ == "__main__":
    main(sys.argv[1])
