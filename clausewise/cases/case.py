"""A case and the request that it becomes for a target."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from clausewise.cause import Cause, Code
from clausewise.contract import UNIQUE, VARIABLE, Contract, Operation, Use
from clausewise.errors import Unsendable
from clausewise.exchange import Headers, Request
from clausewise.target import Target
from clausewise.wording import phrase

_STRING_OR_BRACE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]')


@dataclass(frozen=True, repr=False, eq=False)
class Case:
    """A request worth sending. ``$NAME`` in its values stands for the variable of that name.

    ``credentials`` names one of the contract's kinds. ``prefer`` asks for a status by ``Prefer: code=NNN``. ``tag``
    is a trait that nothing on the wire shows (the sample that the request was taken from).
    """

    id: str
    operation: str
    credentials: str
    path: Mapping[str, str] = field(default_factory=dict)
    headers: Headers = ()
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    prefer: int | None = None
    tag: str | None = None

    def variables(self) -> set[str]:
        """The variables that it needs, beside those of its credentials."""
        texts = [*self.path.values(), *(value for _, value in self.headers), *self.query.values()]
        texts.append((self.body or b"").decode("utf-8", "replace"))
        return {name for text in texts for name in VARIABLE.findall(text)}

    def __repr__(self) -> str:
        """The id, which is what reports name a case by."""
        return self.id


def json_body(value: Any) -> bytes:
    """A JSON body as the harness writes it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def compose(
    contract: Contract,
    case: Case,
    target: Target,
    turn: int = 0,
    *,
    must_fail: bool = False,
    unique: str = f"${UNIQUE}",
) -> Request:
    """The request that sends a case to a target.

    ``turn`` picks from lists of fixtures; ``must_fail`` picks the reserved ones; ``unique`` is the text that no other
    request holds. Raises ``Unsendable`` where the case needs a variable that is not set.
    """
    operation = contract.operations[case.operation]
    kind = contract.credentials[case.credentials]

    def given(found: re.Match[str]) -> str:
        if found[1] == UNIQUE:
            return unique
        if found[1] not in contract.variables:
            return found[0]
        return target.value(found[1], turn, reserved=must_fail)

    def filled(text: str) -> str:
        return VARIABLE.sub(given, text)

    headers = [(name, filled(value)) for name, value in case.headers]
    if kind.header:
        headers.insert(0, (kind.header, target.credentials(kind)))
    if case.prefer is not None:
        headers.append(("Prefer", f"code={_on_demand(contract, case, target)}"))

    return Request(
        method=operation.method,
        url=target.base_url + _path(operation, _each(filled, case.path), _each(filled, case.query)),
        headers=tuple(headers),
        body=None
        if case.body is None
        else _filled_bytes(case.body, lambda text: filled(_together(contract, target, text))),
    )


def curl(contract: Contract, case: Case, request: Request) -> str:
    """One line for a shell that sends the request again, with variables in place of credentials."""
    kind = contract.credentials[case.credentials]
    parts = ["curl -i -X", request.method, shlex.quote(request.url)]
    for name, value in request.headers:
        if kind.header and name.lower() == kind.header.lower():
            shown = _shell_value(kind.value, kind.base64)
            parts.append(f'-H "{name}: {shown}"' if shown else f"-H '{name};'")
        else:
            # curl leaves a header with an empty value out unless its name ends in a semicolon
            parts.append(f"-H {shlex.quote(f'{name}: {value}' if value else f'{name};')}")
    if request.body is not None:
        if not request.values("content-type"):
            parts.append("-H 'Content-Type:'")
        parts.append(
            f"--data-raw {shlex.quote(request.body.decode())}" if _printable(request.body) else "--data-binary @-"
        )
    line = " ".join(parts)
    return line if _printable(request.body or b"") else f"printf '{_octal(request.body or b'')}' | {line}"


def _on_demand(contract: Contract, case: Case, target: Target) -> int:
    if contract.on_demand is None:
        raise Unsendable(Cause(Code.UNREACHABLE, phrase("on-demand-unknown")))
    try:
        target.value(contract.on_demand)
    except Unsendable as error:
        meaning = contract.variables[contract.on_demand].meaning
        text = phrase("on-demand", variable=contract.on_demand, meaning=meaning)
        raise Unsendable(Cause(Code.NOT_SET, text, variables=(contract.on_demand,))) from error
    assert case.prefer is not None
    return case.prefer


def _each(change: Callable[[str], str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: change(value) for name, value in values.items()}


def _path(operation: Operation, values: Mapping[str, str], query: Mapping[str, str]) -> str:
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return f"{path}?{urlencode(query)}" if query else path


def _together(contract: Contract, target: Target, text: str) -> str:
    """The text with each JSON object that holds a variable whose values go together written once for each value."""
    for name, variable in contract.variables.items():
        if variable.list is Use.TOGETHER and name in target.values:
            text = _for_each(re.compile(rf"\${name}(?![A-Z0-9_])"), target.values[name], text)
    return text


def _for_each(variable: re.Pattern[str], values: Iterable[str], text: str) -> str:
    done = 0
    while found := variable.search(text, done):
        start, end = _object_around(text, found.start()) or found.span()
        written = ", ".join(variable.sub(value, text[start:end]) for value in values)
        text = text[:start] + written + text[end:]
        done = start + len(written)
    return text


def _object_around(text: str, place: int) -> tuple[int, int] | None:
    """Where the innermost JSON object around a place begins and ends. The text need not be JSON as a whole."""
    begun: list[int] = []
    for token in _STRING_OR_BRACE.finditer(text):
        if token[0] == "{":
            begun.append(token.start())
        elif token[0] == "}" and begun:
            start = begun.pop()
            if start <= place < token.end():
                return start, token.end()
    return None


def _filled_bytes(body: bytes, filled: Callable[[str], str]) -> bytes:
    return filled(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _shell_value(value: str, base64_variable: str | None) -> str:
    if base64_variable is None:
        return value
    return value.replace(f"${base64_variable}", f"$(printf %s ${base64_variable} | base64 | tr -d '\\n')")


def _printable(body: bytes) -> bool:
    try:
        return body.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def _octal(body: bytes) -> str:
    """Bytes as every shell's printf writes them; an argument of a command could not hold them all."""
    return "".join(f"\\{byte:03o}" for byte in body)
