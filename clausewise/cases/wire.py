"""What a request is, read off the wire: the tags by which clauses name the requests that they are about.

Faults (the request leaves what the document surely allows)::

    on-demand/504                        it asks for a status by Prefer: code=504
    credentials/<kind>                   a kind of credentials that is not valid
    path/unknown:<name>, path/odd:<name> the value is none of the target's; odd: it does not even look like one
    header/malformed:<name>              against the parameter's schema (query/... likewise)
    header/unlisted:<name>               well-formed, but none of the values that the document names
    content-type/missing, content-type/other:<media type>, content-type/parameter
    body/absent, body/syntax, body/duplicate-key
    body/<keyword>:<pointer>             against the documented schema; missing: and null: have names of their own
    body/unknown:<pointer>               a fixture's place holds another value
    body/disputed:<pointer>              the document is silent on it

Traits (facts that are no faults)::

    credentials/<valid kind>   header/absent:<name>   header/value:<name>=<known value>
    body/absent:<pointer>      body/empty:<pointer>   body/only:<pointer>=<value>   fixture/reserved
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from clausewise.cases import Case, compose
from clausewise.contract import Contract, Operation, Parameter, Violation
from clausewise.errors import Unsendable
from clausewise.exchange import Request, Tags, no_constant
from clausewise.target import Target, planned


class _DuplicateKeyError(ValueError):
    """A JSON object names a key twice."""


def tags(contract: Contract, case: Case, request: Request, target: Target) -> Tags:
    """The tags of a request as it goes to the target, from its bytes alone but for the case's own tag."""
    operation = contract.operations[case.operation]
    found = [
        *_on_demand(request),
        *_credentials(contract, request, target),
        *_path(contract, operation, request, target),
        *_parameters(contract, operation, request),
        *_content_type(operation, request),
        *_body(contract, operation, request, target),
    ]
    return Tags(
        faults=tuple(dict.fromkeys(tag for tag, is_fault in found if is_fault)),
        traits=frozenset([tag for tag, is_fault in found if not is_fault] + ([case.tag] if case.tag else [])),
    )


def planned_tags(contract: Contract, case: Case) -> Tags:
    """What a case is before it is sent, whatever the target."""
    target = planned(contract)
    return tags(contract, case, compose(contract, case, target), target)


_Tagged = Iterator[tuple[str, bool]]  # a tag, and whether it is a fault


def _on_demand(request: Request) -> _Tagged:
    for value in request.values("prefer"):
        code = re.fullmatch(r"code=(\d{3})", value)
        if code:
            yield f"on-demand/{code[1]}", True


def _credentials(contract: Contract, request: Request, target: Target) -> _Tagged:
    sent = {
        kind.header: request.values(kind.header) for kind in contract.credentials.values() if kind.header is not None
    }
    for kind in contract.credentials.values():
        try:
            matches = sent[kind.header] == [target.credentials(kind)] if kind.header else not any(sent.values())
        except Unsendable:
            continue
        if matches:
            yield f"credentials/{kind.name}", not kind.valid
            return
    yield "credentials/unrecognised", True


def _path(contract: Contract, operation: Operation, request: Request, target: Target) -> _Tagged:
    prefix = urlsplit(target.base_url).path
    path = urlsplit(request.url).path.removeprefix(prefix)
    template = re.escape(operation.path).replace(r"\{", "{").replace(r"\}", "}")
    match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]*)", template), path)
    for name, raw in match.groupdict().items() if match else ():
        variable = operation.fixtures.get(f"path/{name}")
        value = unquote(raw)
        if variable is None or value in target.values.get(variable, ()):
            continue
        form = contract.variables[variable].looks_like
        yield f"path/{'unknown' if form is None or re.fullmatch(form, value) else 'odd'}:{name}", True


def _parameters(contract: Contract, operation: Operation, request: Request) -> _Tagged:
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    for parameter in operation.parameters:
        if parameter.location == "header":
            yield from _parameter(contract, parameter, request.values(parameter.name))
        elif parameter.location == "query":
            yield from _parameter(contract, parameter, query.get(parameter.name, []))


