"""What the body of a request is: how it departs from the documented schema, and what a parser may stumble over."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clausewise.cases.reading import BYTE_ORDER_MARK, read
from clausewise.contract import Contract, Operation, Use, Violation
from clausewise.target import Target
from clausewise.walk import walk

Tagged = Iterator[tuple[str, bool]]
"""Tags, each with whether it is a fault."""

_DEEPEST = 32  # levels of nesting; RFC 8259, section 9, lets a parser set limits, and no document needs half of this
_LARGEST = 2**53  # up to here every parser reads integers alike (RFC 8259, section 6)
_LONGEST = 256  # characters that every text field can be expected to hold
_ODD = re.compile(rb"[^\t\n\r -~]|\\|[0-9]{16}|[0-9][.eE]")
_TOO_LONG = "body/extreme:length"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"[ -~]*")


def body_tags(contract: Contract, operation: Operation, body: bytes | None, target: Target) -> Tagged:
    """The faults of a body, and its traits."""
    if not body:
        yield "body/absent", True
        return
    if body.startswith(BYTE_ORDER_MARK):
        yield "body/extreme:byte-order-mark", True
    reading = read(body)
    yield from ((fault, True) for fault in reading.faults)
    if not reading.values:
        return
    value = reading.values[0]
    is_tame = not reading.faults and _is_tame(body)
    faults = _common(_faults_of_value(contract, operation, one, target, is_tame=is_tame) for one in reading.values)
    if not is_tame:
        is_alone = not faults and not reading.faults
        faults += [tag for tag in _unusual(value) if is_alone or tag == _TOO_LONG]
    yield from ((fault, True) for fault in faults)
    yield from ((trait, False) for trait in _traits(contract, operation.schema, value, ""))
    yield from ((trait, False) for trait in _fixture_traits(contract, operation, value, target))


def _faults_of_value(
    contract: Contract, operation: Operation, value: Any, target: Target, *, is_tame: bool
) -> list[str]:
    hard = [] if is_tame else _hard_to_parse(value)
    return hard + _violations(contract, operation, value) + _wrong_fixtures(contract, operation, value, target)


def _common(readings: Iterable[list[str]]) -> list[str]:
    """The faults that a body has however it is read."""
    first, *others = readings
    return [fault for fault in first if all(fault in other for other in others)]


# What parsers may rightly refuse, or read in ways of their own


def _is_tame(body: bytes) -> bool:
    """Whether a glance at the text of a body says that nothing in it is hard to parse or unusual."""
    if body.count(b"[") + body.count(b"{") > _DEEPEST or _ODD.search(body):
        return False
    texts = body.split(b'"')[1::2]  # without a backslash, every quotation mark begins or ends one
    return max(map(len, texts), default=0) <= _LONGEST


def _hard_to_parse(value: Any) -> list[str]:
    found = Counter[str]()
    for item, depth in walk(value):
        found["body/extreme:nesting"] += depth > _DEEPEST
        if isinstance(item, str):
            found["body/extreme:surrogate"] += bool(_SURROGATE.search(item))
            found["body/extreme:control"] += bool(_CONTROL.search(item))
        elif isinstance(item, int):
            found["body/extreme:number"] += abs(item) > _LARGEST
        elif isinstance(item, float):
            found["body/extreme:number"] += not math.isfinite(item) or item.is_integer()
    return [tag for tag, count in found.items() if count]


def _unusual(value: Any) -> Iterator[str]:
    """Texts that fields of finite size, or of one script, may rightly refuse."""
    texts = [item for item, _ in walk(value) if isinstance(item, str)]
    if any(len(text) > _LONGEST for text in texts):
        yield _TOO_LONG
    if not all(_PLAIN.fullmatch(text) for text in texts):
        yield "body/extreme:characters"


# What the document does not allow, or does not surely allow


def _violations(contract: Contract, operation: Operation, value: Any) -> list[str]:
    documented = contract.schemas.violations(operation.schema, value)
    mistyped = {violation.pointer for violation in documented if violation.keyword == "type"}
    found = [
        _fault(violation)
        for violation in documented
        if violation.keyword == "type" or violation.pointer not in mistyped
    ]
    if operation.undisputed_schema is None:
        return found
    undisputed = contract.schemas.violations(operation.undisputed_schema, value)
    return found + [f"body/disputed:{one.pointer}" for one in undisputed if not _is_among(one, documented)]


def _is_among(violation: Violation, documented: Iterable[Violation]) -> bool:
    """Whether the documented schema finds the same wrong: the same constraint, or that something is missing there."""
    return any(
        violation.pointer == other.pointer
        and (
            violation.keyword == "required" or (violation.keyword, violation.missing) == (other.keyword, other.missing)
        )
        for other in documented
    )


def _fault(violation: Violation) -> str:
    if violation.missing is not None:
        return f"body/missing:{violation.pointer.rstrip('/')}/{violation.missing}"
    keyword = "null" if violation.keyword == "type" and violation.instance is None else violation.keyword
    return f"body/{keyword}:{violation.pointer}"


# Where something real must be named


def _fixtures(operation: Operation, value: Any) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, str]]]]:
    """Each place in the body with the variables that may stand there, and the pointers and texts found there."""
    for place, variables in operation.fixtures.items():
        where, _, pointer = place.partition("/")
        if where == "body":
            found = [(at, text) for at, text in _at(value, pointer.split("/"), "") if isinstance(text, str)]
            yield pointer, variables, found


def _wrong_fixtures(contract: Contract, operation: Operation, value: Any, target: Target) -> list[str]:
    faults = []
    for place, variables, found in _fixtures(operation, value):
        known = {text for name in variables for text in target.values.get(name, ())}
        if not any(name in contract.variables for name in variables):
            continue
        unknown = [f"body/unknown:{pointer}" for pointer, text in found if text not in known]
        if found and not unknown and _incomplete(contract, variables, [text for _, text in found], target):
            unknown = [f"body/incomplete:/{place}"]
        faults += unknown
    return faults


def _incomplete(contract: Contract, variables: tuple[str, ...], texts: list[str], target: Target) -> bool:
    """Whether values that go together do not stand there all, and each once."""
    return any(
        _is_together(contract, name) and sorted(target.values.get(name, ())) != sorted(texts) for name in variables
    )


def _is_together(contract: Contract, name: str) -> bool:
    return name in contract.variables and contract.variables[name].list is Use.TOGETHER


def _fixture_traits(contract: Contract, operation: Operation, value: Any, target: Target) -> Iterator[str]:
    for _, variables, found in _fixtures(operation, value):
        for name in variables:
            if not _is_together(contract, name) and any(target.is_reserved(name, text) for _, text in found):
                yield "fixture/reserved"
            if len(variables) > 1 and any(text in target.values.get(name, ()) for _, text in found):
                yield f"fixture/{name}"


def _at(value: Any, steps: list[str], pointer: str) -> Iterator[tuple[str, Any]]:
    """What stands at a place, with its pointer; ``*`` is each element of a list."""
    if not steps:
        yield pointer, value
    elif steps[0] == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, steps[1:], f"{pointer}/{index}")
    elif isinstance(value, dict) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:], f"{pointer}/{steps[0]}")


# What is worth knowing beside the faults


def _traits(contract: Contract, schema: Mapping[str, Any], value: Any, pointer: str) -> Iterator[str]:
    """Which documented properties are there or left out, which lists are empty or hold one text alone, which flags."""
    schema = contract.schemas.resolved(schema)
    if isinstance(value, bool):
        yield f"body/value:{pointer}={json.dumps(value)}"
    elif isinstance(value, list):
        if not value:
            yield f"body/empty:{pointer}"
        elif len(value) == 1 and isinstance(value[0], str):
            yield f"body/only:{pointer}={value[0]}"
    elif isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name not in value:
                yield f"body/absent:{pointer}/{name}"
                continue
            if isinstance(value[name], str) and name not in schema.get("required", ()):
                yield f"body/present:{pointer}/{name}"
            yield from _traits(contract, part, value[name], f"{pointer}/{name}")
