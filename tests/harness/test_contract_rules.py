"""Single rules of the three contracts that a correct server depends on, each with an answer that keeps or breaks it."""

import json
from typing import Any

import pytest

from clausewise.cases import baseline_case, clause_cases, proof_case
from clausewise.cases.expectation import expectation
from clausewise.cases.wire import planned_tags
from clausewise.checks import make
from clausewise.checks.finding import Finding, Outcome
from clausewise.contract import Binds, Level, load
from tests.harness.builders import exchange, response, showing

MOOV, MX, PERSONA = load("moov"), load("mx"), load("persona")
MISSING, SCOPE = "body/missing:/principalAccountID", "body/enum:/allowScopes/0"
FORBIDDEN, UNKNOWN = "credentials/forbidden", "path/unknown:accountID"
OAUTH = ("body/value:/member/is_oauth=true",)


def outcome(found: Finding | None) -> str | None:
    return found.outcome.value if found else None


def member(*tags: str, **fields: object) -> Any:
    """A success of MX with these fields, for a request with these traits."""
    return exchange(showing({"member": fields}), traits=tags, operation="createMember")


# Refusals


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ({}, False),
        ({"error": "invalid"}, False),
        ({"allowScopes": {"accounts.rea": "is no scope"}}, False),
        ({"allowScopes": {"0": "is no scope"}}, True),
        ({"principalAccountID": "is required", "code": 1}, True),
    ],
)
def test_the_body_of_a_422_names_a_property(body: object, kept: bool) -> None:
    judge = make(MOOV, MOOV.clause("moov.422.keys"))

    for fault in (MISSING, SCOPE):
        assert outcome(judge(exchange(showing(body, 422), fault))) == ("kept" if kept else "broken")
    assert judge(exchange(showing(body, 422), SCOPE, "body/disputed:/")) is None
    assert judge(exchange(showing(body, 422), "body/type:/allowScopes")) is None


@pytest.mark.parametrize("name", ["moov.422.names-field", "moov.422.names-element"])
def test_an_unknown_property_may_be_named_alone(name: str) -> None:
    case = baseline_case(MOOV, body={"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID", "allowScopes": ["a"], "%": 1})
    judge = make(MOOV, MOOV.clause(name))

    assert judge(exchange(showing({"%": "is unknown"}, 422), *planned_tags(MOOV, case).faults)) is None
    assert outcome(judge(exchange(showing({"%": "is unknown"}, 422), SCOPE))) == "broken"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(403, FORBIDDEN), (404, UNKNOWN), (403, FORBIDDEN)], ["untested", "kept", "kept"]),
        ([(404, FORBIDDEN), (404, UNKNOWN)], ["untested", "kept"]),
        ([(403, UNKNOWN), (403, FORBIDDEN)], ["untested", "kept"]),
        ([(404, FORBIDDEN), (403, UNKNOWN)], ["untested", "broken"]),
        ([(403, FORBIDDEN), (404, UNKNOWN), (404, FORBIDDEN)], ["untested", "kept", "broken"]),
        ([(404, FORBIDDEN), (404, UNKNOWN), (403, UNKNOWN)], ["untested", "kept", "broken"]),
        ([(404, FORBIDDEN), (404, FORBIDDEN)], ["untested", "untested"]),
        ([(401, FORBIDDEN), (404, UNKNOWN)], [None, "untested"]),
    ],
)
def test_hiding_is_consistent(answers: list[tuple[int, str]], expected: list[str | None]) -> None:
    judge = make(MOOV, MOOV.clause("moov.hiding.consistent"))

    found = [judge(exchange(response(status), fault, name=f"moov-{at}")) for at, (status, fault) in enumerate(answers)]

    assert [outcome(one) for one in found] == expected


@pytest.mark.parametrize(("fault", "own", "other"), [(FORBIDDEN, 403, 404), (UNKNOWN, 404, 403)])
def test_each_of_the_two_statuses_excuses_the_other(fault: str, own: int, other: int) -> None:
    expected = expectation(MOOV, "shareAccountConnection", planned_tags(MOOV, _with(fault)))

    assert (set(expected.statuses), set(expected.inconclusive)) == ({own}, {other})


