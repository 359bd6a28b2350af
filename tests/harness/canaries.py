"""Secrets that are easy to recognise, the spellings that servers hand back, and a search for what is left of them."""

import base64
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

from clausewise.mock import moov
from tests.harness.driving import Finished

CANARIES = {
    "MOOV_TOKEN": "owner+Canary/7qZ~token.one==",
    "MOOV_FORBIDDEN_TOKEN": "stranger-Canary_8wX/token+two",
    "MOOV_EXPIRED_TOKEN": "expired.Canary~9vY+token/three",
    "MOOV_BASIC_CREDENTIALS": 'public-Canary"4<&>:secret Canary\\5/é+%41',
}
REAL = {
    CANARIES["MOOV_TOKEN"]: moov.TOKEN,
    CANARIES["MOOV_FORBIDDEN_TOKEN"]: moov.FORBIDDEN_TOKEN,
    CANARIES["MOOV_EXPIRED_TOKEN"]: moov.EXPIRED_TOKEN,
    CANARIES["MOOV_BASIC_CREDENTIALS"]: moov.BASIC_CREDENTIALS,
}
RECOGNISABLE = 10
"""Characters of a secret that must not stand together."""


def spellings(secret: str) -> list[str]:
    """A secret in the spellings of servers."""
    raw = secret.encode()
    return [
        secret,
        quote(secret, safe=""),
        quote(quote(secret, safe=""), safe=""),
        re.sub("%..", lambda escape: escape[0].lower(), quote_plus(secret)),
        json.dumps(secret)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        "".join(f"\\u{ord(character):04x}" for character in secret),
        html.escape(secret),
        "".join(f"&#{ord(character)};" for character in secret),
        repr(raw)[2:-1],
        raw.hex(),
        raw.hex().upper(),
        *(base64.b64encode(before + raw + b"after").decode() for before in (b"", b"x", b"xy")),
        *(base64.urlsafe_b64encode(before + raw + b"after").decode() for before in (b"", b"x", b"xy")),
    ]


def with_real(header: tuple[str, str]) -> tuple[str, str]:
    """A header with the mock's own credentials in place of ours."""
    name, value = header
    scheme, _, secret = value.partition(" ")
    if name.lower() != "authorization":
        return header
    if scheme != "Basic":
        return name, f"{scheme} {REAL.get(secret, secret)}"
    return name, f"Basic {base64.b64encode(REAL[base64.b64decode(secret).decode()].encode()).decode()}"


def artifacts(run: Finished) -> dict[str, str]:
    """All that a run left behind: what it printed, and every file in its directory, by name."""
    return {"output": run.output} | files(run.directory)


def files(directory: Path) -> dict[str, str]:
    """Every file below a directory, by name."""
    paths = {path.relative_to(directory).as_posix(): path for path in directory.rglob("*") if path.is_file()}
    return {name: path.read_bytes().decode("utf-8", "backslashreplace") for name, path in paths.items()}


def readings(text: str) -> Iterator[str]:
    """A text as it stands, and with escapes undone, and with what base64 and hex in it say."""
    for _ in range(4):
        yield text
        for word in set(re.findall(r"[A-Za-z0-9+/_-]{12,}", text)):
            yield from decoded(word)
        plain = html.unescape(unquote(text, errors="replace"))
        plain = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), plain)
        plain = re.sub(r"\\+x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), plain)
        plain = re.sub(r"\\+([^\\])", r"\1", plain)
        if plain == text:
            return
        text = plain


def decoded(word: str) -> Iterator[str]:
    """What a word says if it is base64, from wherever its groups begin, or hex."""
    standard = word.replace("-", "+").replace("_", "/")
    for start in range(4):
        part = standard[start:]
        yield base64.b64decode(part[: len(part) // 4 * 4]).decode("utf-8", "replace")
    if re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", word):
        yield bytes.fromhex(word).decode("utf-8", "replace")


def pieces() -> set[str]:
    """Every stretch of a secret that is long enough to be recognised."""
    secrets = [part for secret in CANARIES.values() for part in (secret, *secret.split(":"))]
    return {
        secret[at : at + RECOGNISABLE] for secret in secrets for at in range(max(1, len(secret) - RECOGNISABLE + 1))
    }


def leaks(text: str) -> set[str]:
    """The pieces of secrets that a text holds in any reading."""
    wanted = pieces()
    return {piece for reading in readings(text) for piece in wanted if piece in reading}
