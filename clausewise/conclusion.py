"""Why a run fails beside its broken clauses: too little was tested, or the known failures are not right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from clausewise.known import KnownFailure
from clausewise.record import Complaint, Settled, count, coverage
from clausewise.settings import Settings
from clausewise.wording import phrase

SettledApis = Mapping[str, Iterable[Settled]]
"""The settled clauses of each API."""


def complaints(
    settings: Settings, settled: SettledApis, succeeded: Collection[str], sent: Mapping[str, Collection[str]]
) -> list[Complaint]:
    """Return what turns a run red beside its broken clauses.

    ``succeeded`` are the APIs that answered any request with success; ``sent`` are, by API, the ids of the cases that
    were sent.
    """
    today = datetime.now(UTC).date()
    found: list[Complaint] = []
    for api, clauses in settled.items():
        decided = list(clauses)
        if settings.is_explicit:
            found += _undecided(api, decided)
        else:
            found += _too_little(api, decided, settings.min_tested, has_success=api in succeeded)
        found += _outdated(api, decided, settings.known.get(api, {}), sent.get(api, ()), today)
    return found


def fails(settings: Settings, settled: SettledApis) -> bool:
    """Whether any clause is broken that the run was to fail on, or could not be judged."""
    failing = {level.value for level in settings.failing}
    return any(
        one.outcome == "error" or (one.outcome == "broken" and one.clause.level in failing)
        for clauses in settled.values()
        for one in clauses
    )


def _undecided(api: str, settled: Iterable[Settled]) -> Iterator[Complaint]:
    """A clause that somebody selected and that stays untested: a look-back test without its evidence, say."""
    for one in settled:
        if one.outcome == "untested" and any(verdict.test for verdict in one.verdicts):
            yield Complaint(
                phrase("selected-undecided", clause=one.clause.id, reason=one.reasons[0].text if one.reasons else ""),
                api,
                "undecided",
                one.clause.id,
            )


def _too_little(api: str, settled: Collection[Settled], least: int, *, has_success: bool) -> Iterator[Complaint]:
    counts, share = count(settled), coverage(settled)
    if not counts["kept"] and not counts["broken"] and not counts["known"]:
        yield Complaint(phrase("nothing-tested", api=api), api, "nothing-tested")
    elif not has_success and not counts["error"]:
        yield Complaint(phrase("no-success", api=api), api, "no-success")
    elif share.percent < least:
        reason = Counter(one.reasons[0].text for one in share.undecided if one.reasons).most_common(1)
        yield Complaint(
            phrase(
                "too-few",
                api=api,
                decided=share.decided,
                planned=share.planned,
                percent=share.percent,
                least=least,
                reason=reason[0][0] if reason else phrase("no-test"),
            ),
            api,
            "too-few",
        )


def _outdated(
    api: str, settled: Iterable[Settled], known: Mapping[str, KnownFailure], sent: Collection[str], today: date
) -> Iterator[Complaint]:
    """Entries among the known failures that turn the run red: kept again, or expired.

    An entry that names cases is not outdated by a run that left them out.
    """
    outcomes = {one.clause.id: one.outcome for one in settled}
    for clause, entry in known.items():
        if outcomes.get(clause) == "kept" and set(entry.cases) <= set(sent):
            yield Complaint(phrase("known-kept", clause=clause), api, "outdated", clause)
        elif today > entry.expires:
            text = phrase("known-expired", clause=clause, expires=entry.expires, owner=entry.owner)
            yield Complaint(text, api, "outdated", clause)
