"""Odd requests: the same in every process, of every kind for every operation, and each what its name says."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import clausewise
from clausewise.cases import Case, baseline_case
from clausewise.cases.robust import robust_cases
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract
from tests.harness.driving import contract_of

APIS = ["moov", "mx", "persona"]

NO_JSON = {"no body", "blank body", "byte order mark", "invalid UTF-8"}
WHOLE_BODIES = {
    "text as body",
    "number as body",
    "true as body",
    "null as body",
    "list as body",
    "empty object as body",
}
TEXTS = {
    "combining characters",
    "right to left",
    "emoji",
    "NUL",
    "control characters",
    "lone surrogate",
    "noncharacters",
    "very long",
    "markup",
}
VALUES = {
    "deep list",
    "very deep list",
    "deep object",
    "huge integer",
    "integer of many digits",
    "huge exponent",
    "tiny exponent",
    "many digits",
    "wide list",
    "duplicate key",
}
CONTENT_TYPES = {
    "no content type",
    "empty content type",
    "malformed content type",
    "form",
    "multipart without boundary",
    "XML",
}
PRINT_ALL = """
import hashlib, sys
from clausewise.cases.robust import robust_cases
from clausewise.contract import load
for api in sys.argv[1:]:
    for case in robust_cases(load(api)):
        print(case.id, case.headers, hashlib.sha256(case.body or b"").hexdigest(), sep="|")
"""


@pytest.fixture(params=APIS)
def contract(request: pytest.FixtureRequest) -> Contract:
    """The contract of each API."""
    return contract_of(request.param)


def kinds(contract: Contract, operation: str) -> dict[str, Case]:
    """The odd requests of an operation by their kinds."""
    prefix = f"{operation}/robust."
    return {case.id.removeprefix(prefix): case for case in robust_cases(contract) if case.operation == operation}


def parsed_depth(text: str) -> int:
    """How deep brackets are nested in a text."""
    deepest = depth = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def test_they_are_the_same_in_every_process() -> None:
    def printed(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(clausewise.__file__).parents[1])}
        command = [sys.executable, "-c", PRINT_ALL, *APIS]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)  # noqa: S603 ours
        return done.stdout

    here = "".join(
        f"{case.id}|{case.headers}|{hashlib.sha256(case.body or b'').hexdigest()}\n"
        for api in APIS
        for case in robust_cases(contract_of(api))
    )
    assert here.count("\n") > 30
    assert [printed("1"), printed("2")] == [here, here]


def test_every_operation_gets_every_kind_once(contract: Contract) -> None:
    counted = Counter(case.id for case in robust_cases(contract))
    every = TEXTS | VALUES | WHOLE_BODIES | NO_JSON | CONTENT_TYPES
    assert counted == Counter(f"{operation}/robust.{kind}" for operation in contract.operations for kind in every)


def test_nothing_is_sent_twice(contract: Contract) -> None:
    """Not even what is not odd at all: the request that is known to be good."""
    sent = Counter((case.operation, case.headers, case.body) for case in robust_cases(contract))
    sent.update((case.operation, case.headers, case.body) for case in map(good(contract), contract.operations))
    assert max(sent.values()) == 1


def test_what_should_be_json_is_json(contract: Contract) -> None:
    for operation in contract.operations:
        for kind, case in kinds(contract, operation).items():
            if kind in NO_JSON:
                with pytest.raises(ValueError):  # noqa: PT011 each parser has its own words
                    json.loads((case.body or b"").decode("utf-8"), parse_int=float)
            elif kind != "very deep list":  # deeper than Python reads
                json.loads((case.body or b"").decode("utf-8"), parse_int=float)
        deep = (kinds(contract, operation)["very deep list"].body or b"").decode()
        assert parsed_depth(deep) > 20_000
        assert deep.count("[") == deep.count("]")
        assert json.loads(deep.replace("[" * 19_900, "").replace("]" * 19_900, ""))


def test_texts_and_values_stand_in_a_request_that_is_else_as_usual(contract: Contract) -> None:
    for operation in contract.operations:
        usual = json.loads(good(contract)(operation).body or b"")
        for kind, case in kinds(contract, operation).items():
            if kind in TEXTS:
                assert shape(json.loads(case.body or b"")) == shape(usual)
            elif kind in VALUES - {"very deep list", "duplicate key"}:
                odd = json.loads(case.body or b"", parse_int=float)
                assert set(odd) - set(usual) == {"clausewise"}
                assert {key: odd[key] for key in usual} == usual
            elif kind in CONTENT_TYPES:
                assert case.body == good(contract)(operation).body


def test_a_key_stands_there_twice(contract: Contract) -> None:
    for operation in contract.operations:
        objects: list[list[tuple[str, object]]] = []
        json.loads(kinds(contract, operation)["duplicate key"].body or b"", object_pairs_hook=objects.append)
        keys = Counter(key for key, _ in objects[-1])  # the outermost object is read to its end last
        usual = json.loads(good(contract)(operation).body or b"")
        assert keys == Counter([*usual, next(iter(usual))])


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("emoji", "body/extreme:characters"),
        ("very long", "body/extreme:length"),
        ("lone surrogate", "body/extreme:surrogate"),
        ("very deep list", "body/extreme:nesting"),
        ("deep object", "body/extreme:nesting"),
        ("huge integer", "body/extreme:number"),
        ("byte order mark", "body/extreme:byte-order-mark"),
        ("duplicate key", "body/duplicate-key"),
        ("blank body", "body/syntax"),
        ("invalid UTF-8", "body/extreme:encoding"),
        ("no body", "body/absent"),
        ("no content type", "content-type/missing"),
        ("XML", "content-type/other:application/xml"),
        ("list as body", "body/type:/"),
        ("null as body", "body/null:/"),
    ],
)
def test_each_is_on_the_wire_what_it_is_called(kind: str, fault: str) -> None:
    contract = contract_of("mx")
    assert fault in planned_tags(contract, kinds(contract, "createMember")[kind]).faults


def test_every_member_that_might_be_added_has_a_credential_of_its_own() -> None:
    for kind, case in kinds(contract_of("mx"), "createMember").items():
        is_about_members = kind not in WHOLE_BODIES | {"no body", "blank body"}
        assert (b"$UNIQUE" in (case.body or b"")) == is_about_members, kind


def good(contract: Contract) -> Callable[[str], Case]:
    """What makes the request of an operation that is known to be good."""
    return lambda operation: baseline_case(contract, operation=operation)


def shape(value: object) -> object:
    """The keys of a value, at any depth, and the types of all else."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value)
