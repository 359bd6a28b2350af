"""Secrets are taken out by value, in every encoding in which a server may hand them back."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping

SHORTEST_SECRET = 8
"""Characters; a shorter value could not be told apart from ordinary text."""

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|\\+[ux]00|\\/|&#|&[a-z]+;")
_NAMED_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


class Redactor:
    """Replaces every secret by the name of its variable in brackets: ``[MOOV_TOKEN]``."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        forms = [(form, name) for name, secret in secrets.items() for form in _forms(secret)]
        forms.sort(key=lambda pair: len(pair[0]), reverse=True)
        self._literals = [(form, f"[{name}]") for form, name in forms]
        self._patterns = [(_any_escaping(form), f"[{name}]") for form, name in forms]
        self.longest = max((12 * len(form) for form, _ in forms), default=0)
        """Characters that the longest escaped form may take: what must be dropped at the end of a cut text."""

    def text(self, text: str) -> str:
        """The text without any secret."""
        for form, mark in self._literals:
            if form in text:
                text = text.replace(form, mark)
        if _ENCODED.search(text):
            for pattern, mark in self._patterns:
                text = pattern.sub(mark, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Bytes without any secret. Bytes that are not UTF-8 are kept as they are."""
        return self.text(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _forms(secret: str) -> Iterable[str]:
    raw = secret.encode()
    yield secret
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


def _any_escaping(form: str) -> re.Pattern[str]:
    """A pattern for the form in which each character may be escaped for a URL, for JSON or for HTML, even twice."""
    return re.compile("".join(_any_escape(character) for character in form))


def _any_escape(character: str) -> str:
    code = ord(character)
    escapes = [re.escape(character), rf"\\+{re.escape(character)}", rf"\\+u(?i:{code:04x})"]
    escapes += [rf"&#0*{code};", rf"&#[xX]0*(?i:{code:x});"]
    escapes += ["".join(rf"%(?:25)*(?i:{byte:02x})" for byte in character.encode())]
    if code < 256:
        escapes.append(rf"\\+x(?i:{code:02x})")
    if character in _NAMED_ENTITIES:
        escapes.append(_NAMED_ENTITIES[character])
    return f"(?:{'|'.join(escapes)})"