def _with(fault: str) -> Any:
    if fault == FORBIDDEN:
        return baseline_case(MOOV, credentials="forbidden")
    return baseline_case(MOOV, path={"accountID": "00000000-0000-4000-8000-00000000c1a5"})


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_the_latest_version_may_be_refused_and_must_not_fail(status: int) -> None:
    case = baseline_case(MOOV, headers={"X-Moov-Version": "latest"})
    expected = expectation(MOOV, "shareAccountConnection", planned_tags(MOOV, case))

    assert MOOV.clause("moov.version.latest").level is Level.SHOULD
    assert status in expected.inconclusive
    assert 500 not in expected.statuses | expected.inconclusive.keys()


def test_an_unrecognised_key_may_be_forbidden() -> None:
    case = baseline_case(PERSONA, credentials="unrecognised")

    assert expectation(PERSONA, "createConnection", planned_tags(PERSONA, case)).statuses == {401, 403}


def test_persona_expects_an_object_and_no_body_is_none() -> None:
    case = baseline_case(PERSONA, text="")
    expected = expectation(PERSONA, "createConnection", planned_tags(PERSONA, case))

    assert [clause.id for clause in expected.clauses] == ["persona.request.object"]
    assert expected.statuses == {400, 422}


# Members


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"credentials": []}, ("body/minItems:/member/credentials",)),
        ({"credentials": [], "is_oauth": False}, ("body/minItems:/member/credentials",)),
    ],
)
def test_an_empty_list_of_credentials_is_none(change: dict[str, object], faults: tuple[str, ...]) -> None:
    case = baseline_case(MX, body={"member": {"institution_guid": "$MX_INSTITUTION_GUID", **change}})
    expected = expectation(MX, "createMember", planned_tags(MX, case))

    assert planned_tags(MX, case).faults == faults
    assert [clause.id for clause in expected.clauses] == ["mx.standard.required"]
    assert min(expected.statuses) == 400


@pytest.mark.parametrize(
    ("member", "faults"),
    [
        ({"is_oauth": True}, ("body/missing:/member/institution_guid",)),
        ({"is_oauth": True, "institution_guid": "$MX_OAUTH_INSTITUTION_GUID"}, ()),
        (
            {"is_oauth": True, "institution_guid": "$MX_OAUTH_INSTITUTION_GUID", "credentials": []},
            ("body/disputed:/member/credentials", "body/disputed:/member"),
        ),
        (
            {
                "institution_guid": "$MX_OAUTH_INSTITUTION_GUID",
                "credentials": [{"guid": "$MX_CREDENTIAL_GUIDS", "value": "$UNIQUE"}],
            },
            ("condition/foreign-credentials",),
        ),
    ],
)
def test_oauth_members(member: dict[str, object], faults: tuple[str, ...]) -> None:
    case = baseline_case(MX, body={"member": member})

    assert planned_tags(MX, case).faults == faults


def test_an_unsupported_oauth_member_is_refused_whatever_stands_beside_it() -> None:
    member = {"is_oauth": True, "institution_guid": "$MX_INSTITUTION_GUID", "colour": "blue"}
    tags = planned_tags(MX, baseline_case(MX, body={"member": member}))

    assert "condition/oauth-unsupported" in tags.faults
    assert 200 not in expectation(MX, "createMember", tags).statuses


def test_a_skipped_member_shows_no_aggregation() -> None:
    judge = make(MX, MX.clause("mx.aggregation.skipped"))
    skipped, now = "body/value:/member/skip_aggregation=true", "2026-11-21T09:30:00Z"
    untouched = {"is_being_aggregated": False, "aggregated_at": None, "successfully_aggregated_at": None}

    assert outcome(judge(member(skipped, **untouched, most_recent_job_guid="JOB-1"))) == "kept"
    assert outcome(judge(member(skipped, **{**untouched, "aggregated_at": now}))) == "broken"
    assert outcome(judge(member(skipped, **{**untouched, "successfully_aggregated_at": now}))) == "broken"
    assert outcome(judge(member(skipped, **{**untouched, "is_being_aggregated": True}))) == "broken"


@pytest.mark.parametrize("cases", [{"use_cases": None}, {"use_cases": []}, {"use_cases": ["PFM"]}, {}])
def test_use_cases_may_be_null_or_absent(cases: dict[str, object]) -> None:
    judge = make(MX, MX.clause("mx.member.use-cases"))

    assert outcome(judge(member(**cases))) in ("kept", None)
    assert outcome(judge(member(use_cases="PFM"))) == "broken"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://oauth.example.com/a?b=c#d", True),
        ("HTTP://localhost:8443/a", True),
        ("oauth.example.com/authorize?state=1", True),
        ("//oauth.example.com:8443/authorize", True),
        ("/oauth/1", False),
        ("oauth/page.html", False),
        ("https:///page", False),
        ("https://oauth.example.com/{window}", False),
        ("ftp://oauth.example.com/a", False),
        ("", False),
        (None, False),
    ],
)
def test_a_window_may_lack_its_scheme(address: str | None, kept: bool) -> None:
    judge = make(MX, MX.clause("mx.oauth.window"))

    assert outcome(judge(member(*OAUTH, oauth_window_uri=address))) == ("kept" if kept else "broken")


