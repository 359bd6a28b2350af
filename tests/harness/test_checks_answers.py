"""Checks of an answer by its status: its headers, the fault that it names, and what is observed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cause import Cause, Code
from clausewise.checks import Check, make
from clausewise.checks.finding import KEPT, Outcome, broken, observed, untested
from clausewise.contract import Contract, Level
from clausewise.exchange import Response
from tests.harness.builders import JSON, PROPERTY, clause, exchange, json_response, response, spellings


def check(contract: Contract, name: str, **arguments: Any) -> Check:
    """The check of a clause about answers 400."""
    return make(contract, clause(name, status=400, **arguments))


def outcome(judge: Check, body: bytes, *faults: str, status: int = 400) -> Outcome | None:
    finding = judge(exchange(json_response(status, body), *faults))
    return finding.outcome if finding else None


# header-present


@PROPERTY
@given(name=spellings("x-request-id"), value=st.text(min_size=1).filter(str.strip))
def test_a_header_is_there_in_any_spelling(contract: Contract, name: str, value: str) -> None:
    judge = check(contract, "header-present", header="x-request-id")

    assert judge(exchange(response(400, b"", (name, value)))) == KEPT


@pytest.mark.parametrize(
    ("headers", "received", "way"),
    [
        ([], "no x-request-id header", ""),
        ([("x-request-ids", "1"), ("request-id", "2")], "no x-request-id header", ""),
        ([("x-request-id", "")], "x-request-id: ", ""),
        ([("x-request-id", " \t")], "x-request-id:  \t", ""),
        ([("x-request-id", "1"), ("X-Request-ID", "2")], "x-request-id: 1; x-request-id: 2", "x-request-id 2 times"),
    ],
)
def test_a_header_is_missing_empty_or_double(
    contract: Contract, headers: list[tuple[str, str]], received: str, way: str
) -> None:
    finding = check(contract, "header-present", header="x-request-id")(exchange(response(400, b"", *headers)))

    assert finding == broken("one x-request-id header that is not empty", received, kind=way)


# header-unique


def test_values_that_differ_are_unique(contract: Contract) -> None:
    judge = make(contract, clause("header-unique", header="x-request-id"))
    answers = [
        judge(exchange(response(status, b"", ("X-Request-Id", f"id-{number}")), name=f"moov-{number}"))
        for number, status in enumerate((201, 400, 500, 201))
    ]

    assert answers == [
        untested(Cause(Code.NOT_COMPARABLE, "only moov-0 shows a x-request-id, and one alone repeats nothing")),
        *[KEPT] * 3,
    ]
    assert [answer and answer.value for answer in answers] == ["id-0", "id-1", "id-2", "id-3"]


def test_a_value_that_came_before_is_not_and_needs_no_second_sending(contract: Contract) -> None:
    judge = make(contract, clause("header-unique", header="x-request-id"))
    judge(exchange(response(201, b"", ("x-request-id", "same")), name="moov-1"))
    finding = judge(exchange(response(500, b"", ("X-REQUEST-ID", "same")), name="moov-2"))

    assert finding == broken(
        "a x-request-id that no other answer has", "same, as in moov-1", is_certain=True, compared_with="moov-1"
    )


def test_letter_case_counts_and_every_run_begins_anew(contract: Contract) -> None:
    unique = clause("header-unique", header="x-request-id")
    one, other = make(contract, unique), make(contract, unique)
    first = exchange(response(201, b"", ("x-request-id", "same")), name="moov-1")
    second = exchange(response(201, b"", ("x-request-id", "SAME")), name="moov-2")
    findings = [one(first), one(first), one(second), one(first), other(second)]

    assert [finding and finding.outcome for finding in findings] == [
        Outcome.UNTESTED,
        Outcome.UNTESTED,  # the same exchange again repeats nothing
        Outcome.KEPT,
        Outcome.KEPT,
        Outcome.UNTESTED,
    ]


def test_a_missing_value_is_another_clauses_business(contract: Contract) -> None:
    judge = make(contract, clause("header-unique", header="x-request-id"))
    for answer in (response(201), response(201, b"", ("x-request-id", " ")), None):
        assert judge(exchange(answer, name="moov-1")) is None
        assert judge(exchange(answer, name="moov-2")) is None


# media-type


@PROPERTY
@given(
    name=spellings("application/json"),
    before=st.sampled_from(["", " ", "\t"]),
    after=st.sampled_from(["", " ", ";", "; charset=utf-8", ' ;charset="utf-8"; q=1', ";text/html"]),
)
def test_parameters_and_letter_case_of_a_media_type_do_not_matter(
    contract: Contract, name: str, before: str, after: str
) -> None:
    judge = check(contract, "media-type", expect="Application/json")

    assert judge(exchange(response(400, b"{}", ("Content-Type", before + name + after)))) == KEPT


@PROPERTY
@given(value=st.text().filter(lambda value: value.partition(";")[0].strip().lower() != "application/json"))
def test_any_other_media_type_breaks_it(contract: Contract, value: str) -> None:
    finding = check(contract, "media-type", expect="application/json")(
        exchange(response(400, b"{}", ("content-type", value)))
    )

    assert finding == broken("Content-Type: application/json", f"Content-Type: {value}")


@pytest.mark.parametrize("value", ["text/html", "application/problem+json", "application/jsonp", "json", ""])
def test_what_only_looks_like_it_breaks_it(contract: Contract, value: str) -> None:
    judge = check(contract, "media-type", expect="application/json")
    finding = judge(exchange(response(400, b"{}", ("Content-Type", value))))

    assert finding is not None
    assert finding.outcome is Outcome.BROKEN


def test_no_media_type_breaks_it(contract: Contract) -> None:
    finding = check(contract, "media-type", expect="application/json")(exchange(response(400, b"{}")))

    assert finding == broken("Content-Type: application/json", "no Content-Type header")


# names-fault

SCOPE = "body/enum:/allowScopes/1"
MISSING = "body/missing:/principalAccountID"


@pytest.mark.parametrize(
    ("depth", "fault", "body", "expected"),
    [
        (1, MISSING, {"principalAccountID": "is required"}, Outcome.KEPT),
        (1, MISSING, {"principalAccountID": "is required", "allowScopes": {}}, Outcome.KEPT),
        (1, MISSING, {"allowScopes": {}}, Outcome.BROKEN),
        (1, MISSING, {"error": "principalAccountID is required"}, Outcome.BROKEN),
        (1, SCOPE, {"allowScopes": "is wrong"}, Outcome.KEPT),
        (2, SCOPE, {"allowScopes": {"1": "is no scope"}}, Outcome.KEPT),
        (2, SCOPE, {"allowScopes": {"0": "is no scope"}}, Outcome.BROKEN),
        (2, SCOPE, {"allowScopes": "1"}, Outcome.BROKEN),
        (2, SCOPE, {"allowScopes": ["", "is no scope"]}, Outcome.BROKEN),
        (2, MISSING, {"principalAccountID": "is required"}, Outcome.KEPT),
        (1, MISSING, {}, Outcome.BROKEN),
    ],
)
def test_a_fault_is_named(
    contract: Contract, depth: int, fault: str, body: dict[str, object], expected: Outcome
) -> None:
    judge = check(contract, "names-fault", when=["body/missing:*", "body/enum:*"], depth=depth)

    assert outcome(judge, json.dumps(body).encode(), fault) is expected


def test_the_place_that_is_not_named_is_told(contract: Contract) -> None:
    judge = check(contract, "names-fault", when=["body/enum:*"], depth=2)

    assert judge(exchange(json_response(400, b"{}"), SCOPE)) == broken(
        "a message under /allowScopes/1", "{}", pointer="/allowScopes/1"
    )


@pytest.mark.parametrize("faults", [(), (SCOPE, MISSING), (SCOPE, "credentials/missing"), ("body/syntax",)])
def test_naming_is_asked_of_a_single_fault_of_the_right_kind(contract: Contract, faults: tuple[str, ...]) -> None:
    judge = check(contract, "names-fault", when=["body/missing:*", "body/enum:*"], depth=1)

    assert outcome(judge, b"{}", *faults) is None


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'"allowScopes"', b"null"])
def test_naming_is_not_asked_of_what_is_no_object(contract: Contract, body: bytes) -> None:
    assert outcome(check(contract, "names-fault", when=["body/enum:*"], depth=1), body, SCOPE) is None


# observe-body


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (response(400), "no body"),
        (response(400, b"", ("Content-Type", "application/json")), "no body"),
        (response(400, b"words"), "a body of no named media type"),
        (response(400, b"<p>", ("Content-Type", "Text/HTML; charset=x")), "a body of text/html"),
        (json_response(400, b'{"error":'), "a body of application/json"),
        (json_response(400, b'{"error": "a"}'), "a body of application/json like {error: string}"),
        (
            json_response(400, b'{"b": [1, null], "a": true}'),
            "a body of application/json like {a: boolean, b: [null, number]}",
        ),
        (response(400, b"7"), "a body of no named media type like number"),
        (response(400, b"{}", cut=True), "a body of no named media type"),
    ],
)
def test_the_body_and_its_shape_are_observed(contract: Contract, answer: Response, seen: str) -> None:
    assert make(contract, clause("observe-body", level=Level.MAY, status=400))(exchange(answer)) == observed(seen)


@PROPERTY
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_never_broken(contract: Contract, body: bytes) -> None:
    assert outcome(check(contract, "observe-body"), body) is Outcome.OBSERVED


def test_a_shape_is_told_in_at_most_200_characters(contract: Contract) -> None:
    body = json.dumps({"a" * 300: 1}).encode()  # of a shape of 300 letters, ": number" and two braces
    start = "a body of application/json like {"

    assert check(contract, "observe-body")(exchange(json_response(400, body))) == observed(
        start + "a" * 199 + " … (310 characters)"
    )


# observe-header


@PROPERTY
@given(name=spellings("retry-after"), value=st.text())
def test_a_header_is_observed_in_any_spelling_and_with_any_value(contract: Contract, name: str, value: str) -> None:
    judge = check(contract, "observe-header", header="Retry-After")

    assert judge(exchange(response(400, b"", (name, value)))) == observed("a Retry-After header")


def test_the_absence_of_a_header_is_observed(contract: Contract) -> None:
    judge = check(contract, "observe-header", header="Retry-After")

    assert judge(exchange(response(400, b"", ("Retry", "1"), ("X-Retry-After", "1")))) == observed(
        "no Retry-After header"
    )


# Which answers

ARGUMENTS: list[tuple[str, dict[str, object]]] = [
    ("header-present", {"header": "x-request-id"}),
    ("media-type", {"expect": "application/json"}),
    ("body-schema", {"schema": "error.schema.json"}),
    ("names-fault", {"when": ["*"], "depth": 1}),
    ("observe-body", {}),
    ("observe-header", {"header": "x-request-id"}),
    ("key-casing", {}),
    ("unique-value", {"at": ""}),
    ("echo", {"sent": "", "at": ""}),
]


@pytest.mark.parametrize(("name", "arguments"), ARGUMENTS)
def test_other_answers_say_nothing(contract: Contract, name: str, arguments: dict[str, object]) -> None:
    judge = check(contract, name, **arguments)

    for answer in (None, response(200, b"x"), response(401), response(500, b"{}")):
        assert judge(exchange(answer, SCOPE)) is None
        assert judge(exchange(answer)) is None


@pytest.mark.parametrize(("name", "arguments"), ARGUMENTS)
@pytest.mark.parametrize("written", ["400", [400], [201, "400"], "4XX", ["2XX", "4XX"]])
def test_a_status_may_be_a_list_or_a_class(
    contract: Contract, name: str, arguments: dict[str, Any], written: object
) -> None:
    faults = [SCOPE] if name == "names-fault" else []
    answer = exchange(json_response(400, b"{}"), *faults)
    judge = make(contract, clause(name, status=written, **arguments))
    alone = check(contract, name, **arguments)(answer)

    assert alone is not None
    assert judge(answer) == alone
    assert judge(exchange(json_response(500, b"{}"), *faults)) is None
