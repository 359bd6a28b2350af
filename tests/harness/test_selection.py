"""Of many cases that say the same, a few are sent."""

from clausewise.cases import Case, baseline_case
from clausewise.cases.selection import most_telling
from clausewise.contract import Contract


def of_type(contract: Contract, *values: object) -> list[Case]:
    return [baseline_case(contract, repr(value), body={"principalAccountID": value}) for value in values]


def test_cases_with_the_same_tags_are_sent_up_to_the_limit_in_their_order(contract: Contract) -> None:
    cases = of_type(contract, 1, 2.5, True, [])
    kept = [case.id for case, _ in most_telling(contract, cases, 2)]
    assert kept == [cases[0].id, cases[1].id]


def test_cases_with_other_tags_are_counted_apart(contract: Contract) -> None:
    cases = [*of_type(contract, 1, None), baseline_case(contract, "valid")]
    kept = list(most_telling(contract, cases, 1))
    assert [tags.faults for _, tags in kept] == [
        ("body/type:/principalAccountID",),
        ("body/null:/principalAccountID",),
        (),
    ]


def test_without_a_limit_every_case_is_sent(contract: Contract) -> None:
    cases = of_type(contract, *range(20))
    assert [case for case, _ in most_telling(contract, cases, None)] == cases
