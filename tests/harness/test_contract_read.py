"""Reading a contract: what its files say is what the contract holds, and what they leave out is not so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausewise.contract import Contract, Level, Rate, Source, Use, load
from clausewise.contract.model import Creation, Production
from tests.harness.builders import OPERATION, edited, entry

PATH = "/accounts/{accountID}/connections"
Change = Callable[[Any], object]


def reloaded(contracts: Path, change: Change) -> Contract:
    """The contract after a change in its clauses."""
    with edited(contracts / "moov" / "clauses.yaml") as content:
        change(content)
    return load("moov", contracts)


def test_each_expands_a_clause_and_numbers_stay_numbers(contracts: Path) -> None:
    template = {
        "id": "moov.{status}.told",
        "each": [{"status": 400, "lines": "173-174", "word": "syntax"}, {"status": 409, "lines": 201, "word": "state"}],
        "section": "responses",
        "level": "must",
        "says": "The status {status} tells of {word}.",
        "source": [{"lines": "{lines}", "has": ["{word}"]}],
        "check": "media-type",
        "with": {"status": "{status}", "expect": "text/{word}", "nested": [{"{word}": "{status}"}]},
        "try": [{"name": "of {word}", "prefer": "{status}"}],
    }
    contract = reloaded(contracts, lambda content: content["clauses"].append(template))

    first, second = contract.clause("moov.400.told"), contract.clause("moov.409.told")
    assert first.says == "The status 400 tells of syntax."
    assert first.arguments == {"status": 400, "expect": "text/syntax", "nested": [{"{word}": 400}]}
    assert (first.tries[0].name, first.tries[0].prefer) == ("of syntax", 400)
    assert first.sources == (Source(173, 174, ("syntax",)),)
    assert second.sources == (Source(201, 201, ("state",)),)
    assert [clause.id for clause in contract.clauses][-2:] == ["moov.400.told", "moov.409.told"]


def test_a_body_of_null_is_a_change_and_no_body_is_none(contracts: Path) -> None:
    tries = [{"name": "null", "body": None}, {"name": "same"}, {"name": "text", "text": ""}]
    contract = reloaded(contracts, lambda content: entry(content, "moov.404.status").update({"try": tries}))

    read = contract.clause("moov.404.status").tries
    assert [(one.changes_body, one.body, one.text) for one in read] == [
        (True, None, None),
        (False, None, None),
        (True, None, ""),
    ]


def test_dates_and_keys_are_read_as_text(contracts: Path) -> None:
    text = (contracts / "moov" / "clauses.yaml").read_text(encoding="utf-8")
    assert "\n  read: 20" in text  # without quotes, which YAML takes for a date
    contract = reloaded(
        contracts, lambda content: entry(content, "moov.404.status")["with"].update(inconclusive={403: "hidden"})
    )

    assert contract.clause("moov.404.status").arguments["inconclusive"] == {"403": "hidden"}
    assert len(contract.document.read) == len("2026-11-21")


def test_what_is_not_said_is_not_so(contract: Contract) -> None:
    def facts(name: str) -> tuple[bool, bool, Use | None]:
        variable = contract.variables[name]
        return variable.required, variable.secret, variable.list

    assert facts("MOOV_TOKEN") == (True, True, None)
    assert facts("MOOV_EXPIRED_TOKEN") == (False, True, None)
    assert facts("MOOV_PRINCIPAL_ACCOUNT_ID") == (True, False, Use.TURNS)
    assert {name for name, kind in contract.credentials.items() if kind.valid} == {"bearer", "basic"}
    assert not any(clause.supplementary for clause in contract.clauses)
    assert [parameter.required for parameter in contract.operations[OPERATION].parameters_in("header")] == [False]


def test_a_variable_says_how_its_values_are_used(contracts: Path) -> None:
    with edited(contracts / "moov" / "target.yaml") as content:
        for use in Use:
            content["variables"][f"MOOV_{use.name}"] = {"meaning": "for a test", "list": use.value}

    variables = load("moov", contracts).variables
    assert {name: variables[name].list for name in ("MOOV_TURNS", "MOOV_ONCE", "MOOV_TOGETHER", "MOOV_TOKEN")} == {
        "MOOV_TURNS": Use.TURNS,
        "MOOV_ONCE": Use.ONCE,
        "MOOV_TOGETHER": Use.TOGETHER,
        "MOOV_TOKEN": None,
    }


def test_fixtures_and_what_is_left_out(contracts: Path, contract: Contract) -> None:
    with edited(contracts / "moov" / "target.yaml") as content:
        more = {"header/X-Key": "UNIQUE", "body/a/*/b": ["MOOV_ACCOUNT_ID", "MOOV_TOKEN"]}
        content["operations"][OPERATION]["fixtures"] |= more
        content["operations"][OPERATION] |= {"omitted": ["/name", "/a/*/c"], "repeatable": False}

    operation, plain = load("moov", contracts).operations[OPERATION], contract.operations[OPERATION]
    assert operation.fixtures == {
        "path/accountID": ("MOOV_ACCOUNT_ID",),
        "body/principalAccountID": ("MOOV_PRINCIPAL_ACCOUNT_ID",),
        "header/X-Key": ("UNIQUE",),
        "body/a/*/b": ("MOOV_ACCOUNT_ID", "MOOV_TOKEN"),
    }
    assert (operation.omitted, operation.repeatable) == (("/name", "/a/*/c"), False)
    assert (plain.omitted, plain.repeatable) == ((), True)


def test_the_rate_what_is_production_and_what_is_created(contracts: Path) -> None:
    with edited(contracts / "moov" / "target.yaml") as content:
        content["rate"] = {"requests": 90, "seconds": 30}
        content["production"] = {"hosts": ["API.Example.com"], "values": {"MOOV_TOKEN": "^live_"}}
        content["operations"][OPERATION]["creates"] = {"what": "share", "id": {"answer": "/share/id"}}

    contract = load("moov", contracts)
    assert contract.rate == Rate(90, 30)
    assert contract.rate.says == "no more than 90 requests in 30 s"
    assert contract.production == Production(("api.example.com",), {"MOOV_TOKEN": "^live_"})
    assert contract.operations[OPERATION].creates == Creation("share", "/share/id", in_request=False)


def test_a_target_needs_to_say_none_of_these(contracts: Path) -> None:
    with edited(contracts / "moov" / "target.yaml") as content:
        for name in ("rate", "production"):
            content.pop(name, None)
        content["operations"][OPERATION].pop("creates")

    contract = load("moov", contracts)
    assert (contract.rate, contract.production) == (None, Production())
    assert contract.operations[OPERATION].creates is None


def test_parameters_of_a_deep_object_and_lists_of_values(contracts: Path) -> None:
    names = {"type": "string", "x-comma-separated": True, "x-known-values": ["id", "name"]}
    order = {"type": "string", "enum": ["up", "down"]}
    deep = {"type": "object", "properties": {"thing": names, "thing/part": order}}
    with edited(contracts / "moov" / "openapi.yaml") as content:
        parameters = content["paths"][PATH]["post"]["parameters"]
        parameters.append({"name": "fields", "in": "query", "style": "deepObject", "schema": deep})
        parameters.append({"name": "sort", "in": "query", "required": True, "schema": order})

    found = load("moov", contracts).operations[OPERATION].parameters_in("query")
    assert [(one.name, one.required, one.known, one.listing) for one in found] == [
        ("fields[thing]", False, ("id", "name"), True),
        ("fields[thing/part]", False, ("up", "down"), False),
        ("sort", True, ("up", "down"), False),
    ]


def test_responses_by_class_and_by_default_are_read(contracts: Path) -> None:
    with edited(contracts / "moov" / "openapi.yaml") as content:
        responses = content["paths"][PATH]["post"]["responses"]
        responses |= {"4XX": {"description": "a refusal"}, "default": {"description": "any"}}

    assert OPERATION in load("moov", contracts).operations


def test_levels_bind_or_not() -> None:
    assert {level: level.binding for level in Level} == {
        Level.MUST: True,
        Level.SHOULD: True,
        Level.MAY: False,
        Level.SILENT: False,
    }


def test_an_unknown_clause_is_a_key_error(contract: Contract) -> None:
    with pytest.raises(KeyError, match=r"moov\.no\.such"):
        contract.clause("moov.no.such")
