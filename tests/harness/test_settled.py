"""What a success must show follows from requests whose outcome the contract settles, and from no others."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.cases.wire import planned_tags
from clausewise.checks import Kind, kind_of, make, make_pair
from clausewise.checks.finding import Outcome
from clausewise.contract import Clause, load
from clausewise.exchange import Exchange, Request, Response
from tests.harness.builders import clause, exchange, showing, with_clauses

PERSONA, MX, MOOV = load("persona"), load("mx"), load("moov")
FIELDS = "fields[connect/connection]"
SHOWN = {"type": "connect/connection", "id": "cxn_1", "attributes": {"status": "pending"}}
"""A connection with one attribute, as a server may show it that takes every list for one of connections."""


def answered(case: Case, response: Response) -> Exchange:
    """The case with that answer."""
    contract = {"createConnection": PERSONA, "createMember": MX, "shareAccountConnection": MOOV}[case.operation]
    sent = Request("POST", "http://target.invalid", (), case.body)
    tags = planned_tags(contract, case)
    return exchange(response, *tags.faults, traits=tuple(tags.traits), operation=case.operation, sent=sent)


def broken(clauses: tuple[Clause, ...], judged: Exchange, contract: Any) -> set[str]:
    """The clauses about answers that an exchange breaks."""
    found = {
        one.id: make(contract, one)(judged)
        for one in clauses
        if kind_of(one) is Kind.ANSWER and one.operation == judged.operation
    }
    return {name for name, finding in found.items() if finding and finding.outcome is Outcome.BROKEN}


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ({"fields": "status"}, "fields/other"),
        ({f"{FIELDS}[]": "status"}, "fields/other"),
        ({"fields[inquiry]": "status"}, "fields/other"),
        ({FIELDS: "status,colour"}, None),
        ({FIELDS: "status, created-at"}, None),
    ],
)
def test_a_list_that_the_page_does_not_explain_may_be_read_in_any_way(query: dict[str, str], tag: str | None) -> None:
    case = baseline_case(PERSONA, query=query, tag=tag)

    assert broken(PERSONA.clauses, answered(case, showing({"data": SHOWN}, 201)), PERSONA) == set()


def test_without_a_list_every_attribute_must_be_there() -> None:
    found = broken(PERSONA.clauses, answered(baseline_case(PERSONA), showing({"data": SHOWN}, 201)), PERSONA)

    assert found == {
        f"persona.sample.{name}"
        for name in ("destination-organization-id", "source-organization-id", "created-at", "updated-at")
    }


def test_an_empty_destination_that_is_accepted_may_come_back() -> None:
    body = {"data": {"attributes": {"destination-organization-id": ""}}}
    shown = {"data": {**SHOWN, "attributes": {"status": "pending", "destination-organization-id": "org_default"}}}

    assert broken(PERSONA.clauses, answered(baseline_case(PERSONA, body=body), showing(shown, 201)), PERSONA) == set()


def test_letters_beyond_ascii_that_are_accepted_must_come_back() -> None:
    member = json.loads(baseline_case(MX).body or b"")["member"]
    case = baseline_case(MX, body={"member": {**member, "name": "Konto für alle"}})

    assert planned_tags(MX, case).faults == ("body/extreme:characters",)
    assert "mx.name.given" in broken(MX.clauses, answered(case, showing({"member": {"name": "Konto fuer"}})), MX)


def test_what_is_stated_of_every_answer_is_judged_on_every_answer() -> None:
    unknown = baseline_case(MX, body={"member": {"institution_guid": "INS-1", "credentials": []}, "colour": "blue"})
    found = broken(MX.clauses, answered(unknown, showing({"error": "none"})), MX)
    assert found == {"mx.response.member", "mx.response.media-type"}

    listed = baseline_case(PERSONA, query={"fields": "status"}, tag="fields/other")
    assert broken(PERSONA.clauses, answered(listed, showing({}, 201)), PERSONA) == {"persona.response.data"}

    extended = baseline_case(MOOV, text="{} {}")
    assert broken(MOOV.clauses, answered(extended, showing({}, 400)), MOOV) == {"moov.400.request-id", "moov.400.body"}


def test_a_status_on_demand_is_evidence_for_headers_and_bodies_alone() -> None:
    case = baseline_case(MOOV, prefer=409)
    bare = answered(case, Response(409, (), b"{}"))

    assert bare.tags.faults == ("on-demand/409",)
    assert broken(MOOV.clauses, bare, MOOV) == {"moov.409.request-id", "moov.409.body", "moov.409.media-type"}
    assert [one.id for one in MOOV.clauses if kind_of(one) is Kind.REQUEST and make(MOOV, one)(bare)] == []

    created = answered(baseline_case(PERSONA, prefer=201), showing({"data": {}}, 201))
    assert broken(PERSONA.clauses, created, PERSONA) == set()


CHECKS: list[tuple[str, Mapping[str, Any], list[object]]] = [
    ("body-schema", {"schema": "error.schema.json", "at": "/error"}, [{"error": 1}]),
    ("unique-value", {"at": "/a"}, [{"a": 1}, {"a": 1}]),
    ("constant-value", {"at": "/a"}, [{"a": 1}, {"a": 2}]),
    ("known-value", {"at": "/a", "value": "x"}, [{"a": "y"}]),
    ("distinct-values", {"at": "/a", "other": "/b"}, [{"a": 1, "b": 1}]),
    ("echo", {"sent": "", "at": "/a"}, [{"a": 1}]),
    ("key-casing", {"casing": "snake"}, [{"aB": 1}]),
]


@pytest.mark.parametrize(("name", "arguments", "bodies"), CHECKS)
@pytest.mark.parametrize("settled", [None, True, False])
def test_a_check_of_a_place_is_about_settled_requests_if_it_does_not_say_otherwise(
    name: str, arguments: dict[str, Any], bodies: list[object], settled: bool | None
) -> None:
    chosen: dict[str, Any] = {} if settled is None else {"settled": settled}
    judged = clause(name, status=200, **arguments, **chosen)
    small = with_clauses(
        MOOV,
        judged,
        clause("status", "moov.valid", when=["valid"], expect=[200]),
        clause("status", "moov.rest", when=["rest"], expect=[200, "4XX"]),
    )

    def last(*faults: str) -> Outcome | None:
        check = make(small, judged)
        found = [check(exchange(showing(body), *faults, name=f"moov-{at}")) for at, body in enumerate(bodies)]
        return found[-1].outcome if found[-1] else None

    assert last() is Outcome.BROKEN
    assert last("body/disputed:/") is (Outcome.BROKEN if settled is False else None)


def test_a_check_of_the_whole_body_is_about_every_request() -> None:
    judged = clause("body-schema", status=200, schema="error.schema.json")
    small = with_clauses(MOOV, judged, clause("status", "moov.rest", when=["rest"], expect=[200, 400]))

    finding = make(small, judged)(exchange(showing({}), "body/disputed:/"))

    assert finding is not None
    assert finding.outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("same-document", {}),
        ("same-value", {"at": "/a"}),
        ("different-value", {"at": "/b"}),
        ("sparse-fieldset", {"parameter": "fields", "at": ""}),
    ],
)
def test_documents_are_compared_where_both_outcomes_are_settled(name: str, arguments: dict[str, Any]) -> None:
    success = clause("status", "moov.valid", when=["valid"], expect=[200])
    one, other = showing({"a": 1, "b": 1}), showing({"a": 2, "b": 1})

    def outcome(*faults: str, **more: Any) -> Outcome:
        judged = clause(name, **arguments, **more)
        first, second = exchange(one), exchange(other, *faults, name="moov-2")
        return make_pair(with_clauses(MOOV, judged, success), judged)(first, second).outcome

    assert outcome() is Outcome.BROKEN
    assert outcome("key/long") is Outcome.UNTESTED
    assert outcome("key/long", settled=False) is Outcome.BROKEN
