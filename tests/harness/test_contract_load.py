"""Loading a contract: every kind of broken file is told with its name and the place in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausewise.contract import available, load
from clausewise.errors import ContractError, UsageError
from tests.harness.builders import OPERATION, edited, entry

PATH = "/accounts/{accountID}/connections"
Change = Callable[[Any], object]


def complaint(contracts: Path) -> str:
    """What loading the contract complains of."""
    with pytest.raises(ContractError) as caught:
        load("moov", contracts)
    return str(caught.value)


def after(contracts: Path, name: str, change: Change) -> str:
    """What loading complains of when this is changed in a file."""
    with edited(contracts / "moov" / name) as content:
        change(content)
    return complaint(contracts)


# Which contracts there are


def test_an_unknown_api_is_told_with_those_that_are_known(contracts: Path) -> None:
    (contracts / "other").mkdir()
    (contracts / "other" / "clauses.yaml").touch()

    with pytest.raises(UsageError) as caught:
        load("mov", contracts)

    assert "'mov'" in str(caught.value)
    assert str(caught.value).endswith("moov, other")


@pytest.mark.parametrize("name", ["", ".", "..", "moov/", "../contracts/moov", "MOOV"])
def test_only_a_plain_name_is_a_contract(contracts: Path, name: str) -> None:
    with pytest.raises(UsageError, match="there is no API called"):
        load(name, contracts)


def test_a_folder_without_contracts(tmp_path: Path) -> None:
    assert available(tmp_path) == ()
    assert available(tmp_path / "missing") == ()
    with pytest.raises(UsageError, match=r"are: none$"):
        load("moov", tmp_path)


def test_a_folder_without_clauses_is_no_contract(contracts: Path) -> None:
    (contracts / "empty").mkdir()

    assert available(contracts) == ("moov",)


# Files that are broken


@pytest.mark.parametrize("name", ["clauses.yaml", "target.yaml", "openapi.yaml"])
def test_what_is_not_yaml_is_told_with_its_line(contracts: Path, name: str) -> None:
    file = contracts / "moov" / name
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nbroken: [1, 2\nnext: 3\n", encoding="utf-8")

    told = complaint(contracts)

    assert told.startswith(f"{file}, line {text.count(chr(10)) + 3}: this is not YAML")


@pytest.mark.parametrize("name", ["clauses.yaml", "target.yaml", "openapi.yaml"])
def test_what_is_not_utf_8_is_told(contracts: Path, name: str) -> None:
    (contracts / "moov" / name).write_bytes(b"title: Kontof\xfchrung\n")

    assert complaint(contracts).startswith(f"{contracts / 'moov' / name}: this is not YAML")


@pytest.mark.parametrize("name", ["target.yaml", "openapi.yaml"])
def test_a_missing_file_is_told(contracts: Path, name: str) -> None:
    (contracts / "moov" / name).unlink()

    assert complaint(contracts) == f"{contracts / 'moov' / name}: the file is missing"


@pytest.mark.parametrize("name", ["clauses.yaml", "target.yaml", "openapi.yaml"])
@pytest.mark.parametrize("text", ["", "[]", "just words", "42"])
def test_a_file_of_another_form_is_told(contracts: Path, name: str, text: str) -> None:
    (contracts / "moov" / name).write_text(text, encoding="utf-8")

    assert str(contracts / "moov" / name) in complaint(contracts)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda clause: clause.update(levle="must"), "levle"),
        (lambda clause: clause.update(level="shall"), "'shall' is not one of ['must', 'should', 'may', 'silent']"),
        (lambda clause: clause.pop("level"), "'level' is a required property"),
        (lambda clause: clause.update(says=42), "42 is not of type 'string'"),
        (lambda clause: clause.update(note=2024), "2024 is not of type 'string'"),
        (lambda clause: clause["source"][0].update(has=[201]), "201 is not of type 'string'"),
        (lambda clause: clause["try"][0].update(credentials=1), "1 is not of type 'string'"),
        (lambda clause: clause["try"][0].update(name="a/b"), "'a/b' does not match"),
        (lambda clause: clause["try"][0].update(body={}, text="{}"), "should not be valid"),
        (lambda clause: clause["with"].update(status="6XX"), "'6XX' does not match"),
        (lambda clause: clause["with"].update(status=99), "99 is less than the minimum of 100"),
        (lambda clause: clause["with"].update(status=[]), "[] should be non-empty"),
        (lambda clause: clause["with"].update(when="body/syntax"), "'body/syntax' is not of type 'array'"),
        (lambda clause: clause["with"].update(unless=[]), "[] should be non-empty"),
        (lambda clause: clause["with"].update(at="data"), "'data' does not match"),
        (lambda clause: clause["with"].update(keys="pascal"), "'pascal' is not one of"),
        (lambda clause: clause["with"].update(values=["data"]), "'data' does not match"),
        (lambda clause: clause["with"].update(depth=0), "0 is less than the minimum of 1"),
    ],
)
def test_a_broken_clause_is_told_with_its_id(contracts: Path, change: Change, says: str) -> None:
    told = after(contracts, "clauses.yaml", lambda content: change(entry(content, "moov.404.status")))

    assert told.startswith(f"{contracts / 'moov' / 'clauses.yaml'}, at clauses[")
    assert "(moov.404.status)" in told
    assert says in told


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda content: content.update(extra=1), "the top"),
        (lambda content: content["document"].update(sha256="abc"), "document.sha256"),
        (lambda content: content["document"].update(read="yesterday"), "document.read"),
        (lambda content: content["document"]["passed_over"][0].update(lines=["{lines}"]), "passed_over[0].lines[0]"),
        (lambda content: content["sections"][0].update(lines="{lines}"), "sections[0].lines"),
        (lambda content: content.update(clauses=[]), "clauses"),
        (lambda content: content.update(conditions={"Two Words": ["body/syntax"]}), "conditions"),
        (lambda content: content.update(conditions={"never": []}), "conditions.never"),
        (lambda content: content["clauses"].insert(0, "words"), "clauses[0]"),
    ],
)
def test_a_fault_outside_the_clauses_is_told_with_its_place(contracts: Path, change: Change, place: str) -> None:
    told = after(contracts, "clauses.yaml", change)

    assert told.startswith(f"{contracts / 'moov' / 'clauses.yaml'}, at ")
    assert place in told.partition(": ")[0]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda content: content["variables"]["MOOV_TOKEN"].update(requird=True), "variables.MOOV_TOKEN"),
        (lambda content: content["variables"]["MOOV_TOKEN"].pop("meaning"), "variables.MOOV_TOKEN"),
        (lambda content: content["variables"].update(moov_token={"meaning": "x"}), "variables"),
        (lambda content: content["variables"]["MOOV_ACCOUNT_ID"].update(looks_like="["), "MOOV_ACCOUNT_ID.looks_like"),
        (lambda content: content["credentials"]["bearer"].pop("value"), "credentials.bearer"),
        (lambda content: content["variables"]["MOOV_ACCOUNT_ID"].update(list=True), "MOOV_ACCOUNT_ID.list"),
        (lambda content: content["operations"][OPERATION]["fixtures"].update({"query/X": "Y"}), "fixtures"),
        (lambda content: content["operations"][OPERATION]["fixtures"].update({"header/": "Y"}), "fixtures"),
        (lambda content: content["operations"][OPERATION]["fixtures"].update({"header/X": []}), "fixtures"),
        (lambda content: content["operations"][OPERATION].update(omitted=["name"]), "omitted[0]"),
        (lambda content: content["operations"][OPERATION].update(repeatable="no"), "repeatable"),
        (lambda content: content["operations"].clear(), "operations"),
        (lambda content: content.update(rate={"requests": 10}), "rate"),
        (lambda content: content.update(rate={"requests": 0, "seconds": 1}), "rate.requests"),
        (lambda content: content.update(rate={"requests": 1.5, "seconds": 1}), "rate.requests"),
        (lambda content: content.update(rate={"requests": 1, "seconds": 0}), "rate.seconds"),
        (lambda content: content.update(rate={"requests": 1, "seconds": 61}), "rate.seconds"),
        (lambda content: content.update(production={"host": ["api.example.com"]}), "production"),
        (lambda content: content.update(production={"hosts": "api.example.com"}), "production.hosts"),
        (lambda content: content.update(production={"values": {"MOOV_TOKEN": "["}}), "production.values.MOOV_TOKEN"),
        (lambda content: content.update(production={"values": {"MOOV_TOKN": "^live_"}}), "production.values"),
        (lambda content: content["operations"][OPERATION].update(creates={"what": "thing"}), "creates"),
        (lambda content: content["operations"][OPERATION]["creates"].update(id={}), "creates.id"),
        (lambda content: content["operations"][OPERATION]["creates"].update(id={"answer": "data/id"}), "creates.id"),
        (
            lambda content: content["operations"][OPERATION]["creates"].update(id={"answer": "/a", "request": "/a"}),
            "creates.id",
        ),
    ],
)
def test_a_broken_target_is_told_with_its_place(contracts: Path, change: Change, place: str) -> None:
    told = after(contracts, "target.yaml", change)

    assert told.startswith(f"{contracts / 'moov' / 'target.yaml'}, at ")
    assert place in told.partition(": ")[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda post: post.update(operationId="somethingElse"),
        lambda post: post.pop("requestBody"),
        lambda post: post["requestBody"]["content"].update({"text/plain": {}}),
        lambda post: post["parameters"][0].pop("schema"),
    ],
    ids=["no such operation", "no body", "two media types", "a parameter without a schema"],
)
def test_an_operation_that_cannot_be_read_is_told(contracts: Path, change: Change) -> None:
    told = after(contracts, "openapi.yaml", lambda content: change(content["paths"][PATH]["post"]))

    assert told.startswith(f"{contracts / 'moov' / 'openapi.yaml'}: an operation that target.yaml names cannot be read")


def test_a_schema_that_an_operation_names_and_that_is_not_there_is_told(contracts: Path) -> None:
    def misspelt(content: Any) -> None:
        content["paths"][PATH]["post"]["parameters"][1]["schema"] = {"$ref": "schemas/no.schema.json"}

    told = after(contracts, "openapi.yaml", misspelt)

    assert told.startswith(f"{contracts / 'moov' / 'schemas'}: there is no schema no.schema.json")


@pytest.mark.parametrize(
    "change",
    [
        lambda clause: clause["source"][0].update(lines="{lines}"),
        lambda clause: clause["try"][0].update(prefer="{status}"),
    ],
    ids=["lines", "prefer"],
)
def test_a_placeholder_that_stands_for_nothing_is_told(contracts: Path, change: Change) -> None:
    told = after(contracts, "clauses.yaml", lambda content: change(entry(content, "moov.404.status")))

    assert told.startswith(f"{contracts / 'moov' / 'clauses.yaml'}, clause moov.404.status: ")
