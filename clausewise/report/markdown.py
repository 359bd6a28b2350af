"""Writes summary.md: the short report, fit for a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence

from clausewise.record import PRECEDENCE
from clausewise.report.creations import creations
from clausewise.report.text import cut
from clausewise.report.view import ClauseView, ReasonView, RunView
from clausewise.report.words import EMBEDDED, UNSETTLED, counted, coverage_in_words, unstable_in_words

_MOST_IN_FULL = 10
_MOST_LISTED = 20
_LONGEST_VALUE = 300
_LONGEST_COMMAND = 2_000
# GitHub takes comments of 65,536 characters at most.
_LONGEST_SUMMARY = 60_000


def summary(run: RunView) -> str:
    """The summary of the run."""
    return joined(_parts(run))


def joined(parts: Iterable[str]) -> str:
    """The paragraphs together, as many of them as a comment takes."""
    written: list[str] = []
    left = _LONGEST_SUMMARY
    for part in parts:
        left -= len(part) + 2
        if left < 0:
            written.append("The summary ends here; the whole report is longer.")
            break
        written.append(part)
    return "\n\n".join(written) + "\n"


def prose(text: str) -> str:
    """A sentence, in which nothing is markup, a link or a mention."""
    escaped = re.sub(r"[\\`*_\[\]<>|~&$]|:(?=//)|(?<=www)\.", r"\\\g<0>", cut(text, _LONGEST_VALUE), flags=re.I)
    # Mentions and numbers of issues are looked for after escapes are undone: a comment keeps them apart.
    return re.sub(r"@|#(?=\d)", r"\g<0><!-- -->", escaped)


def code(text: str) -> str:
    """A value, in which nothing is markup."""
    shown = cut(text, _LONGEST_VALUE)
    if not shown.strip():
        return "(empty)"
    fence = "`" * (_longest_run(shown) + 1)
    return f"{fence} {shown} {fence}" if len(fence) > 1 else f"`{shown}`"


def block(text: str) -> str:
    """A block of code that nothing in it can end."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}sh\n{text}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _parts(run: RunView) -> Iterator[str]:
    yield "# Conformance, clause by clause"
    for notice in run.notices:
        yield f"> {prose(notice)}"
    for api in run.apis:
        target = EMBEDDED if api.api.embedded else code(api.api.base_url)
        decided = prose(coverage_in_words(api.coverage))
        yield f"**{prose(api.api.title)}**, {target}: {prose(api.verdict)} Decided: {decided}."
    yield _table(run)
    if run.broken:
        yield "## Broken"
        for clause in run.broken[:_MOST_IN_FULL]:
            yield _in_full(clause)
        if others := run.broken[_MOST_IN_FULL:]:
            yield f"{counted(len(others), 'other broken clause')}: {_names(others)}"
    for outcome, heading in UNSETTLED.items():
        if reasons := run.reasons(outcome):
            yield f"## {heading}"
            yield "\n".join(f"- {_group(reason)}" for reason in reasons)
    if run.unstable:
        yield "## Unstable"
        yield "\n".join(_unstable(run.unstable))
    if left := list(creations(run)):
        yield "## Left behind"
        yield "\n".join(f"- {prose(made.api.title)}: {prose(made.says)}" for made in left)
    header = run.header
    yield prose(
        f"Started {header.started}, profile {header.profile}, seed {header.seed}, clausewise {header.clausewise}."
    )


def _table(run: RunView) -> str:
    outcomes = [name for name in (*PRECEDENCE, "unstable") if any(api.counts[name] for api in run.apis)]
    rows = [
        ["API", *outcomes],
        ["---", *("---:" for _ in outcomes)],
        *([prose(api.api.title), *(str(api.counts[name]) for name in outcomes)] for api in run.apis),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _in_full(clause: ClauseView) -> str:
    verdict = clause.deciding[0]
    shown = clause.evidence[0] if clause.evidence else None
    facts = {
        "Expected": verdict.expected,
        "Received": verdict.received,
        "Symptom": "; ".join(clause.symptoms) or None,
        "Request id": shown.request_id if shown else None,
    }
    parts = [
        f"### {code(clause.id)}, {clause.clause.level}",
        f"{prose(clause.clause.says)}\n({prose(clause.source)}: {clause.level}.)",
        "\n".join(
            (
                f"- {clause.broken:,} of {counted(clause.judged, 'exchange')} broke it",
                *(f"- {name}: {code(value)}" for name, value in facts.items() if value is not None),
                *([f"- Broken since {prose(clause.since)}"] if clause.since else []),
            )
        ),
    ]
    if shown and shown.curl:
        too_long = len(shown.curl) > _LONGEST_COMMAND
        parts.append("The curl line is too long for a summary." if too_long else block(shown.curl))
    return "\n\n".join(parts)


def _group(group: ReasonView) -> str:
    clauses = counted(len(group.clauses), "clause")
    return f"**{clauses}**: {prose(group.reason.text)}: {_names(group.clauses)}"


def _unstable(clauses: Sequence[ClauseView]) -> Iterator[str]:
    for clause in clauses[:_MOST_LISTED]:
        yield f"- {code(clause.id)}: {prose(unstable_in_words(clause.unstable))}"
    if others := clauses[_MOST_LISTED:]:
        yield f"- {counted(len(others), 'other clause')}"


def _names(clauses: Sequence[ClauseView]) -> str:
    named = ", ".join(code(clause.id) for clause in clauses[:_MOST_LISTED])
    left = len(clauses) - _MOST_LISTED
    return f"{named} and {left:,} more" if left > 0 else named
