"""The lines of a run record, one at a time: each an object with a kind."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from clausewise.errors import UsageError

Line = dict[str, Any]

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class RecordError(UsageError):
    """The file is not a run record that this version can read; the text names the line."""


class Lines:
    """Goes through the lines of a record; one that was cut off at the end is left out."""

    def __init__(self, texts: Iterable[bytes], unread: str | None = None) -> None:
        """Take the lines from a file; those that begin as ones of the kind `unread` are passed over as they are."""
        self.number = 0
        """The number of the line that was read last."""
        self._texts = enumerate(texts, start=1)
        self._unread = f'{{"kind": "{unread}"'.encode() if unread else None

    def __iter__(self) -> Iterator[Line]:
        for number, text in self._texts:
            self.number = number
            if self._unread and text.startswith(self._unread):
                continue
            try:
                line = _parsed(text)
            except (ValueError, RecursionError) as error:
                if self._nothing_follows() and (self.number > 1 or not text.strip()):
                    return
                raise RecordError(f"this is not JSON: {error}") from error
            if not isinstance(line, dict) or not isinstance(line.get("kind"), str):
                raise RecordError("this is not an object with a kind")
            yield line

    def _nothing_follows(self) -> bool:
        return not any(text.strip() for _, text in self._texts)


def _parsed(text: bytes) -> Any:
    line = json.loads(text)
    if _SURROGATE.search(text) is None:
        return line
    # JSON can name a half of a surrogate pair alone. That is no character, and nobody could write it again.
    return json.loads(json.dumps(line, ensure_ascii=False).encode(errors="replace"))
