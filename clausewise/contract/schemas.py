"""The JSON Schemas of a contract: found by file name, compiled once, errors told in words with their place."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from clausewise.errors import ContractError


@dataclass(frozen=True)
class Violation:
    """One constraint that an instance does not meet.

    ``pointer`` is the JSON pointer into the instance, ``keyword`` the keyword of the schema, ``place`` the schema's
    file with the pointer into it.
    """

    pointer: str
    keyword: str
    message: str
    place: str
    instance: Any
    missing: str | None = None


class Schemas:
    """The schema files of one contract. References between them are resolved by their ``$id``, never over a network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_name = {file.name: _read(file) for file in sorted(folder.glob("*.schema.json"))}
        self._registry: Registry[Any] = Registry().with_resources(
            (schema["$id"], DRAFT202012.create_resource(schema)) for schema in self._by_name.values()
        )
        self._validators: dict[int, Validator] = {}
        self._fast: dict[int, tuple[Mapping[str, Any], jsonschema_rs.Validator]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The file names of the schemas."""
        return tuple(self._by_name)

    def named(self, name: str) -> Mapping[str, Any]:
        """The schema in the file of that name; ``ContractError`` if there is none."""
        if name not in self._by_name:
            raise ContractError(
                f"{self._folder}: there is no schema {name}; the schemas are: {', '.join(self._by_name)}"
            )
        return self._by_name[name]

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself, or the one in the file that it refers to."""
        return self.named(Path(schema["$ref"]).name) if "$ref" in schema else schema

    def violations(self, schema: Mapping[str, Any], instance: Any) -> list[Violation]:
        """Every constraint of the schema that the instance does not meet, in the schema's order.

        A hundred times as fast where it meets all: only what is wrong is told by the library that tells it in words.
        """
        if self._meets(schema, instance):
            return []
        return [_told(error) for error in self._validator(schema).iter_errors(instance)]

    def _meets(self, schema: Mapping[str, Any], instance: Any) -> bool:
        """Whether the instance surely meets the schema."""
        key = id(schema)
        try:
            if key not in self._fast:  # with the schema, so that no other can come by its id
                self._fast[key] = (
                    schema,
                    jsonschema_rs.validator_for(
                        dict(schema), registry=self._fast_registry, validate_formats=True, offline=True
                    ),
                )
            return self._fast[key][1].is_valid(instance)
        except ValueError:  # a pattern that Python alone knows, an instance too deep or with a text that is no UTF-8
            return False

    @cached_property
    def _fast_registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(schema["$id"], dict(schema)) for schema in self._by_name.values()])

    def _validator(self, schema: Mapping[str, Any]) -> Validator:
        key = id(schema)  # the validator holds the schema, so no other can come by its id
        if key not in self._validators:
            self._validators[key] = _STRICT(schema, registry=self._registry, format_checker=FormatChecker())
        return self._validators[key]


def _pattern(validator: Validator, pattern: str, instance: object, schema: object) -> Iterator[ValidationError]:
    """As JSON Schema has it, where ``$`` is the end of the text; Python's stands before a last line break, too."""
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$(?=$|[|)])", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_STRICT = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # has no types


def _read(file: Path) -> Mapping[str, Any]:
    try:
        schema: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
    except json.JSONDecodeError as error:
        raise ContractError(f"{file}, line {error.lineno}: this is not JSON ({error.msg})") from error
    except UnicodeDecodeError as error:
        raise ContractError(f"{file}: this is not JSON ({error})") from error
    except SchemaError as error:
        raise ContractError(f"{file}, {error.json_path}: this is not JSON Schema 2020-12 ({error.message})") from error
    if not isinstance(schema, dict) or "$id" not in schema:
        raise ContractError(f"{file}: the schema has no $id, by which other files refer to it")
    return schema


def _told(error: ValidationError) -> Violation:
    pointer = "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
    place = "#/" + "/".join(str(part) for part in error.absolute_schema_path)
    keyword = str(error.validator)
    # jsonschema names the missing property in its message alone
    named = error.message.removesuffix(" is a required property")
    missing = ast.literal_eval(named) if keyword == "required" else None
    # ... and of a constant only what it should have been
    message = f"{error.instance!r} is not {error.validator_value!r}" if keyword == "const" else error.message
    return Violation(pointer, keyword, message, place, error.instance, missing)
