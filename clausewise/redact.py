"""Secrets are taken out by value, in every encoding in which a server may hand them back."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

SHORTEST_SECRET = 8
"""Characters; a shorter value could not be told apart from ordinary text."""

_SHORT = 256  # characters; names and values of headers and addresses come again and again
_LAYERS = 4  # of escapes that are undone: HTML in JSON in JSON, say
_ESCAPE = re.compile(
    r"(?P<bytes>(?:%[0-9A-Fa-f]{2})+)|(?P<units>(?:\\u[0-9A-Fa-f]{4})+)|(?P<codes>(?:\\x[0-9A-Fa-f]{2})+)|\\(?P<itself>.)"
    r"|&#(?P<decimal>[0-9]{1,12});|&#[xX](?P<hexadecimal>[0-9A-Fa-f]{1,12});|&(?P<name>amp|lt|gt|quot|apos);",
    re.DOTALL,
)
_SIGNS = "%\\&"  # one of which every escape begins with
_BACKSLASHES = r"\\{1,7}"  # of JSON in JSON in JSON; without a bound, a long run of them would take for ever
_NAMED_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_CHARACTERS = {name: character for character, name in _NAMED_ENTITIES.items()}


@dataclass(frozen=True)
class _Form:
    """A form that a secret takes, what is left of it when its own escapes are undone, and what it is replaced by."""

    text: str
    plain: str
    mark: str

    def is_in(self, layers: Iterable[str]) -> bool:
        """Whether it stands in any layer of a text."""
        return any(self.text in layer or self.plain in layer for layer in layers)


class Redactor:
    """Replaces every secret by the name of its variable in brackets: ``[NAME]``."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        forms = [(text, f"[{name}]") for name, secret in secrets.items() for text in _forms(secret)]
        forms.sort(key=lambda pair: len(pair[0]), reverse=True)
        self._forms = [_Form(text, _plain(text), mark) for text, mark in forms]
        self.longest = max((12 * len(text) for text, _ in forms), default=0)
        """Characters that the longest escaped form may take: what must be dropped at the end of a cut text."""

        self._remembered = lru_cache(maxsize=1024)(self._redacted)

    def text(self, text: str) -> str:
        """The text without any secret."""
        return self._remembered(text) if len(text) <= _SHORT else self._redacted(text)

    def _redacted(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form.text, form.mark)
        layers = list(_layers(text))
        found = [form for form in self._forms if form.is_in(layers)] if layers else []
        return _without_escaped(text, found) if found else text

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


def _plain(form: str) -> str:
    """The form without escapes of its own, and without an end that would escape what follows it."""
    plain = [form, *_layers(form)][-1].rstrip("\\")
    return plain if len(plain) >= SHORTEST_SECRET // 2 else form


def _layers(text: str) -> Iterator[str]:
    """What the text says with one layer of its escapes for URLs, JSON and HTML undone, with two, and so on."""
    for _ in range(_LAYERS):
        if not any(sign in text for sign in _SIGNS):
            return
        text, count = _ESCAPE.subn(_undone, text)
        if not count:
            return
        yield text


def _undone(escape: re.Match[str]) -> str:
    digits = escape[escape.lastgroup or 0]
    match escape.lastgroup:
        case "bytes":
            return bytes.fromhex(digits.replace("%", "")).decode("utf-8", "surrogateescape")
        case "units":
            return bytes.fromhex(digits.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
        case "codes":
            return _bytes_or_characters(bytes.fromhex(digits.replace("\\x", "")))
        case "itself":
            return digits
        case "name":
            return _CHARACTERS[digits]
    code = int(digits, 10 if escape.lastgroup == "decimal" else 16)
    return chr(code) if code <= sys.maxunicode else escape[0]


def _bytes_or_characters(codes: bytes) -> str:
    """What hexadecimal codes say: the bytes of UTF-8 if they can be that, else a character each."""
    try:
        return codes.decode("utf-8")
    except UnicodeDecodeError:
        return codes.decode("latin-1")


def _without_escaped(text: str, found: Iterable[_Form]) -> str:
    """The text without these secrets in escapes; where one cannot be cut out, nothing of the text."""
    for form in found:
        text = _any_escaping(form.text).sub(form.mark, text)
    layers = list(_layers(text))
    return next((f"[withheld: this held {form.mark}]" for form in found if form.is_in(layers)), text)


def _any_escaping(form: str) -> re.Pattern[str]:
    """A pattern for the form in which each character may be escaped for a URL, for JSON or for HTML, even twice."""
    return re.compile("".join(_any_escape(character) for character in form))


def _any_escape(character: str) -> str:
    code, units = ord(character), character.encode("utf-16-be").hex()
    escapes = ["".join(rf"{_BACKSLASHES}u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))]
    escapes += [rf"&(?:amp;)*#0*{code};", rf"&(?:amp;)*#[xX]0*(?i:{code:x});"]
    escapes += ["".join(rf"%(?:25)*(?i:{byte:02x})" for byte in character.encode())]
    escapes += ["".join(rf"{_BACKSLASHES}x(?i:{byte:02x})" for byte in character.encode())]
    if code < 256:
        escapes.append(rf"{_BACKSLASHES}x(?i:{code:02x})")
    if character in _NAMED_ENTITIES:
        escapes.append(f"&(?:amp;)*{_NAMED_ENTITIES[character]};")
    return f"(?:{'|'.join(escapes)}|{_BACKSLASHES}{re.escape(character)}|{re.escape(character)})"