def test_a_name_may_be_refused_and_need_not_come_back() -> None:
    assert MX.clause("mx.name.given").level is Level.SHOULD

    name = baseline_case(MX, body={"member": {**json.loads(baseline_case(MX).body or b"")["member"], "name": "x"}})
    tags = planned_tags(MX, name)
    assert 422 in expectation(MX, "createMember", tags).inconclusive
    assert expectation(MX, "createMember", tags).is_settled


# Values that only the owner of the target knows


@pytest.mark.parametrize(
    ("contract", "name", "variable", "body", "operation", "traits"),
    [
        (MX, "mx.name.institution", "MX_INSTITUTION_NAME", {"member": {"name": "Bank"}}, "createMember", ["name"]),
        (
            PERSONA,
            "persona.create.own-organization",
            "PERSONA_ORGANIZATION_ID",
            {"data": {"attributes": {"source-organization-id": "Bank"}}},
            "createConnection",
            [],
        ),
    ],
)
def test_a_value_of_the_target_decides(
    contract: Any, name: str, variable: str, body: object, operation: str, traits: list[str]
) -> None:
    answer = exchange(
        showing(body), traits=tuple(f"body/absent:/member/{trait}" for trait in traits), operation=operation
    )

    def found(*values: str) -> Finding | None:
        return make(contract, contract.clause(name), {variable: values} if values else {})(answer)

    assert outcome(found("Bank")) == "kept"
    assert outcome(found("Other")) == "broken"
    undecided = found()
    assert undecided is not None
    assert undecided.outcome is Outcome.UNTESTED
    assert undecided.cause is not None
    assert undecided.cause.variables == (variable,)


@pytest.mark.parametrize(("source", "kept"), [("org_a", True), ("org_b", False)])
def test_a_connection_leads_to_another_organization(source: str, kept: bool) -> None:
    attributes = {"sourceOrganizationId": source, "destinationOrganizationId": "org_b"}
    answer = exchange(showing({"data": {"attributes": attributes}}, 201), operation="createConnection")
    judge = make(PERSONA, PERSONA.clause("persona.create.two-organizations"))

    assert outcome(judge(answer)) == ("kept" if kept else "broken")


# What rests on what, and binds whom


@pytest.mark.parametrize("name", ["moov.responses.listed", "mx.response.status", "persona.errors.listed"])
def test_a_clause_about_robustness_says_what_it_rests_on(name: str) -> None:
    contract = load(name.partition(".")[0])

    assert "RFC 9110" in str(contract.clause(name).rests_on)


def test_rules_for_callers_are_told_from_those_for_servers() -> None:
    client = {
        clause.id for contract in (MOOV, MX, PERSONA) for clause in contract.clauses if clause.binds is Binds.CLIENT
    }

    assert {"mx.members.no-duplicates", "mx.name.rare", "mx.standard.end-user", "moov.body.media-type"} <= client
    assert all(
        contract.clause(name).excluded for contract in (MOOV, MX) for name in client if name.startswith(contract.api)
    )


@pytest.mark.parametrize("contract", [MOOV, PERSONA], ids=["moov", "persona"])
def test_statuses_on_demand_are_tried_for_what_their_answers_carry(contract: Any) -> None:
    tried = [(clause, case.prefer) for clause, case in clause_cases(contract) if case.prefer is not None]

    assert tried
    assert all(clause.check in ("header-present", "observe-body") for clause, _ in tried)
    assert all(contract.clause(f"{contract.api}.{status}.status").excluded for status in (409, 429))


def test_the_forbidden_token_proves_itself_on_another_account() -> None:
    kind = MOOV.credentials["forbidden"]
    case = proof_case(MOOV, kind)

    assert kind.variables == ("MOOV_FORBIDDEN_TOKEN",)
    assert (case.credentials, case.path) == ("forbidden", {"accountID": "$MOOV_FORBIDDEN_ACCOUNT_ID"})
