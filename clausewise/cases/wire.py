"""What a request is, read off the wire: the tags by which clauses name the requests that they are about.

Faults (the request leaves what the document surely allows)::

    on-demand/504                        it asks for a status by Prefer: code=504
    credentials/<kind>                   a kind of credentials that is not valid
    path/unknown:<name>, path/odd:<name> the value is none of the target's; odd: it does not even look like one
    header/malformed:<name>              against the parameter's schema (query/... likewise)
    header/unlisted:<name>               well-formed, but none of the values that are known to exist
    content-type/missing, content-type/other:<media type>, content-type/parameter
    body/absent
    body/syntax                          no parser reads it as one complete value
    body/extension                       more than JSON: only lenient parsers read a value in it (RFC 8259, section 9)
    body/duplicate-key                   an object names a key twice; the faults are those of both readings
    body/<keyword>:<pointer>             against the documented schema; missing: and null: have names of their own
    body/unknown:<pointer>               a fixture's place holds another value
    body/incomplete:<place>              of values that go together not each stands there once
    body/disputed:<pointer>              the document is silent on it
    body/extreme:<kind>                  what a server may rightly refuse: byte-order-mark, encoding, nesting, number
                                         (also 1.0 or 1e0 for an integer), surrogate, control, length; in a body
                                         without other faults also characters
    condition/<name>                     one of the contract's conditions

Traits (facts that are no faults)::

    credentials/<valid kind>   header/absent:<name>   header/present:<name>   header/value:<name>=<known value>
    body/absent:<pointer>      body/empty:<pointer>   body/only:<pointer>=<value>   body/value:<pointer>=<true or false>
    body/present:<pointer>     an optional text
    fixture/reserved           fixture/<variable>     where several variables may stand in one place
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from clausewise.cases import Case, compose
from clausewise.cases.expectation import matches
from clausewise.cases.wire_body import Tagged, body_tags
from clausewise.contract import Contract, Operation, Parameter
from clausewise.errors import Unsendable
from clausewise.exchange import Request, Tags
from clausewise.target import Target, planned


def tags(contract: Contract, case: Case, request: Request, target: Target) -> Tags:
    """The tags of a request as it goes to the target, from its bytes alone but for the case's own tag."""
    operation = contract.operations[case.operation]
    found = [
        *_on_demand(request),
        *_credentials(contract, request, target),
        *_path(contract, operation, request, target),
        *_parameters(contract, operation, request),
        *_content_type(operation, request),
        *body_tags(contract, operation, request.body, target),
    ]
    if case.tag:
        found.append((case.tag, False))
    found += [(condition, True) for condition in _conditions(contract, [tag for tag, _ in found])]
    faults = tuple(dict.fromkeys(tag for tag, is_fault in found if is_fault))
    is_faulty_body = any(fault.startswith("body/") for fault in faults)  # what else it is counts for conditions alone
    return Tags(
        faults=faults,
        traits=frozenset(
            tag for tag, is_fault in found if not is_fault and not (is_faulty_body and tag.startswith("body/"))
        ),
    )


@lru_cache(maxsize=2048)  # asked when the tests are made, when the request is, and when the suite runs again
def planned_tags(contract: Contract, case: Case) -> Tags:
    """What a case is before it is sent, whatever the target."""
    target = planned(contract)
    return tags(contract, case, compose(contract, case, target), target)


def _conditions(contract: Contract, found: list[str]) -> list[str]:
    """The conditions of which a request has every tag."""
    return [
        f"condition/{name}"
        for name, together in contract.conditions.items()
        if all(matches([pattern], found) for pattern in together)
    ]


def _on_demand(request: Request) -> Tagged:
    for value in request.values("prefer"):
        code = re.fullmatch(r"code=(\d{3})", value)
        if code:
            yield f"on-demand/{code[1]}", True


def _credentials(contract: Contract, request: Request, target: Target) -> Tagged:
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


def _path(contract: Contract, operation: Operation, request: Request, target: Target) -> Tagged:
    prefix = urlsplit(target.base_url).path
    path = urlsplit(request.url).path.removeprefix(prefix)
    match = _template(operation.path).fullmatch(path)
    for name, raw in match.groupdict().items() if match else ():
        variables = operation.fixtures.get(f"path/{name}", ())
        value = unquote(raw)
        if not variables or any(value in target.values.get(variable, ()) for variable in variables):
            continue
        forms = [contract.variables[variable].looks_like for variable in variables]
        looks_real = any(form is None or re.fullmatch(form, value) for form in forms)
        yield f"path/{'unknown' if looks_real else 'odd'}:{name}", True


@cache
def _template(path: str) -> re.Pattern[str]:
    """What an operation's path looks like once its parameters are filled in."""
    template = re.escape(path).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]*)", template))


def _parameters(contract: Contract, operation: Operation, request: Request) -> Tagged:
    query = parse_qs(urlsplit(request.url).query, keep_blank_values=True)
    for parameter in operation.parameters:
        if parameter.location == "header":
            yield from _parameter(contract, parameter, request.values(parameter.name))
        elif parameter.location == "query":
            yield from _parameter(contract, parameter, query.get(parameter.name, []))


def _parameter(contract: Contract, parameter: Parameter, values: list[str]) -> Tagged:
    if not values:
        yield f"{parameter.location}/absent:{parameter.name}", parameter.required
    elif len(values) > 1 or contract.schemas.violations(parameter.schema, values[0]):
        yield f"{parameter.location}/malformed:{parameter.name}", True
    elif not parameter.known:
        yield f"{parameter.location}/present:{parameter.name}", False
    elif set(values[0].split(",") if parameter.listing else values) <= set(parameter.known):
        yield f"{parameter.location}/value:{parameter.name}={values[0]}", False
    else:
        yield f"{parameter.location}/unlisted:{parameter.name}", True


def _content_type(operation: Operation, request: Request) -> Tagged:
    values = request.values("content-type")
    media_type, _, parameters = values[0].partition(";") if values else ("", "", "")
    if not values:
        yield "content-type/missing", True
    elif media_type.strip().lower() != operation.media_type:
        yield f"content-type/other:{media_type.strip().lower()}", True
    elif parameters:
        yield "content-type/parameter", True
