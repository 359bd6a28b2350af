"""Lays out JSON bodies for reading, without changing what was sent."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SYMBOLS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_DEEPEST_INDENT = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a body that is laid out, and the JSON pointer to the value that begins or ends on it."""

    pointer: str
    text: str


def laid_out(body: str, most: int) -> str:
    """A JSON body on indented lines, any other body as it is; of a long one the first characters and how many it has.

    Only the space between symbols changes: a repeated key, the digits of a number and an escaped letter are
    evidence, and reading and writing the body as JSON would lose them.
    """
    shown: list[str] = []
    left = most
    for line in lines(body):
        if len(line.text) > left:
            return "\n".join((*shown, f"{line.text[:left]}… ({len(body):,} characters in all)"))
        shown.append(line.text)
        left -= len(line.text) + 1
    return "\n".join(shown)


def lines(body: str) -> Iterator[Line]:
    """The lines of a JSON body as it is laid out; the lines of any other body point to the whole of it."""
    if not _is_json(body):
        return (Line("", text) for text in body.split("\n"))
    return _lines(symbol[0] for symbol in _SYMBOLS.finditer(body))


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(symbols: Iterable[str]) -> Iterator[Line]:
    place = _Place()
    text: list[str] = []
    pointer = before = ""
    for symbol in symbols:
        opened, closes = before in ("{", "["), symbol in ("}", "]")
        place.pass_by(before, symbol)
        if before == "," or opened != closes:
            if text:
                yield Line(pointer, "".join(text))
            text = ["  " * min(place.depth, _DEEPEST_INDENT)]
            pointer = place.pointer
        text.append(": " if symbol == ":" else symbol)
        before = symbol
    yield Line(pointer, "".join(text))


class _Place:
    """Where in a JSON document its symbols stand, one after the other."""

    def __init__(self) -> None:
        self._steps: list[str | int] = []
        """The key or the index that was reached in each object and list that is open."""

    @property
    def depth(self) -> int:
        return len(self._steps)

    @property
    def pointer(self) -> str:
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in self._steps)

    def pass_by(self, before: str, symbol: str) -> None:
        """Goes on to the next symbol, which stands behind ``before``."""
        if symbol in ("}", "]"):
            if before not in ("{", "["):
                self._steps.pop()
        elif before == "{":
            self._steps.append(json.loads(symbol))
        elif before == "[":
            self._steps.append(0)
        elif before == ",":
            step = self._steps[-1]
            self._steps[-1] = step + 1 if isinstance(step, int) else json.loads(symbol)
