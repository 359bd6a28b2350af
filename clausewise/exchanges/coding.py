"""Unpacks bodies by their Content-Encoding, never more at once than a small piece: a few bytes may hold gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from clausewise.errors import TargetError

ACCEPTED = "gzip"
"""What requests name in Accept-Encoding; ``deflate`` is understood, too."""

_UNPACKED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_PIECE = 64 * 1024


def unpacked(chunks: Iterable[bytes], encodings: Sequence[str]) -> Iterator[bytes]:
    """The pieces of a body without its codings, which the values of Content-Encoding name; others are left on.

    Raises ``TargetError`` where the body is not packed as they say. A piece may be empty: so whoever takes them gets
    a look at the clock even if a whole bomb unpacks to nothing.
    """
    codings = [coding.strip().lower() for value in encodings for coding in value.split(",")]
    pieces = iter(chunks)
    while codings and codings[-1] in _UNPACKED:  # the last one was put on last
        codings.pop()
        pieces = _inflated(pieces)
    return pieces


def _inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    came = False
    try:
        for chunk in chunks:
            came = came or bool(chunk)
            packed = b"" if unpacker.eof else chunk  # what follows the end is left alone
            yield unpacker.decompress(packed, _PIECE)
            while unpacker.unconsumed_tail:
                yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
    except zlib.error as error:
        raise TargetError(f"the body does not decode as its Content-Encoding says ({error})") from error
    if came and not unpacker.eof:
        raise TargetError("the body does not decode as its Content-Encoding says (it ends too early)")
