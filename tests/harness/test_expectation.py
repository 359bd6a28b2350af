"""Which answer the contract expects: worked out by hand from Moov's document, and from small invented contracts."""

import pytest

from clausewise.cases.expectation import clauses_about, expectation, has_only, matches
from clausewise.checks import make
from clausewise.contract import Contract, Level, load
from clausewise.exchange import Tags
from tests.harness.builders import OPERATION, clause, exchange, response, with_clauses

# The listed statuses that are no failure, and the refusals by which HTTP itself answers a message that it dislikes.
LISTED = {201, 400, 401, 403, 404, 405, 406, 409, 411, 413, 414, 415, 422, 431}


def tags(*faults: str, traits: tuple[str, ...] = ()) -> Tags:
    return Tags(faults, frozenset(traits))


def expected(contract: Contract, found: Tags) -> tuple[list[str], set[int], set[int]]:
    """The clauses, the statuses that keep them, and those that say nothing."""
    result = expectation(contract, OPERATION, found)
    return [c.id for c in result.clauses], set(result.statuses), set(result.inconclusive)


@pytest.mark.parametrize(
    ("faults", "clauses", "statuses", "inconclusive"),
    [
        (["credentials/missing"], ["moov.401.missing"], {401}, set()),
        (["credentials/expired"], ["moov.401.expired"], {401}, set()),
        (["credentials/forbidden"], ["moov.403.status"], {403}, {404}),
        (["credentials/unrecognised"], ["moov.401.unrecognised"], {400, 401, 403, 404}, set()),
        (["path/unknown:accountID"], ["moov.404.status"], {404}, {403}),
        (["path/odd:accountID"], ["moov.path.odd-account-id"], {400, 403, 404, 422}, set()),
        (["body/syntax"], ["moov.400.status"], {400}, set()),
        (["body/missing:/principalAccountID"], ["moov.422.missing"], {422}, set()),
        (["body/enum:/allowScopes/0"], ["moov.422.scope"], {422}, {409}),
        (["body/type:/allowScopes"], ["moov.422.type"], {400, 422}, {409}),
        (["body/absent"], ["moov.422.type"], {400, 422}, set()),
        (["on-demand/504"], [], {504}, set()),
        (["on-demand/409", "body/syntax"], [], {409}, set()),
        (["body/extension"], ["moov.responses.listed"], LISTED, set()),
        (["body/extreme:length"], ["moov.responses.listed"], LISTED, set(range(500, 600))),
        (["body/disputed:/allowScopes"], ["moov.responses.listed"], LISTED, set()),
        (["header/malformed:X-Moov-Version"], ["moov.responses.listed"], LISTED, set()),
        (["body/duplicate-key"], ["moov.responses.listed"], LISTED, set()),
    ],
)
def test_one_fault(
    contract: Contract, faults: list[str], clauses: list[str], statuses: set[int], inconclusive: set[int]
) -> None:
    assert expected(contract, tags(*faults)) == (clauses, statuses, inconclusive)


def test_a_request_without_faults_is_held_to_the_clause_about_valid_ones(contract: Contract) -> None:
    assert expected(contract, tags()) == (["moov.201.status"], {201}, {403, 409})
    assert expected(contract, tags(traits=("credentials/bearer",))) == (["moov.201.status"], {201}, {403, 409})


@pytest.mark.parametrize(
    ("trait", "named"),
    [
        ("credentials/basic", "moov.sample.basic"),
        ("header/absent:X-Moov-Version", "moov.version.optional"),
        ("body/absent:/allowScopes", "moov.scopes.absent"),
        ("body/empty:/allowScopes", "moov.scopes.empty"),
        ("body/only:/allowScopes=ping.read", "moov.scope.ping.read"),
    ],
)
def test_a_clause_about_a_trait_says_more_than_the_one_about_valid_requests(
    contract: Contract, trait: str, named: str
) -> None:
    clauses, statuses, _ = expected(contract, tags(traits=(trait,)))

    assert (clauses, statuses) == ([named], {201})


def test_several_traits_put_all_their_clauses_to_the_test(contract: Contract) -> None:
    traits = ("header/absent:X-Moov-Version", "body/empty:/allowScopes")

    assert expected(contract, tags(traits=traits))[0] == ["moov.version.optional", "moov.scopes.empty"]


def test_a_fault_hides_the_traits(contract: Contract) -> None:
    found = tags("credentials/missing", traits=("body/empty:/allowScopes",))

    assert expected(contract, found)[:2] == (["moov.401.missing"], {401})


def test_of_several_faults_any_may_be_answered_and_the_first_is_put_to_the_test(contract: Contract) -> None:
    assert expected(contract, tags("credentials/missing", "body/syntax")) == (["moov.401.missing"], {401, 400}, set())
    assert expected(contract, tags("body/syntax", "credentials/missing"))[0] == ["moov.400.status"]
    assert expected(contract, tags("path/unknown:accountID", "body/enum:/allowScopes/3")) == (
        ["moov.404.status"],
        {404, 422},
        {403, 409},
    )


