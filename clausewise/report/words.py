"""How the reports put things into words."""

import re
from collections.abc import Mapping, Sequence

from clausewise.record import Api, Clause, Coverage, Outcome, Unstable

LEVELS = {
    "must": "stated by the document",
    "should": "shown only by the document's examples",
    "may": "permitted by the document",
    "silent": "the document says nothing",
}
"""The levels, the most binding first, in plain words."""

_SUPPLEMENTARY = "shown by other material of the vendor"


def level_in_words(clause: Clause) -> str:
    """Return why a clause has its level: what it rests on, in plain words."""
    if clause.rests_on:
        return f"rests on {clause.rests_on}"
    return LEVELS[clause.level] if clause.basis == "document" else _SUPPLEMENTARY


UNSETTLED: Mapping[Outcome, str] = {
    "error": "Could not be judged",
    "known": "Accepted failures",
    "untested": "Not tested",
}
"""The outcomes that come with a reason which a reader must know, with a heading for each."""

NO_REASON = "no reason is on record"

EMBEDDED = "the embedded mock"


def target_in_words(api: Api) -> str:
    """Return where an API was tested: `the embedded mock`, or the address."""
    return EMBEDDED if api.embedded else api.base_url


_MOST_CHOICES = 20
_FRACTION = re.compile(r"\.\d+")


def coverage_in_words(coverage: Coverage) -> str:
    """Return how much of what a run planned to test it decided: `69 of 70 planned must clauses (98 %)`."""
    if not coverage.planned:
        return "no must clause was planned"
    return f"{coverage.decided:,} of {coverage.planned:,} planned must clauses ({coverage.percent} %)"


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 clause`, `2 clauses`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def line_noun(lines: Sequence[str]) -> str:
    """`line` for a single line of a document, else `lines`."""
    return "line" if len(lines) == 1 and "-" not in lines[0] else "lines"


def lines_in_words(lines: Sequence[str]) -> str:
    """The lines of a document: `line 211`, `lines 211 and 271-273`."""
    *others, last = lines
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{line_noun(lines)} {listed}"


def unstable_in_words(entries: Sequence[Unstable]) -> str:
    """What was unstable: the first entry, and how many more there are."""
    first, *others = entries
    return f"{first.text}; and {len(others):,} more" if others else first.text


def some_of(entries: Sequence[str], most: int) -> str:
    """The first entries, and how many more there are: `this; that; and 3 more`."""
    left = len(entries) - most
    return "; ".join((*entries[:most], f"and {left:,} more") if left > 0 else entries)


def observed_in_words(observed: Mapping[str, int]) -> str:
    """What a target chose and how often: `400 (5 times), 201 (once)`."""
    parts = [f"{what} ({'once' if times == 1 else f'{times:,} times'})" for what, times in observed.items()]
    if others := parts[_MOST_CHOICES:]:
        parts[_MOST_CHOICES:] = [f"and {len(others):,} other answers"]
    return ", ".join(parts)


def time_in_words(time: str) -> str:
    """A time of a record, to the second: `2026-11-21 20:00:00 UTC`."""
    return _FRACTION.sub("", time).replace("T", " ").replace("+00:00", " UTC")


_FURTHER = {
    "known": "{} {is_} broken as accepted before",
    "error": "{} could not be judged",
    "untested": "{} {was} not tested",
    "unstable": "{} {was} unstable",
}


def verdict_in_words(counts: Mapping[str, int], tested: int) -> str:
    """What became of the clauses of an API, in one sentence."""
    parts = [_main_part(counts, tested)]
    for outcome, words in _FURTHER.items():
        number = counts[outcome]
        said_already = outcome == "untested" and not tested
        if number and not said_already:
            parts.append(words.format(f"{number:,}", is_=_is(number), was="was" if number == 1 else "were"))
    return "; ".join(parts) + "."


def _main_part(counts: Mapping[str, int], tested: int) -> str:
    if not tested:
        return "Nothing was tested"
    clauses = counted(tested, "tested clause")
    if broken := counts["broken"]:
        return f"{broken:,} of {clauses} {_is(broken)} broken"
    if counts["known"]:
        return f"{counts['kept']:,} of {clauses} {_is(counts['kept'])} kept"
    return f"All {clauses} are kept" if tested > 1 else "The one tested clause is kept"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
