"""Writes drift as Markdown, fit for a comment on a pull request."""

from collections.abc import Iterator, Sequence

from clausewise.drift.data import ApiDrift, Change, Drift
from clausewise.drift.words import (
    ANSWERS,
    HEADINGS,
    answer_in_words,
    change_in_words,
    drift_in_words,
    is_quiet,
    run_in_words,
)
from clausewise.report.markdown import code, joined, prose
from clausewise.report.text import harmless

_MOST_LISTED = 20


def markdown(drift: Drift) -> str:
    """The drift as a page of its own."""
    return joined(_parts(harmless(drift)))


def _parts(drift: Drift) -> Iterator[str]:
    yield "# What changed between two runs"
    yield f"**{prose(drift_in_words(drift))}**"
    for notice in drift.notices:
        yield f"> {prose(notice)}"
    for api in drift.apis:
        yield from _api(api)


def _api(api: ApiDrift) -> Iterator[str]:
    yield f"## {prose(api.title)}"
    yield f"{prose(run_in_words(api.after))}, held against {prose(run_in_words(api.before))}"
    for sentence in api.differences:
        yield f"> {prose(sentence)}"
    for kind, heading in HEADINGS.items():
        if changes := api.having(kind):
            yield f"### {heading}"
            yield _list([_change(change) for change in changes])
    if api.answers:
        yield f"### {ANSWERS}"
        yield _list([prose(answer_in_words(answer)) for answer in api.answers])
    if is_quiet(api):
        yield "No drift."


def _change(change: Change) -> str:
    clause = change.clause
    return f"{code(clause.id)}, {clause.level}: {prose(clause.says)} {prose(change_in_words(change))}".rstrip()


def _list(entries: Sequence[str]) -> str:
    listed = [f"- {entry}" for entry in entries[:_MOST_LISTED]]
    if others := entries[_MOST_LISTED:]:
        listed.append(f"- and {len(others):,} more")
    return "\n".join(listed)