def test_a_fault_on_which_the_document_is_silent_excuses_refusals_and_no_success(contract: Contract) -> None:
    found = tags("credentials/missing", "header/malformed:X-Moov-Version")
    assert expected(contract, found)[:2] == (["moov.401.missing"], LISTED - {201})

    found = tags("header/malformed:X-Moov-Version", "body/enum:/allowScopes/0")
    assert expected(contract, found)[:2] == (["moov.422.scope"], LISTED - {201})


def test_an_unknown_property_beside_a_missing_one_may_be_refused_by_400(contract: Contract) -> None:
    found = tags("body/missing:/principalAccountID", "body/disputed:/")

    assert expected(contract, found)[:2] == (["moov.422.missing"], LISTED - {201})


def test_an_unknown_scope_of_many_characters_may_be_too_large_and_is_never_accepted(contract: Contract) -> None:
    found = tags("body/enum:/allowScopes/0", "body/extreme:length")
    clauses, statuses, inconclusive = expected(contract, found)

    assert clauses == ["moov.422.scope"]
    assert {413, 422} <= statuses
    assert 201 not in statuses | inconclusive
    assert 500 in inconclusive


def test_what_another_fault_may_get_is_allowed_beside_one_of_which_nothing_is_said(
    contract: Contract,
) -> None:
    about = clause("status", "moov.about", when=["path/odd:*"], expect=[418])
    rest = clause("status", "moov.rest", when=["rest"], expect=[200, 400])
    small = with_clauses(contract, about, rest)

    both = expectation(small, OPERATION, Tags(("body/strange", "path/odd:id"), frozenset()))
    alone = expectation(small, OPERATION, Tags(("body/strange",), frozenset()))

    assert (both.clauses, set(both.statuses)) == ((about,), {400, 418})
    assert (alone.clauses, set(alone.statuses)) == ((rest,), {200, 400})


def test_a_success_that_one_fault_leaves_undecided_and_another_forbids_is_none(contract: Contract) -> None:
    excused = clause(
        "status", "moov.latest", when=["condition/latest"], expect=[201], inconclusive={200: "beta", 404: "beta"}
    )
    refused = clause("status", "moov.refused", when=["body/*"], expect=[422])
    small = with_clauses(contract, excused, refused)

    assert expected(small, tags("condition/latest")) == (["moov.latest"], {201}, {200, 404})
    assert expected(small, tags("body/type:/", "condition/latest")) == (["moov.refused"], {422}, {404})


def test_a_reason_may_be_one_for_some_requests_only() -> None:
    contract = load("mx")
    named = expectation(contract, "createMember", tags(traits=("body/present:/member/name",)))
    unnamed = expectation(contract, "createMember", tags(traits=("body/absent:/member/name",)))

    assert set(named.inconclusive) == set(range(400, 500))
    assert set(unnamed.inconclusive) == {409}


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (tags(), True),
        (tags(traits=("query/value:fields[connect/connection]=status",)), True),
        (tags("condition/together-fields-key"), True),
        (tags("query/unlisted:fields[connect/connection]"), False),
        (tags("condition/other-fields"), False),
        (tags("body/unknown:/data/attributes/destination-organization-id"), False),
        (tags("body/extension"), False),
        (tags("on-demand/201"), False),
        (tags("condition/together-fields-key", "body/extension"), False),
    ],
)
def test_an_outcome_is_settled_where_nothing_but_a_success_is_right(found: Tags, settled: bool) -> None:
    assert expectation(load("persona"), "createConnection", found).is_settled is settled


def test_a_reason_does_not_excuse_the_requests_that_it_excepts(contract: Contract) -> None:
    scope = "body/enum:/allowScopes/0"

    assert expected(contract, tags(scope))[2] == {409}
    assert expected(contract, tags(scope, traits=("fixture/reserved",)))[2] == set()
    assert expected(contract, tags(scope, "body/missing:/principalAccountID"))[2] == set()
    assert expected(contract, tags(traits=("fixture/reserved",)))[2] == {403}


def test_the_reason_is_given_in_words(contract: Contract) -> None:
    inconclusive = expectation(contract, OPERATION, tags("path/unknown:accountID")).inconclusive

    assert inconclusive == {403: contract.reasons["hidden"].says}


def test_only_status_clauses_of_the_operation_count(contract: Contract) -> None:
    small = with_clauses(
        contract,
        clause("status", "moov.other", operation="otherOperation", when=["valid"], expect=[200]),
        clause("observe-status", "moov.observed", level=Level.SILENT, when=["valid"]),
        clause("credentials-accepted", "moov.accepted", when=["valid"]),
        clause("status", "moov.this", when=["valid"], expect=[201, 202]),
    )

    assert expected(small, tags()) == (["moov.this"], {201, 202}, set())


