"""Lays out JSON bodies for reading, without changing what was sent."""

import json
import re

_SYMBOLS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_DEEPEST_INDENT = 20


def laid_out(body: str) -> str:
    """A JSON body on indented lines, any other body as it is.

    Only the space between symbols changes: a repeated key, the digits of a number and an escaped letter are
    evidence, and reading and writing the body as JSON would lose them.
    """
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return body
    parts: list[str] = []
    depth = 0
    before = ""
    for symbol in _SYMBOLS.findall(body):
        opened, closes = before in ("{", "["), symbol in ("}", "]")
        depth += opened - closes
        if before == "," or opened != closes:
            parts.append("\n" + "  " * min(depth, _DEEPEST_INDENT))
        parts.append(": " if symbol == ":" else symbol)
        before = symbol
    return "".join(parts)
