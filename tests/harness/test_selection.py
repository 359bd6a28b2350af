"""Of many cases that say the same, one is sent."""

from clausewise.cases import Case, baseline_case
from clausewise.cases.selection import most_telling
from clausewise.cases.wire import planned_tags
from clausewise.contract import Contract


def of_type(contract: Contract, *values: object) -> list[Case]:
    return [baseline_case(contract, repr(value), body={"principalAccountID": value}) for value in values]


def test_of_cases_with_the_same_tags_the_first_is_sent(contract: Contract) -> None:
    cases = of_type(contract, 1, 2.5, True, [])
    assert list(most_telling(contract, cases)) == cases[:1]


def test_cases_with_other_tags_are_sent_in_their_order(contract: Contract) -> None:
    cases = [*of_type(contract, 1, None), baseline_case(contract, "valid")]
    kept = list(most_telling(contract, cases))
    assert [planned_tags(contract, case).faults for case in kept] == [
        ("body/type:/principalAccountID",),
        ("body/null:/principalAccountID",),
        (),
    ]


def test_what_was_sent_before_is_not_sent_again(contract: Contract) -> None:
    [number, nothing] = of_type(contract, 1, None)
    assert list(most_telling(contract, [number, nothing], sent=of_type(contract, 7))) == [nothing]
