"""What a run adds to the results that allure-pytest writes: where a test belongs, its evidence, and what ran."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import allure

from clausewise.contract import Clause, Contract, Level
from clausewise.exchange import Exchange, Headers
from clausewise.record import Header
from clausewise.report.text import cut
from clausewise.report.words import target_in_words
from clausewise.run import Run
from clausewise.run.messages import source

_SEVERITIES = {
    Level.MUST: allure.severity_level.CRITICAL,
    Level.SHOULD: allure.severity_level.NORMAL,
    Level.MAY: allure.severity_level.MINOR,
    Level.SILENT: allure.severity_level.TRIVIAL,
}
"""By the level of a clause, the strongest first."""

_LONGEST_BODY = 20_000
"""Characters of a body that an attachment shows."""


def complete_result(run: Run, clause_ids: Iterable[str]) -> None:
    """Adds to the running test, at its end, where it belongs, and the exchanges that break clauses.

    It is filed under epic (API), feature (section) and story (clause), of which it may have several. Before its end
    nothing can be added for good: allure-pytest overwrites the description of a test that has not started.
    """
    contract = run.contract
    clauses = [contract.clause(clause_id) for clause_id in clause_ids]
    titles = {section.id: section.title for section in contract.sections}
    allure.dynamic.epic(contract.title)
    allure.dynamic.feature(*dict.fromkeys(titles[clause.section] for clause in clauses))
    allure.dynamic.story(*(clause.id for clause in clauses))
    allure.dynamic.description("\n\n".join(_described(contract, clause) for clause in clauses))
    if clauses:
        strongest = min((clause.level for clause in clauses), key=list(_SEVERITIES).index)
        allure.dynamic.severity(_SEVERITIES[strongest])
    if run.unstable():
        allure.dynamic.tag("unstable")
    for exchange in run.evidence():
        allure.attach(_told(exchange), f"{exchange.id}, case {exchange.case}", allure.attachment_type.TEXT)


def write_about(header: Header, directory: Path) -> None:
    """Writes beside the results what ran, and the categories into which those that are not green fall."""
    environment = "".join(f"{name}={_escaped(value)}\n" for name, value in _environment(header))
    (directory / "environment.properties").write_text(environment, encoding="ascii")
    categories = resources.files(__package__).joinpath("categories.json").read_text(encoding="utf-8")
    (directory / "categories.json").write_text(categories, encoding="utf-8")


def _environment(header: Header) -> Iterator[tuple[str, str]]:
    """What ran, with what and against whom; variables by their names only."""
    for api in header.apis:
        unset = [name for name, state in api.variables.items() if state == "not set"]
        yield f"{api.api}.target", target_in_words(api)
        yield f"{api.api}.not-set", ", ".join(unset) or "none"
        yield f"{api.api}.document", f"{api.document.title}, read {api.document.read}, SHA-256 {api.document.sha256}"
        yield f"{api.api}.contract", api.contract
    yield "profile", header.profile
    yield "seed", str(header.seed)
    yield "fail-on", header.fail_on
    yield "clausewise", header.clausewise
    yield "python", header.python
    yield "platform", header.platform
    yield from header.libraries.items()


def _escaped(value: str) -> str:
    """The value as a .properties file has it, whose escapes are those of a JSON string."""
    return json.dumps(value)[1:-1]


def _described(contract: Contract, clause: Clause) -> str:
    return f"{clause.id} ({clause.level}): {clause.says}\n\nSource: {source(contract, clause)}"


def _told(exchange: Exchange) -> bytes:
    """Request and response as one reads them on the wire, and the line that sends the request again."""
    request, response = exchange.request, exchange.response
    parts = [f"{request.method} {request.url}", *_message(request.headers, request.body or b"")]
    if response:
        parts += [f"HTTP status {response.status}", *_message(response.headers, response.body)]
    else:
        parts += [f"no answer: {exchange.failure}"]
    return "\n".join([*parts, "Again:", exchange.curl, ""]).encode("utf-8", "backslashreplace")


def _message(headers: Headers, body: bytes) -> list[str]:
    text = cut(body.decode("utf-8", "backslashreplace"), _LONGEST_BODY)
    return [*(f"{name}: {value}" for name, value in headers), "", text, ""]
