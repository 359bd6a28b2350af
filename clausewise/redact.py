"""Secrets are taken out by value, in every encoding in which a server may hand them back."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

SHORTEST_SECRET = 8
"""Characters; a shorter value could not be told apart from ordinary text."""

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|\\|&#?\w+;")
_BACKSLASHED = re.compile(r"\\+u([0-9A-Fa-f]{4})|\\+x([0-9A-Fa-f]{2})|\\+([^\\])")
_BACKSLASHES = r"\\{1,7}"  # of JSON in JSON in JSON; without a bound, a long run of them would take for ever
_NAMED_ENTITIES = {"&": "amp;", "<": "lt;", ">": "gt;", '"': "quot;", "'": "apos;"}


class Redactor:
    """Replaces every secret by the name of its variable in brackets: ``[MOOV_TOKEN]``."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        forms = [(form, f"[{name}]") for name, secret in secrets.items() for form in _forms(secret)]
        self._forms = sorted(forms, key=lambda pair: len(pair[0]), reverse=True)
        self.longest = max((12 * len(form) for form, _ in forms), default=0)
        """Characters that the longest escaped form may take: what must be dropped at the end of a cut text."""

    def text(self, text: str) -> str:
        """The text without any secret."""
        for form, mark in self._forms:
            if form in text:
                text = text.replace(form, mark)
        return self._without_escaped(text) if _ESCAPE.search(text) else text

    def _without_escaped(self, text: str) -> str:
        """The text without any secret in escapes; where it cannot be cut out, without everything."""
        unescaped = _unescaped(text)
        found = [(form, mark) for form, mark in self._forms if form in unescaped]
        for form, mark in found:
            text = _any_escaping(form).sub(mark, text)
        unescaped = _unescaped(text) if found else ""
        return next((f"[withheld: this held {mark}]" for form, mark in found if form in unescaped), text)

    def data(self, data: bytes) -> bytes:
        """Bytes without any secret. Bytes that are not UTF-8 are kept as they are."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _forms(secret: str) -> Iterable[str]:
    raw = secret.encode()
    yield secret
    if " " in secret:
        yield secret.replace(" ", "+")  # as a form sends it
    yield raw.hex()
    yield raw.hex().upper()
    for offset in range(3):
        yield from _base64_cores(raw, offset)


def _base64_cores(raw: bytes, offset: int) -> Iterable[str]:
    """What base64 makes of the secret at that offset (modulo 3) of a longer text, without the shared edges."""
    head = (0, 2, 3)[offset]
    tail = (offset + len(raw)) * 8 // 6
    padded = b"\0" * offset + raw
    yield base64.b64encode(padded).decode()[head:tail]
    yield base64.urlsafe_b64encode(padded).decode()[head:tail]


def _unescaped(text: str) -> str:
    """The text with its escapes for URLs, JSON and HTML undone, layer by layer: a cheap way to see what is in it."""
    for _ in range(4):
        plain = html.unescape(unquote(text, errors="surrogateescape"))
        text = _BACKSLASHED.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), plain)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # which joins escaped surrogate pairs


def _any_escaping(form: str) -> re.Pattern[str]:
    """A pattern for the form in which each character may be escaped for a URL, for JSON or for HTML, even twice."""
    return re.compile("".join(_any_escape(character) for character in form))


def _any_escape(character: str) -> str:
    code, units = ord(character), character.encode("utf-16-be").hex()
    escapes = [re.escape(character), _BACKSLASHES + re.escape(character)]
    escapes += ["".join(rf"{_BACKSLASHES}u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))]
    escapes += [rf"&(?:amp;)*#0*{code};", rf"&(?:amp;)*#[xX]0*(?i:{code:x});"]
    escapes += ["".join(rf"%(?:25)*(?i:{byte:02x})" for byte in character.encode())]
    if code < 256:
        escapes.append(rf"{_BACKSLASHES}x(?i:{code:02x})")
    if character in _NAMED_ENTITIES:
        escapes.append(rf"&(?:amp;)*{_NAMED_ENTITIES[character]}")
    return f"(?:{'|'.join(escapes)})"