def _parameter(contract: Contract, parameter: Parameter, values: list[str]) -> _Tagged:
    if not values:
        yield f"{parameter.location}/absent:{parameter.name}", parameter.required
    elif len(values) > 1 or contract.schemas.violations(parameter.schema, values[0]):
        yield f"{parameter.location}/malformed:{parameter.name}", True
    elif values[0] in parameter.known:
        yield f"{parameter.location}/value:{parameter.name}={values[0]}", False
    elif parameter.known:
        yield f"{parameter.location}/unlisted:{parameter.name}", True


def _content_type(operation: Operation, request: Request) -> _Tagged:
    values = request.values("content-type")
    media_type, _, parameters = values[0].partition(";") if values else ("", "", "")
    if not values:
        yield "content-type/missing", True
    elif media_type.strip().lower() != operation.media_type:
        yield f"content-type/other:{media_type.strip().lower()}", True
    elif parameters:
        yield "content-type/parameter", True


def _body(contract: Contract, operation: Operation, request: Request, target: Target) -> _Tagged:
    if not request.body:
        yield "body/absent", True
        return
    try:
        value = _strict_json(request.body)
    except _DuplicateKeyError:
        yield "body/duplicate-key", True
        return
    except (ValueError, RecursionError):
        yield "body/syntax", True
        return
    faults = list(_violations(contract, operation, value))
    faults += _unknown_fixtures(operation, value, target)
    if faults:
        yield from ((fault, True) for fault in faults)
    else:
        yield from ((trait, False) for trait in _body_traits(contract, operation.schema, value, ""))
    if _holds_reserved(operation, value, target):
        yield "fixture/reserved", False


def _strict_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN, no Infinity, UTF-8 only, and each key once."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise _DuplicateKeyError
        return dict(pairs)

    return json.loads(body.decode("utf-8"), object_pairs_hook=once, parse_constant=no_constant)


def _violations(contract: Contract, operation: Operation, value: Any) -> list[str]:
    documented = contract.schemas.violations(operation.schema, value)
    if documented:
        mistyped = {violation.pointer for violation in documented if violation.keyword == "type"}
        return [
            _fault(violation)
            for violation in documented
            if violation.keyword == "type" or violation.pointer not in mistyped
        ]
    if operation.undisputed_schema is None:
        return []
    disputed = contract.schemas.violations(operation.undisputed_schema, value)
    return [f"body/disputed:{violation.pointer}" for violation in disputed]


def _fault(violation: Violation) -> str:
    if violation.missing is not None:
        return f"body/missing:{violation.pointer.rstrip('/')}/{violation.missing}"
    keyword = "null" if violation.keyword == "type" and violation.instance is None else violation.keyword
    return f"body/{keyword}:{violation.pointer}"


def _fixture_values(operation: Operation, value: Any) -> Iterator[tuple[str, str, str]]:
    """Pointer, variable and text of each place in the body that holds a fixture's value."""
    for place, variable in operation.fixtures.items():
        where, _, pointer = place.partition("/")
        if where == "body":
            found = _at(value, pointer.split("/"))
            if isinstance(found, str):
                yield f"/{pointer}", variable, found


def _unknown_fixtures(operation: Operation, value: Any, target: Target) -> list[str]:
    return [
        f"body/unknown:{pointer}"
        for pointer, variable, text in _fixture_values(operation, value)
        if text not in target.values.get(variable, ())
    ]


def _holds_reserved(operation: Operation, value: Any, target: Target) -> bool:
    return any(target.is_reserved(variable, text) for _, variable, text in _fixture_values(operation, value))


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return value


def _body_traits(contract: Contract, schema: Mapping[str, Any], value: Any, pointer: str) -> Iterator[str]:
    """Which documented properties are left out, which lists are empty, and which hold one text alone."""
    schema = contract.schemas.resolved(schema)
    if isinstance(value, list):
        if not value:
            yield f"body/empty:{pointer}"
        elif len(value) == 1 and isinstance(value[0], str):
            yield f"body/only:{pointer}={value[0]}"
    elif isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from _body_traits(contract, part, value[name], f"{pointer}/{name}")
            else:
                yield f"body/absent:{pointer}/{name}"
