"""Requests that careless servers fall over: odd texts, sizes and shapes, made from an operation's baseline.

What the document says of them is read off the wire like everything else; where it says nothing, a server may accept or
refuse them, but neither fail nor hang up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clausewise.cases.case import Case
from clausewise.cases.named import baseline_case
from clausewise.cases.reading import BYTE_ORDER_MARK
from clausewise.contract import UNIQUE, Contract

# JSON texts, without their quotes, for a place where a text is wanted. A fresh text follows, so that no two are alike.
# The first counts most: where a document says the same of all, no other is sent.
_TEXTS = {
    "NUL": r"a\u0000b",
    "combining characters": "Z\u0351\u036b\u0343a\u0321\u034bl\u0358g\u0327o\u0322",
    "right to left": "\u202e\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627\u202c",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3e6",
    "control characters": r"\u0001\u001b[31m\u007f\u0085\u2028",
    "lone surrogate": r"\ud800",
    "noncharacters": r"\uffff\ufdd0",
    "very long": "a" * 100_000,
    "markup": r"<script>\"&amp;'%00$(7*7)",
}

# JSON for a property of which the document says nothing.
_VALUES = {
    "deep list": "[" * 500 + "]" * 500,
    "very deep list": "[" * 20_000 + "]" * 20_000,
    "deep object": '{"a":' * 500 + "0" + "}" * 500,
    "huge integer": "1" + "0" * 400,
    "integer of many digits": "1" * 5_000,
    "huge exponent": "1e400",
    "tiny exponent": "1e-400",
    "many digits": "0." + "1" * 5_000,
    "wide list": "[" + ",".join(["0"] * 10_000) + "]",
}

# JSON in place of the whole body.
_BODIES = {"text": '"text"', "number": "0", "true": "true", "null": "null", "list": "[]", "empty object": "{}"}

_CONTENT_TYPES = {
    "no content type": None,
    "empty content type": "",
    "malformed content type": "nonsense",
    "form": "application/x-www-form-urlencoded",
    "multipart without boundary": "multipart/form-data",
    "XML": "application/xml",
}


def robust_cases(contract: Contract) -> Iterator[Case]:
    """The cases of every operation, with ids that are the same in every process."""
    for operation in contract.operations:
        baseline = baseline_case(contract, operation=operation)
        body = json.loads(baseline.body or b"{}")
        for name, spoiled in _bodies(body):
            yield replace(baseline, id=f"{operation}/robust.{name}", body=spoiled)
        for name, value in _CONTENT_TYPES.items():
            yield baseline_case(contract, f"robust.{name}", operation=operation, headers={"Content-Type": value})


def _bodies(body: Any) -> Iterator[tuple[str, bytes]]:
    whole = json.dumps(body)
    for name, text in _TEXTS.items():
        yield name, _with_last_text(whole, f"{text}${UNIQUE}")
    for name, value in _VALUES.items():
        yield name, _with_property(whole, value)
    for name, value in _BODIES.items():
        yield f"{name} as body", value.encode()
    yield "no body", b""
    yield "blank body", b" "
    yield "byte order mark", BYTE_ORDER_MARK + whole.encode()
    yield "invalid UTF-8", _with_property(whole, '"?"').replace(b"?", b"\xff")
    key, value = next(iter(body.items()))
    yield "duplicate key", _with_property(whole, json.dumps(value), key)


def _with_last_text(whole: str, text: str) -> bytes:
    """The JSON with its last text replaced."""
    head, _, tail = whole.rpartition('"')
    return f'{head.rpartition(chr(34))[0]}"{text}"{tail}'.encode()


def _with_property(whole: str, value: str, key: str = "clausewise") -> bytes:
    """The JSON object with one more property, written as it stands."""
    return f"{whole.removesuffix('}')}, {json.dumps(key)}: {value}}}".encode()
