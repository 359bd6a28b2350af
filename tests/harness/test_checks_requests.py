"""Checks of an answer in the light of its request, on both sides of each line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.checks import Check, make
from clausewise.checks.finding import KEPT, Finding, Outcome, broken, kept, observed
from clausewise.checks.requests import described
from clausewise.contract import Contract, Level
from clausewise.exchange import Response
from tests.harness.builders import PROPERTY, clause, exchange, json_response, response, with_clauses

STATUSES = st.integers(200, 599)
TRAIT = "body/empty:/allowScopes"


def status_check(contract: Contract) -> Check:
    """The check of a clause about two faults; another clause is about a third."""
    judged = clause(
        "status",
        when=["body/syntax", "body/type:*"],
        expect=[400, 422],
        inconclusive={"409": "repeat", "403": "rights"},
    )
    other = clause("status", "moov.other", when=["credentials/missing"], expect=[401], inconclusive={"404": "hidden"})
    return make(with_clauses(contract, judged, other), judged)


# status


@pytest.mark.parametrize("fault", ["body/syntax", "body/type:/allowScopes"])
@pytest.mark.parametrize("status", [400, 422])
def test_an_expected_status_keeps_the_clause_and_the_choice_is_noted(
    contract: Contract, fault: str, status: int
) -> None:
    assert status_check(contract)(exchange(response(status), fault)) == kept(str(status))


def test_where_there_is_no_choice_none_is_noted(contract: Contract) -> None:
    judged = clause("status", when=["valid"], expect=[201])

    assert make(with_clauses(contract, judged), judged)(exchange(response(201))) == KEPT


@PROPERTY
@given(status=STATUSES.filter(lambda status: status not in (400, 422, 409, 403)))
def test_any_other_status_breaks_it(contract: Contract, status: int) -> None:
    finding = status_check(contract)(exchange(response(status), "body/type:/"))

    assert finding == broken("400 or 422", f"{status}, with an empty body", kind=str(status))


def test_a_status_with_a_reason_leaves_it_untested(contract: Contract) -> None:
    finding = status_check(contract)(exchange(response(403), "body/syntax"))

    assert finding is not None
    assert finding.outcome is Outcome.UNTESTED
    assert finding.cause is not None
    assert finding.cause.text == f"the target answered 403: {contract.reasons['rights'].says}"


def test_a_reason_is_no_excuse_for_a_request_that_it_excepts(contract: Contract) -> None:
    check = status_check(contract)
    conflict = response(409)

    excused = check(exchange(conflict, "body/type:/principalAccountID"))
    reserved = check(exchange(conflict, "body/type:/principalAccountID", traits=("fixture/reserved",)))
    syntax = check(exchange(conflict, "body/syntax"))

    assert [finding and finding.outcome for finding in (excused, reserved, syntax)] == [
        Outcome.UNTESTED,
        Outcome.BROKEN,
        Outcome.BROKEN,
    ]


@pytest.mark.parametrize(("status", "kept"), [(400, True), (401, True), (404, None), (500, False)])
def test_of_several_faults_the_status_of_any_will_do(contract: Contract, status: int, kept: bool | None) -> None:
    finding = status_check(contract)(exchange(response(status), "body/syntax", "credentials/missing"))

    assert finding is not None
    assert finding.outcome is {True: Outcome.KEPT, None: Outcome.UNTESTED, False: Outcome.BROKEN}[kept]


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("credentials/missing",),
        ("credentials/missing", "body/syntax"),  # the first fault's clause is put to the test
        ("path/odd:accountID",),  # a fault on which the contract is silent
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_a_request_that_it_is_not_about_says_nothing(contract: Contract, faults: tuple[str, ...], status: int) -> None:
    assert status_check(contract)(exchange(response(status), *faults)) is None


def test_the_request_of_another_operation_says_nothing(contract: Contract) -> None:
    assert status_check(contract)(exchange(response(500), "body/syntax", operation="otherOperation")) is None


def test_no_answer_breaks_it(contract: Contract) -> None:
    finding = status_check(contract)(exchange(None, "body/syntax"))

    assert finding == broken("400 or 422", "no answer, twice: no connection", kind="no answer")


def test_no_answer_to_a_request_that_it_is_not_about_says_nothing(contract: Contract) -> None:
    for faults in ((), ("credentials/missing",), ("path/odd:accountID",)):
        assert status_check(contract)(exchange(None, *faults)) is None


@PROPERTY
@given(status=STATUSES)
def test_a_class_of_statuses_is_expected_as_a_whole(contract: Contract, status: int) -> None:
    judged = clause("status", when=["body/extreme:*"], expect=[200, "4XX"])
    finding = make(with_clauses(contract, judged), judged)(exchange(response(status), "body/extreme:nesting"))

    allowed = status == 200 or 400 <= status <= 499
    refused = broken("200 or 4XX", f"{status}, with an empty body", kind=str(status))
    assert finding == (kept(str(status)) if allowed else refused)


def test_a_class_of_statuses_may_have_a_reason(contract: Contract) -> None:
    judged = clause("status", when=["valid"], expect=[201], inconclusive={"4XX": "rights"})
    check = make(with_clauses(contract, judged), judged)

    for status, outcome in ((404, Outcome.UNTESTED), (499, Outcome.UNTESTED), (500, Outcome.BROKEN)):
        finding = check(exchange(response(status)))
        assert finding is not None
        assert finding.outcome is outcome


# status: two clauses about one request

WIDE = clause("status", "moov.wide", when=["valid", "body/enum:*"], expect=[200, 201])
NARROW = clause("status", "moov.narrow", when=["valid", "body/enum:*"], expect=[201])


def both(contract: Contract, answer: Response | None, *faults: str) -> list[Finding | None]:
    """What the two clauses say of an answer."""
    two = with_clauses(contract, WIDE, NARROW)
    return [make(two, one)(exchange(answer, *faults)) for one in (WIDE, NARROW)]


def test_without_faults_each_clause_has_its_own_expectation(contract: Contract) -> None:
    assert both(contract, response(201)) == [kept("201"), KEPT]
    assert both(contract, response(200)) == [kept("200"), broken("201", "200, with an empty body", kind="200")]
    assert both(contract, response(400)) == [
        broken("200 or 201", "400, with an empty body", kind="400"),
        broken("201", "400, with an empty body", kind="400"),
    ]
    assert both(contract, None) == [
        broken(allowed, "no answer, twice: no connection", kind="no answer") for allowed in ("200 or 201", "201")
    ]


def test_with_faults_what_either_allows_will_do(contract: Contract) -> None:
    assert both(contract, response(200), "body/enum:/a") == [kept("200")] * 2
    refused = broken("200 or 201", "400, with an empty body", kind="400")
    assert both(contract, response(400), "body/enum:/a") == [refused] * 2


def test_without_an_answer_all_that_any_fault_allows_is_told(contract: Contract) -> None:
    finding = status_check(contract)(exchange(None, "body/syntax", "credentials/missing"))

    assert finding == broken("400 or 401 or 422", "no answer, twice: no connection", kind="no answer")


# credentials-accepted


def accepted_check(contract: Contract) -> Check:
    return make(contract, clause("credentials-accepted", when=["credentials/bearer", "credentials/b*"]))


@PROPERTY
@given(status=STATUSES.filter(lambda status: status != 401))
def test_credentials_are_accepted_by_any_status_but_401(contract: Contract, status: int) -> None:
    assert accepted_check(contract)(exchange(response(status), traits=("credentials/bearer",))) == KEPT


def test_a_401_refuses_them(contract: Contract) -> None:
    finding = accepted_check(contract)(exchange(response(401), traits=("credentials/bearer", TRAIT)))

    assert finding == broken("any status but 401", "401, with an empty body", kind="401")


@pytest.mark.parametrize("status", [201, 401])
def test_credentials_are_not_judged_where_the_request_is_not_about_them(contract: Contract, status: int) -> None:
    check = accepted_check(contract)

    assert check(exchange(response(status), "body/syntax", traits=("credentials/bearer",))) is None
    assert check(exchange(response(status), traits=(TRAIT,))) is None
    assert check(exchange(response(status))) is None
    assert check(exchange(None, traits=("credentials/bearer",))) is None


# observe-status


def observing_check(contract: Contract) -> Check:
    return make(contract, clause("observe-status", level=Level.SILENT, when=["body/unknown:*", "header/*"]))


@PROPERTY
@given(status=STATUSES)
def test_the_status_is_observed_and_never_broken(contract: Contract, status: int) -> None:
    check = observing_check(contract)

    assert check(exchange(response(status), "body/unknown:/a")) == observed(str(status))
    assert check(exchange(response(status), "body/unknown:/a", "header/malformed:B")) == observed(str(status))


def test_only_requests_with_no_other_fault_are_observed(contract: Contract) -> None:
    check = observing_check(contract)

    assert check(exchange(response(400), "body/unknown:/a", "credentials/missing")) is None
    assert check(exchange(response(400), "credentials/missing")) is None
    assert check(exchange(response(201))) is None
    assert check(exchange(None, "body/unknown:/a")) is None


# body-mentions

EXPIRED = "credentials/expired"


def mentions(contract: Contract, body: bytes, *faults: str, value: str | int = 4011) -> Finding | None:
    judge = make(contract, clause("body-mentions", when=[EXPIRED, "header/*"], value=value))
    return judge(exchange(json_response(401, body), *faults))


@PROPERTY
@given(told=st.sampled_from([4011, "4011"]), value=st.sampled_from([4011, "4011"]), around=st.lists(st.booleans()))
def test_a_value_is_mentioned_at_any_depth(
    contract: Contract, told: object, value: str | int, around: list[bool]
) -> None:
    for in_list in around:
        told = ["expired", told] if in_list else {"id": 1, "error": told}

    assert mentions(contract, json.dumps(told).encode(), EXPIRED, value=value) == KEPT


@pytest.mark.parametrize(
    "body",
    [
        b"4011 in words",
        b"<error code='4011'/>",
        b'{"message": "error 4011: the session has expired"}',
        b'"MX_4011_EXPIRED"',
        b"code=4011",
        b'{"code": "ERR-4011"}',
        b"[" * 900 + b'"4011"' + b"]" * 900,
        b"\xff 4011",
    ],
)
def test_a_value_is_mentioned_in_a_body_of_any_kind(contract: Contract, body: bytes) -> None:
    assert mentions(contract, body, EXPIRED) == KEPT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"40110",
        b"14011",
        b'"40110"',
        b'"E4011"',
        b'"4011b"',
        b'"7c6f361b-4011-15b6"',
        b'{"code": [4010, "4012"]}',
    ],
)
def test_a_value_that_is_not_mentioned(contract: Contract, body: bytes) -> None:
    assert mentions(contract, body, EXPIRED) == broken(
        "4011 somewhere in the body", described(json_response(401, body))
    )


@pytest.mark.parametrize("body", [b"{}", b"4011"])
def test_a_mention_is_asked_for_where_every_fault_is_of_the_right_kind(contract: Contract, body: bytes) -> None:
    for faults in ((), ("body/syntax",), (EXPIRED, "body/syntax"), ("body/syntax", EXPIRED)):
        assert mentions(contract, body, *faults) is None
    assert mentions(contract, body, EXPIRED, "header/malformed:Accept") is not None


def test_what_has_no_answer_mentions_nothing(contract: Contract) -> None:
    assert make(contract, clause("body-mentions", when=[EXPIRED], value=4011))(exchange(None, EXPIRED)) is None


# Answers in words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response(201), "201, with an empty body"),
        (json_response(400, b"{}"), "400, with 2 bytes of application/json"),
        (response(500, b"oops", ("Content-Type", "Text/Plain; charset=x")), "500, with 4 bytes of text/plain"),
        (response(500, b"oops"), "500, with 4 bytes of no named media type"),
    ],
)
def test_an_answer_in_a_few_words(answer: Response, words: str) -> None:
    assert described(answer) == words
