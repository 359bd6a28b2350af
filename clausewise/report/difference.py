"""Shows where an answer differs from what was expected, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from clausewise.record import Exchange, Verdict
from clausewise.report.body import Line, lines
from clausewise.report.text import cut

_AROUND = 3  # lines before and after one that differs
_MOST_LINES = 400
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """A line with its sign: ``-`` expected, ``+`` received, ``>`` the place that is wrong, ``…`` lines left out."""

    sign: str
    text: str


Lines = list[DifferenceLine]


def against_another(expected: Exchange, received: Exchange) -> Lines:
    """The answer of one exchange against that of another; empty if they do not differ."""
    before, after = _answer(expected), _answer(received)
    if before == after or not before or not after:
        return []
    found: Lines = []
    for kind, i, k, j, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [DifferenceLine(" ", text) for text in before[i:k]]
        else:
            found += [DifferenceLine("-", text) for text in before[i:k]]
            found += [DifferenceLine("+", text) for text in after[j:m]]
    return list(_excerpt(found))


def in_its_place(verdict: Verdict, received: Exchange) -> Lines:
    """The body with a sign at the place that the verdict is about; empty if it names none or the body has none."""
    if not verdict.pointer or received.response is None:
        return []
    place = _folded(verdict.pointer)
    marked = [
        DifferenceLine(">" if line.pointer and _folded(line.pointer) == place else " ", cut(line.text, _LONGEST_LINE))
        for line in _body(received)
    ]
    return list(_excerpt(marked)) if any(line.sign == ">" for line in marked) else []


def _answer(exchange: Exchange) -> list[str]:
    if exchange.response is None:
        return []
    return [f"status {exchange.response.status}", *(cut(line.text, _LONGEST_LINE) for line in _body(exchange))]


def _body(exchange: Exchange) -> list[Line]:
    body = exchange.response.body if exchange.response else ""
    return list(islice(lines(body), _MOST_LINES)) if body else []


def _folded(pointer: str) -> str:
    """The pointer whatever the casing of its keys, which an answer may choose."""
    return pointer.replace("-", "").replace("_", "").lower()


def _excerpt(found: Sequence[DifferenceLine]) -> Iterator[DifferenceLine]:
    """The lines that have a sign, those around them, and a sign for what is left out."""
    near = {at + step for at, line in enumerate(found) if line.sign != " " for step in range(-_AROUND, _AROUND + 1)}
    left_out = False
    for at, line in enumerate(found):
        if at in near:
            yield line
        elif not left_out:
            yield DifferenceLine("…", "")
        left_out = at not in near
