"""Why a run fails beside its broken clauses: nothing was really tested, or the known failures are not right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from clausewise.known import KnownFailure, complaints
from clausewise.record import Settled, count

SettledApis = Mapping[str, Iterable[Settled]]
"""The settled clauses of each API."""


def nothing_tested(settled: SettledApis, succeeded: Collection[str]) -> list[str]:
    """A sentence for each API of which no binding clause was kept or broken, or which answered no request well."""
    said = []
    for api, clauses in settled.items():
        counts = count(clauses)
        if not counts["kept"] and not counts["broken"] and not counts["known"]:
            said.append(f"{api}: nothing was really tested")
        elif api not in succeeded and not counts["error"]:
            said.append(f"{api}: no request succeeded, so good requests were not really tested: give fresh fixtures")
    return said


def outdated(
    settled: SettledApis, known: Mapping[str, Mapping[str, KnownFailure]], sent: Mapping[str, Collection[str]]
) -> list[str]:
    """A sentence for each known failure that turns the run red: kept again, or expired.

    ``sent`` are, by API, the ids of the cases that were sent.
    """
    today = datetime.now(UTC).date()
    return [
        complaint
        for api, clauses in settled.items()
        for complaint in complaints(
            known.get(api, {}), {one.clause.id: one.outcome for one in clauses}, sent.get(api, ()), today
        )
    ]
