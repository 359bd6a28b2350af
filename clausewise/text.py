"""Text of servers made fit to stand in a sentence."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Return the text on one line, control characters escaped: a server must not forge lines of a message."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
