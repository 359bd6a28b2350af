"""Reading a contract's folder: ``clauses.yaml``, ``target.yaml``, ``openapi.yaml`` and ``schemas/``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from clausewise.contract.model import (
    Binds,
    Clause,
    Contract,
    Creation,
    CredentialKind,
    Document,
    Level,
    Operation,
    Parameter,
    Production,
    Rate,
    Reason,
    Section,
    Source,
    Try,
    Use,
    Variable,
)
from clausewise.contract.schemas import Schemas
from clausewise.errors import ContractError, UsageError

_HERE = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast, where it is built


def contracts_folder() -> Path:
    """Where the contracts lie: inside the installed package, or beside it in a checkout."""
    installed = _HERE.parent / "contracts"
    return installed if installed.is_dir() else _HERE.parent.parent / "contracts"


def available(folder: Path | None = None) -> tuple[str, ...]:
    """The names of the APIs that have a contract, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in (folder or contracts_folder()).glob("*/clauses.yaml")))


def load(api: str, folder: Path | None = None) -> Contract:
    """The contract of one API.

    Raises ``UsageError`` for a name that has no contract and ``ContractError`` for a file that cannot be used.
    """
    root = folder or contracts_folder()
    if api not in available(root):
        known = ", ".join(available(root)) or "none"
        raise UsageError(f"there is no API called {api!r}; the contracts in {root} are: {known}")
    return _read_contract(root / api)


def _read_contract(folder: Path) -> Contract:
    clauses = _read(folder / "clauses.yaml", "clauses.schema.json")
    target = _read(folder / "target.yaml", "target.schema.json")
    schemas = Schemas(folder / "schemas")
    openapi = _yaml(folder / "openapi.yaml")
    operations = _operations(folder / "openapi.yaml", openapi, target, schemas)
    return Contract(
        api=folder.name,
        title=target["title"],
        folder=folder,
        digest=_digest(folder),
        document=_document(clauses["document"]),
        sections=tuple(Section(s["id"], s["title"], str(s["lines"])) for s in clauses["sections"]),
        clauses=tuple(
            _clause(folder / "clauses.yaml", line, entry, operations)
            for line, template in zip(_entry_lines(folder / "clauses.yaml"), clauses["clauses"], strict=True)
            for entry in _expanded(template)
        ),
        reasons={
            name: Reason(entry["says"], tuple(entry.get("when", ())), tuple(entry.get("unless", ())))
            for name, entry in clauses.get("reasons", {}).items()
        },
        conditions={name: tuple(tags) for name, tags in clauses.get("conditions", {}).items()},
        operations=operations,
        variables={name: _variable(name, entry) for name, entry in target["variables"].items()},
        credentials={name: _credentials(name, entry) for name, entry in target["credentials"].items()},
        on_demand=target.get("on_demand"),
        rate=Rate(**target["rate"]) if "rate" in target else None,
        production=_production(folder / "target.yaml", target),
        schemas=schemas,
        openapi=openapi,
    )


def _digest(folder: Path) -> str:
    """One SHA-256 over all files of the contract and their names."""
    total = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _read(file: Path, schema_name: str) -> dict[str, Any]:
    """A YAML file that meets a schema of this package; numbers, dates and texts as the schema wants them."""
    content = _yaml(file)
    error = best_match(_validator(schema_name).iter_errors(content))
    if error is not None:
        place = error.json_path.removeprefix("$").lstrip(".") or "the top"
        raise ContractError(f"{file}, at {place}{_named(content, error.absolute_path)}: {error.message}")
    assert isinstance(content, dict)
    return content


