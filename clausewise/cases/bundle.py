"""The OpenAPI description and the schema files of a contract as one document.

Schemathesis follows a reference to a file by the ``$id`` of the schema around it. Ours are names and no addresses
(``https://clausewise.invalid/...``), so it would send requests for them. One document leaves nothing to follow.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from clausewise.contract import Contract

_SCHEMAS = "#/components/schemas"


def bundled(contract: Contract) -> dict[str, Any]:
    """Return the OpenAPI description with all schema files below ``components/schemas``, by their file names."""
    document: dict[str, Any] = _relocated(contract.openapi)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in contract.schemas.names:
        schemas[name] = _relocated(contract.schemas.named(name), name)
        del schemas[name]["$id"]
    return document


def _relocated(value: Any, file: str = "") -> Any:
    """Return a copy whose references lead into the bundle; ``file`` is the schema file that holds the value, if any."""
    if isinstance(value, list):
        return [_relocated(item, file) for item in value]
    if not isinstance(value, dict):
        return value
    copied = {key: _relocated(item, file) for key, item in value.items()}
    if isinstance(value.get("$ref"), str):
        copied["$ref"] = _relocated_reference(value["$ref"], file)
    return copied


def _relocated_reference(reference: str, file: str) -> str:
    address, _, pointer = reference.partition("#")
    name = PurePosixPath(address).name or file
    return f"{_SCHEMAS}/{name}{pointer}" if name else reference
