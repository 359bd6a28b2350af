"""Cases from the OpenAPI description by Schemathesis: boundary values (always the same) and random ones.

Schemathesis knows schemas, not accounts: a text that it generates where something real must be named is replaced by
the contract's fixture. Headers that the case is not about are those of the baseline, so that a header that the server
dislikes does not hide what the body would show; credentials are the harness's own business.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import schemathesis
from hypothesis.strategies import SearchStrategy
from schemathesis import Case as GeneratedCase
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CaseMetadata, CoveragePhaseData

from clausewise.cases.bundle import bundled
from clausewise.cases.case import Case, json_body
from clausewise.cases.named import baseline_case, clause_cases
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract, Operation, Use
from clausewise.exchange import Headers

POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE

_SETTINGS = {
    "generation": {"deterministic": True},
    "phases": {"coverage": {"unexpected-methods": []}},  # undocumented methods are nobody's business to send
}


def boundary_cases(contract: Contract) -> list[Case]:
    """The boundary-value cases of every operation, with ids that are the same in every process.

    Each request stands there once, and none that a clause names already.
    """
    unique = {_content(case): case for _, case in clause_cases(contract)}
    named = set(unique)
    for operation in contract.operations.values():
        for generated in _coverage(contract, operation):
            about_headers = _breaks_header(generated)
            case = _adopted(contract, operation, generated, _boundary_id(generated), about_headers=about_headers)
            unique.setdefault(_content(case), case)
    return list(_numbered(case for content, case in unique.items() if content not in named))


def random_cases(contract: Contract, operation: str, mode_name: str) -> SearchStrategy[Case]:
    """Random cases of one operation: ``positive`` ones are undisputed, most ``negative`` ones break the description."""
    entry, mode = contract.operations[operation], GenerationMode(mode_name)

    def adopted(generated: GeneratedCase[Any]) -> Case:
        name = f"{operation}/random {mode.value}"
        return _adopted(contract, entry, generated, name, about_headers=_negative_header_alone(generated))

    described = _description(contract, undisputed=mode is POSITIVE)[entry.path][entry.method]
    generated: SearchStrategy[GeneratedCase[Any]] = described.as_strategy(generation_mode=mode)
    cases = generated.map(adopted)
    if mode is POSITIVE:  # fixtures in their places may not fit together
        return cases.filter(lambda case: not planned_tags(contract, case).faults)
    return cases


@cache
def _description(contract: Contract, *, undisputed: bool) -> Any:
    """The OpenAPI description for Schemathesis; if undisputed, with the bodies that no reading may refuse."""
    raw = bundled(contract)
    for operation in contract.operations.values():
        content = raw["paths"][operation.path][operation.method.lower()]["requestBody"]["content"][operation.media_type]
        if undisputed and "x-undisputed-schema" in content:
            content["schema"] = content["x-undisputed-schema"]
    return schemathesis.openapi.from_dict(raw, config=schemathesis.Config.from_dict(_SETTINGS))


def _coverage(contract: Contract, operation: Operation) -> Iterator[GeneratedCase[Any]]:
    schema = _description(contract, undisputed=False)
    found: Iterator[GeneratedCase[Any]] = schema.iter_coverage_cases(
        schema[operation.path][operation.method],
        generation_modes=[POSITIVE, NEGATIVE],
        generation_config=schema.config.generation,
    )
    return found


def _adopted(
    contract: Contract, operation: Operation, generated: GeneratedCase[Any], case_id: str, *, about_headers: bool
) -> Case:
    """Our case for a generated one: its body with fixtures in place, and its headers if the case is about them."""
    sent = generated.as_transport_kwargs(base_url="http://target.invalid")
    baseline = baseline_case(contract, operation=operation.id)
    return Case(
        id=case_id,
        operation=operation.id,
        credentials=baseline.credentials,
        path=baseline.path,
        headers=_documented_headers(contract, operation, sent["headers"]) if about_headers else baseline.headers,
        query=baseline.query,
        body=_grounded(contract, operation, sent),
    )


def _documented_headers(contract: Contract, operation: Operation, headers: Mapping[str, str]) -> Headers:
    """The generated headers that are documented, those that are in order with fixtures in their places."""
    parameters = {parameter.name.lower(): parameter for parameter in operation.parameters_in("header")}
    given = {place.lower(): f"${names[0]}" for place, names in operation.fixtures.items()}

    def grounded(name: str, value: str) -> str:
        fixture, parameter = given.get(f"header/{name}"), parameters.get(name)
        is_in_order = parameter is not None and not contract.schemas.violations(parameter.schema, value)
        return fixture if fixture and is_in_order else value

    return tuple(
        (name, grounded(name.lower(), value))
        for name, value in headers.items()
        if name.lower() in {"content-type", *parameters}
    )


def _grounded(contract: Contract, operation: Operation, sent: Mapping[str, Any]) -> bytes | None:
    """The generated body with fixtures in their places, and without what generated requests leave out."""
    if "json" not in sent:
        data = sent.get("data")
        return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    body = json.loads(json.dumps(sent["json"]))  # a copy: the generated case is not ours to change
    for pointer in operation.omitted:
        *steps, last = pointer.split("/")[1:]
        for holder in _holders(body, steps):
            if isinstance(holder, dict):
                holder.pop(last, None)
    for place, names in operation.fixtures.items():
        where, *steps, last = place.split("/")
        if where == "body":
            _put_fixture(contract, body, steps, last, names[0])
    return json_body(body)


def _put_fixture(contract: Contract, body: Any, steps: list[str], last: str, name: str) -> None:
    variable = contract.variables.get(name)
    if variable is not None and variable.list is Use.TOGETHER and "*" in steps:
        for holder in _holders(body, steps[: steps.index("*")]):
            if isinstance(holder, list):
                del holder[1:]  # one element stands for all values of the variable
    for holder in _holders(body, steps):
        if isinstance(holder, dict) and isinstance(holder.get(last), str):
            holder[last] = f"${name}"


def _holders(value: Any, steps: list[str]) -> list[Any]:
    """What stands at the end of these steps; ``*`` is each element of a list."""
    for at, step in enumerate(steps):
        if step == "*":
            return (
                [found for item in value for found in _holders(item, steps[at + 1 :])]
                if isinstance(value, list)
                else []
            )
        value = value.get(step) if isinstance(value, dict) else None
    return [value]


def _breaks_header(generated: GeneratedCase[Any]) -> bool:
    location = _boundary(generated).parameter_location
    return location is ParameterLocation.HEADER and _meta(generated).generation.mode is NEGATIVE


def _negative_header_alone(generated: GeneratedCase[Any]) -> bool:
    modes = {location: component.mode for location, component in _meta(generated).components.items()}
    return modes.get(ParameterLocation.HEADER) is NEGATIVE and modes.get(ParameterLocation.BODY) is not NEGATIVE


def _boundary_id(generated: GeneratedCase[Any]) -> str:
    """Operation, mode, scenario and place: what the case is about, in characters fit for a test id."""
    boundary = _boundary(generated)
    parts = (_meta(generated).generation.mode.value, boundary.scenario.value, boundary.location or "")
    words = [re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") for part in parts]
    return f"{generated.operation.definition.raw['operationId']}/" + ".".join(word for word in words if word)


def _meta(generated: GeneratedCase[Any]) -> CaseMetadata:
    assert generated.meta is not None  # every case that Schemathesis generates itself has it
    return generated.meta


def _boundary(generated: GeneratedCase[Any]) -> CoveragePhaseData:
    data = _meta(generated).phase.data
    assert isinstance(data, CoveragePhaseData)
    return data


def _content(case: Case) -> tuple[object, ...]:
    """What tells two requests apart, whatever they are called."""
    query = tuple(case.query.items())
    return (case.operation, case.credentials, *case.path.values(), case.prefer, case.headers, query, case.body)


def _numbered(cases: Iterable[Case]) -> Iterator[Case]:
    """Cases of the same id told apart by a number, in the order in which they were made."""
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.id] += 1
        number = seen[case.id]
        yield case if number == 1 else replace(case, id=f"{case.id}.{number}")
