"""The schema files of a contract: broken ones are told with their place, and violations in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from clausewise.contract import Schemas
from clausewise.errors import ContractError
from tests.harness import builders
from tests.harness.driving import contract_of

ID = "https://clausewise.invalid/tests/"


def written(folder: Path, **schemas: object) -> Schemas:
    """The schemas of these names."""
    for name, schema in schemas.items():
        content = {"$id": f"{ID}{name}.schema.json", **schema} if isinstance(schema, dict) else schema
        (folder / f"{name}.schema.json").write_text(json.dumps(content), encoding="utf-8")
    return Schemas(folder)


def complaint(folder: Path, content: bytes) -> str:
    file = folder / "broken.schema.json"
    file.write_bytes(content)
    with pytest.raises(ContractError) as caught:
        Schemas(folder)
    assert str(caught.value).startswith(str(file))
    return str(caught.value).removeprefix(str(file))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{\n  "$id": "x",\n  "type": \n}', ", line 4: this is not JSON"),
        (b'{"$id": "x",}', ", line 1: this is not JSON"),
        (b"", ", line 1: this is not JSON"),
        (b'{"$id": "\xff"}', ": this is not JSON"),
        (b'{"$id": "x", "type": "strin"}', ", $.type: this is not JSON Schema 2020-12"),
        (b'{"$id": "x", "properties": {"a": {"minimum": "1"}}}', ", $.properties.a.minimum: this is not JSON Schema"),
        (b"[]", ", $: this is not JSON Schema 2020-12"),
        (b"true", ": the schema has no $id"),
        (b'{"type": "object"}', ": the schema has no $id"),
    ],
)
def test_a_broken_schema_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    assert complaint(tmp_path, content).startswith(says)


def test_only_schema_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("not JSON", encoding="utf-8")

    assert written(tmp_path, b={}, a={}).names == ("a.schema.json", "b.schema.json")
    assert Schemas(tmp_path / "missing").names == ()


def test_a_schema_is_found_by_its_file_name(tmp_path: Path) -> None:
    schemas = written(tmp_path, a={"type": "string"})

    assert schemas.named("a.schema.json")["type"] == "string"
    assert schemas.resolved({"$ref": "schemas/a.schema.json"}) == schemas.named("a.schema.json")
    assert schemas.resolved({"type": "number"}) == {"type": "number"}
    with pytest.raises(ContractError) as caught:
        schemas.named("b.schema.json")
    assert str(caught.value) == f"{tmp_path}: there is no schema b.schema.json; the schemas are: a.schema.json"


def test_references_between_files_are_followed(tmp_path: Path) -> None:
    schemas = written(tmp_path, outer={"items": {"$ref": "inner.schema.json"}}, inner={"enum": ["a", "b"]})
    outer = schemas.named("outer.schema.json")

    assert schemas.violations(outer, ["a", "b"]) == []
    assert [violation.pointer for violation in schemas.violations(outer, ["a", "c", "b", 1])] == ["/1", "/3"]


@pytest.mark.parametrize(
    ("schema", "instance", "pointer", "keyword", "place"),
    [
        ({"type": "object"}, [], "/", "type", "#/type"),
        ({"required": ["a"]}, {}, "/", "required", "#/required"),
        ({"properties": {"a": {"type": "string"}}}, {"a": None}, "/a", "type", "#/properties/a/type"),
        ({"items": {"items": {"minimum": 1}}}, [[1], [1, 0]], "/1/1", "minimum", "#/items/items/minimum"),
        ({"additionalProperties": False}, {"x": 1}, "/", "additionalProperties", "#/additionalProperties"),
    ],
)
def test_a_violation_has_a_place(
    tmp_path: Path, schema: dict[str, Any], instance: object, pointer: str, keyword: str, place: str
) -> None:
    (violation,) = written(tmp_path).violations(schema, instance)

    assert (violation.pointer, violation.keyword, violation.place) == (pointer, keyword, place)
    assert violation.message
    assert violation.missing == ("a" if keyword == "required" else None)


@pytest.mark.parametrize("name", ["plain", "it's", 'the "second"', "both ' and \"", "a\nb", "back\\slash", "é"])
def test_a_missing_property_is_named(tmp_path: Path, name: str) -> None:
    (violation,) = written(tmp_path).violations({"required": [name]}, {})

    assert violation.missing == name


def test_every_violation_is_told(tmp_path: Path) -> None:
    schema = {"required": ["a", "b"], "properties": {"c": {"type": "string"}}}
    violations = written(tmp_path).violations(schema, {"c": 1})

    assert sorted(violation.missing or violation.pointer for violation in violations) == ["/c", "a", "b"]


def test_formats_are_checked(tmp_path: Path) -> None:
    schemas = written(tmp_path)

    assert schemas.violations({"format": "date-time"}, "2026-11-21T20:00:00Z") == []
    assert [one.keyword for one in schemas.violations({"format": "date-time"}, "yesterday")] == ["format"]
    assert [one.keyword for one in schemas.violations({"format": "uuid"}, "no-uuid")] == ["format"]


def test_numbers_and_booleans_are_told_apart(tmp_path: Path) -> None:
    schemas = written(tmp_path)

    assert schemas.violations({"type": "integer"}, True)
    assert schemas.violations({"enum": [1]}, True)
    assert not schemas.violations({"type": "integer"}, 1.0)


def test_what_came_in_place_of_a_constant_is_told(tmp_path: Path) -> None:
    schemas = written(tmp_path, state={"properties": {"status": {"const": "pending"}}})

    [violation] = schemas.violations(schemas.named("state.schema.json"), {"status": "active"})

    assert (violation.keyword, violation.message) == ("const", "'active' is not 'pending'")


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("^(a|b)$", ["a", "b"], ["a\n", "\na", "ab", ""]),
        ("^a", ["a", "ab", "a\n"], ["ba"]),
        (r"^\$[$]$", ["$$"], ["$$\n", "$"]),
        ("^(a$|b$)", ["a", "b"], ["a\n", "b\n"]),
    ],
)
def test_the_end_of_a_pattern_is_the_end_of_the_text(
    tmp_path: Path, pattern: str, fits: list[str], fits_not: list[str]
) -> None:
    schemas = Schemas(tmp_path)

    assert [text for text in [*fits, *fits_not] if not schemas.violations({"pattern": pattern}, text)] == fits


@pytest.mark.parametrize("api", ["moov", "mx", "persona"])
def test_what_the_pages_print_meets_the_schemas(api: str) -> None:
    contract = contract_of(api)
    for operation in contract.operations.values():
        described = contract.openapi["paths"][operation.path][operation.method.lower()]
        contents = [content for told in described["responses"].values() for content in told.get("content", {}).values()]
        assert contents

        for content in (described["requestBody"]["content"][operation.media_type], *contents):
            schema = contract.schemas.resolved(content["schema"])
            values = [example["value"] for example in content["examples"].values()]
            found = [violation.keyword for value in values for violation in contract.schemas.violations(schema, value)]
            is_empty_sample = values == [{}]  # MX prints an object without the member that its text requires
            assert found == (["required"] if is_empty_sample else [])


SCOPES = st.lists(st.sampled_from(["accounts.read", "ping.read", "accounts.read\n", None]))
NEARLY_VALID = st.fixed_dictionaries(
    {"principalAccountID": st.sampled_from([builders.ACCOUNT, "", None, 1]) | builders.JSON},
    optional={"allowScopes": SCOPES | builders.JSON},
)


@builders.PROPERTY
@given(NEARLY_VALID | builders.JSON)
def test_what_is_passed_quickly_is_what_the_slow_library_passes(instance: object) -> None:
    contract = contract_of("moov")
    schema = contract.operations["shareAccountConnection"].schema
    files = (contract.schemas.named(name) for name in contract.schemas.names)
    registry: Registry[Any] = Registry().with_resources((one["$id"], DRAFT202012.create_resource(one)) for one in files)
    is_valid = Draft202012Validator(dict(schema), registry=registry).is_valid(instance)
    assert (contract.schemas.violations(schema, instance) == []) == is_valid