def test_a_status_may_stand_for_its_whole_class(contract: Contract) -> None:
    small = with_clauses(
        contract,
        clause("status", "moov.good", when=["valid"], expect=["2XX"], inconclusive={"4XX": "hidden"}),
        clause("status", "moov.refused", when=["body/*"], expect=["4XX", 301]),
        clause("status", "moov.unknown", when=["path/*"], expect=[404], inconclusive={"5XX": "beta", 403: "hidden"}),
    )
    refusals = set(range(400, 500))

    assert expected(small, tags()) == (["moov.good"], set(range(200, 300)), refusals)
    assert expected(small, tags("body/syntax")) == (["moov.refused"], refusals | {301}, set())
    assert expected(small, tags("path/odd:id"))[2] == {403, *range(500, 600)}
    assert expected(small, tags("path/odd:id", "body/syntax"))[1] == refusals | {301}


@pytest.mark.parametrize(
    ("status", "first", "second"),
    [(200, "kept", "broken"), (202, "kept", "kept"), (403, "broken", "kept"), (500, "broken", "broken")],
)
def test_of_two_clauses_about_a_good_request_each_is_judged_by_what_it_expects(
    contract: Contract, status: int, first: str, second: str
) -> None:
    one = clause("status", "moov.one", when=["body/empty:*"], expect=["2XX"])
    other = clause("status", "moov.other", when=["credentials/basic"], expect=[202, "4XX"])
    small = with_clauses(contract, one, other)
    answered = exchange(response(status), traits=("body/empty:/allowScopes", "credentials/basic"))

    found = [make(small, judged)(answered) for judged in (one, other)]

    assert [finding.outcome.value for finding in found if finding] == [first, second]


@pytest.mark.parametrize(("status", "outcome"), [(401, "kept"), (422, "kept"), (404, "broken"), (201, "broken")])
def test_of_two_faults_either_may_be_answered(contract: Contract, status: int, outcome: str) -> None:
    one = clause("status", "moov.one", when=["credentials/*"], expect=[401])
    other = clause("status", "moov.other", when=["body/*"], expect=[422])
    small = with_clauses(contract, one, other)
    answered = exchange(response(status), "credentials/missing", "body/type:/a")

    found = make(small, one)(answered)

    assert found is not None
    assert found.outcome.value == outcome
    assert make(small, other)(answered) is None


def test_a_contract_that_says_nothing_expects_nothing(contract: Contract) -> None:
    small = with_clauses(contract, clause("status", when=["valid"], expect=[201]))

    assert expected(small, tags("body/syntax")) == ([], set(), set())


def test_nothing_is_expected_of_a_request_of_which_one_fault_is_spoken_of_nowhere(contract: Contract) -> None:
    small = with_clauses(contract, clause("status", when=["credentials/*"], expect=[401]))

    assert expected(small, tags("credentials/missing"))[1] == {401}
    assert expected(small, tags("credentials/missing", "body/syntax")) == ([], set(), set())


def test_clauses_that_only_observe_are_about_a_request_too(contract: Contract) -> None:
    unlisted = tags("header/unlisted:X-Moov-Version")
    assert [c.id for c in clauses_about(contract, OPERATION, unlisted)] == [
        "moov.responses.listed",
        "moov.version.well-formed",
    ]

    both = tags("credentials/missing", "header/unlisted:X-Moov-Version")
    assert [c.id for c in clauses_about(contract, OPERATION, both)] == ["moov.401.missing"]


def test_a_clause_may_observe_beside_other_faults(contract: Contract) -> None:
    both = tags("body/extreme:nesting", "body/disputed:/")

    assert [c.id for c in clauses_about(contract, OPERATION, both)] == [
        "moov.responses.listed",
        "moov.responses.limits",
    ]


def test_only_means_every_fault_and_at_least_one() -> None:
    assert has_only(["body/*"], tags("body/syntax"))
    assert has_only(["body/syntax", "path/*"], tags("body/syntax", "path/odd:id"))
    assert not has_only(["body/*"], tags("body/syntax", "path/odd:id"))
    assert not has_only(["*"], tags(traits=("body/empty:/a",)))


@pytest.mark.parametrize(
    ("pattern", "tag", "meets"),
    [
        ("body/syntax", "body/syntax", True),
        ("body/*", "body/type:/a/0", True),
        ("body/enum:/allowScopes/*", "body/enum:/allowScopes/12", True),
        ("body/enum:/allowScopes/*", "body/enum:/allowScopes", False),
        ("body/syntax", "Body/Syntax", False),
        ("body", "body/syntax", False),
    ],
)
def test_patterns(pattern: str, tag: str, meets: bool) -> None:
    assert matches([pattern], [tag]) is meets
    assert matches(["nothing", pattern], ["other", tag]) is meets
    assert not matches([], [tag])
    assert not matches([pattern], [])