@cache
def _validator(schema_name: str) -> Draft202012Validator:
    schema = json.loads((_HERE / schema_name).read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _yaml(file: Path) -> Any:
    try:
        return _plain(yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506  both are safe loaders
    except FileNotFoundError as error:
        raise ContractError(f"{file}: the file is missing") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ContractError(f"{file}{line}: this is not YAML ({getattr(error, 'problem', error)})") from error


def _entry_lines(file: Path) -> list[int]:
    """For each entry of ``clauses`` the line on which its id stands, counted from 1."""
    top: Any = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    entries = {key.value: value for key, value in top.value}["clauses"].value
    return [{key.value: key for key, _ in entry.value}["id"].start_mark.line + 1 for entry in entries]


def _plain(value: Any) -> Any:
    """YAML's dates as text, and every key as text, so that JSON Schema can judge the file."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _named(content: Any, path: Iterable[str | int]) -> str:
    """The id of the clause in which a fault lies, for people who search the file for it."""
    match list(path):
        case ["clauses", int(index), *_] if isinstance(content["clauses"][index], dict):
            return f" ({content['clauses'][index].get('id', 'a clause without id')})"
    return ""


def _expanded(template: dict[str, Any]) -> list[dict[str, Any]]:
    """A clause with ``each`` stands for several: ``{name}`` in its texts is replaced from each entry."""
    if "each" not in template:
        return [template]
    rest = {key: value for key, value in template.items() if key != "each"}
    return [_replaced(rest, entry) for entry in template["each"]]


def _replaced(value: Any, entry: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, entry) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, entry) for item in value]
    if not isinstance(value, str):
        return value
    for name, replacement in entry.items():
        if value == f"{{{name}}}":  # the whole text: a number stays a number
            return replacement
        value = value.replace(f"{{{name}}}", str(replacement))
    return value


def _clause(file: Path, line: int, entry: dict[str, Any], operations: Mapping[str, Operation]) -> Clause:
    try:
        sources = tuple(_source(source) for source in entry["source"])
        tries = tuple(_try(item) for item in entry.get("try", []))
    except ValueError as error:  # a {name} in the place of a number that `each` does not give
        raise ContractError(f"{file}, clause {entry['id']}: a number is wanted ({error})") from error
    return Clause(
        id=entry["id"],
        section=entry["section"],
        level=Level(entry["level"]),
        says=entry["says"],
        sources=sources,
        operation=entry.get("operation", next(iter(operations))),
        check=entry.get("check"),
        arguments=entry.get("with", {}),
        tries=tries,
        note=entry.get("note"),
        excluded=entry.get("excluded"),
        supplementary=entry.get("supplementary", False),
        depends=tuple(entry.get("depends", ())),
        implied_by=entry.get("implied_by"),
        rests_on=entry.get("rests_on"),
        binds=Binds(entry.get("binds", Binds.SERVER)),
        entry_line=line,
    )


def _document(entry: dict[str, Any]) -> Document:
    passed_over = tuple(
        _source({"lines": lines, "has": [item["because"]]}) for item in entry["passed_over"] for lines in item["lines"]
    )
    return Document(entry["title"], entry["file"], entry["sha256"], entry["read"], passed_over)


def _source(entry: dict[str, Any]) -> Source:
    first, _, last = str(entry["lines"]).partition("-")
    return Source(int(first), int(last or first), tuple(str(text) for text in entry.get("has", ())))


def _try(entry: dict[str, Any]) -> Try:
    prefer = None if entry.get("prefer") is None else int(entry["prefer"])
    return Try(**{**entry, "prefer": prefer}, changes_body="body" in entry or "text" in entry)


def _variable(name: str, entry: dict[str, Any]) -> Variable:
    return Variable(
        name=name,
        meaning=entry["meaning"],
        required=entry.get("required", False),
        secret=entry.get("secret", False),
        list=Use(entry["list"]) if "list" in entry else None,
        looks_like=entry.get("looks_like"),
    )


def _credentials(name: str, entry: dict[str, Any]) -> CredentialKind:
    return CredentialKind(
        name=name,
        valid=entry.get("valid", False),
        header=entry.get("header"),
        value=entry.get("value", ""),
        base64=entry.get("base64"),
        proof=_try({"name": f"proof of {name}", **entry["proof"]}) if "proof" in entry else None,
    )


def _production(file: Path, target: Mapping[str, Any]) -> Production:
    entry = target.get("production", {})
    for name in entry.get("values", {}):
        if name not in target["variables"]:  # what guards nothing must not look as if it did
            raise ContractError(f"{file}, at production.values: there is no variable called {name}")
    return Production(tuple(host.lower() for host in entry.get("hosts", ())), entry.get("values", {}))


def _creation(entry: dict[str, Any]) -> Creation:
    ((where, pointer),) = entry["id"].items()
    return Creation(entry["what"], pointer, in_request=where == "request")


def _operations(file: Path, openapi: Any, target: Mapping[str, Any], schemas: Schemas) -> dict[str, Operation]:
    try:
        found = {
            entry["operationId"]: (path, method, entry)
            for path, methods in openapi["paths"].items()
            for method, entry in methods.items()
        }
        return {name: _operation(*found[name], target["operations"][name], schemas) for name in target["operations"]}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContractError(
            f"{file}: an operation that target.yaml names cannot be read from it (missing or misplaced: {error})"
        ) from error


def _operation(
    path: str, method: str, entry: Mapping[str, Any], target: Mapping[str, Any], schemas: Schemas
) -> Operation:
    ((media_type, content),) = entry["requestBody"]["content"].items()
    undisputed = content.get("x-undisputed-schema")
    return Operation(
        id=entry["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(
            found for item in entry.get("parameters", []) for found in _parameters(item, item["schema"], schemas)
        ),
        media_type=media_type,
        schema=schemas.resolved(content["schema"]),
        undisputed_schema=schemas.resolved(undisputed) if undisputed else None,
        baseline=_try({"name": "baseline", **target["baseline"]}),
        fixtures={
            place: (names,) if isinstance(names, str) else tuple(names) for place, names in target["fixtures"].items()
        },
        omitted=tuple(target.get("omitted", ())),
        repeatable=target.get("repeatable", True),
        creates=_creation(target["creates"]) if "creates" in target else None,
    )


def _parameters(entry: Mapping[str, Any], schema: Mapping[str, Any], schemas: Schemas) -> Iterator[Parameter]:
    """A parameter as it goes onto the wire; a deepObject becomes ``name[property]`` for each property."""
    schema = schemas.resolved(schema)
    if entry.get("style") == "deepObject":
        for name, part in schema["properties"].items():
            yield from _parameters({"name": f"{entry['name']}[{name}]", "in": entry["in"]}, part, schemas)
        return
    known = schema.get("x-known-values", entry.get("x-known-values", schema.get("enum", ())))
    yield Parameter(
        name=entry["name"],
        location=entry["in"],
        required=entry.get("required", False),
        schema=schema,
        known=tuple(str(value) for value in known),
        listing=schema.get("x-comma-separated", False),
    )
