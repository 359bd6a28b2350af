"""Variables whose values go together, and texts that no other request holds, as they go into a request."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import Case, baseline_case, compose
from clausewise.contract import Contract
from clausewise.errors import Unsendable
from clausewise.target import Target, resolve
from tests.harness.builders import ACCOUNT, ENVIRONMENT, PROPERTY, URL
from tests.harness.variants import PARTS, with_parts


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A contract with a variable whose values go together."""
    return with_parts(tmp_path_factory.mktemp("contracts"))


def target(contract: Contract, *values: str) -> Target:
    """A target with these parts."""
    return resolve(contract, URL, {**ENVIRONMENT, "MOOV_PART": ",".join(values)})


def written(contract: Contract, text: str, *values: str) -> str:
    """What goes out for a text that is sent as it stands."""
    case = baseline_case(contract, text=text)
    return (compose(contract, case, target(contract, *values), unique="the-one").body or b"").decode()


# Values that go together


@PROPERTY
@given(values=st.lists(st.from_regex(r"\A[a-z]{1,8}\Z"), min_size=1, max_size=6, unique=True), turn=st.integers(0, 9))
def test_an_object_is_written_once_for_each_value(parts: Contract, values: list[str], turn: int) -> None:
    for must_fail in (False, True):
        request = compose(
            parts, baseline_case(parts), target(parts, *values), turn, must_fail=must_fail, unique="the-one"
        )
        assert json.loads(request.body or b"") == {"parts": [{"id": value, "value": "the-one"} for value in values]}


def test_without_a_value_nothing_can_be_sent(parts: Contract) -> None:
    with pytest.raises(Unsendable, match="MOOV_PART is not set"):
        compose(parts, baseline_case(parts), target(parts))
    with pytest.raises(Unsendable, match="MOOV_PART is not set"):
        written(parts, '{"id": "$MOOV_PART"} and more')


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ('[{"id": "$MOOV_PART"}', '[{"id": "one"}, {"id": "two"}'),
        ('{"id": "$MOOV_PART"}, then {not json', '{"id": "one"}, {"id": "two"}, then {not json'),
        ("<{$MOOV_PART}>", "<{one}, {two}>"),
        ('{"id": "$MOOV_PART",}', '{"id": "one",}, {"id": "two",}'),
        ('{"parts": [{"id": "$MOOV_PART"}], "more": {}', '{"parts": [{"id": "one"}, {"id": "two"}], "more": {}'),
        ("{\n$MOOV_PART\n}", "{\none\n}, {\ntwo\n}"),
    ],
)
def test_in_a_text_that_is_not_json(parts: Contract, text: str, sent: str) -> None:
    assert written(parts, text, "one", "two") == sent


def test_every_object_that_holds_it_and_no_other(parts: Contract) -> None:
    text = '{"a": [{"id": "$MOOV_PART"}], "b": [{"id": "none"}], "c": [{"key": "$MOOV_PART"}, {"id": 1}]}'

    assert json.loads(written(parts, text, "one", "two")) == {
        "a": [{"id": "one"}, {"id": "two"}],
        "b": [{"id": "none"}],
        "c": [{"key": "one"}, {"key": "two"}, {"id": 1}],
    }


def test_an_object_in_which_it_stands_twice(parts: Contract) -> None:
    assert json.loads(written(parts, '[{"a": "$MOOV_PART", "b": "$MOOV_PART"}]', "one", "two")) == [
        {"a": "one", "b": "one"},
        {"a": "two", "b": "two"},
    ]


def test_other_variables_of_the_object_are_the_same_in_each(parts: Contract) -> None:
    text = '[{"id": "$MOOV_PART", "account": "$MOOV_ACCOUNT_ID", "value": "$UNIQUE", "price": "5$"}]'

    assert json.loads(written(parts, text, "one", "two")) == [
        {"id": part, "account": ACCOUNT, "value": "the-one", "price": "5$"} for part in ("one", "two")
    ]


def test_a_longer_name_is_another_variable(parts: Contract) -> None:
    text = '[{"id": "$MOOV_PARTS"}, {"id": "$MOOV_PART_2"}]'

    assert written(parts, text, "one", "two") == text


@pytest.mark.parametrize("more", ['"meta": {}', '"meta": {"a": [{}]}'])
def test_an_object_that_holds_other_objects_is_written_whole(parts: Contract, more: str) -> None:
    for text in (f'[{{"id": "$MOOV_PART", {more}}}]', f'[{{{more}, "id": "$MOOV_PART"}}]'):
        found = json.loads(written(parts, text, "one", "two"))
        assert [part["id"] for part in found] == ["one", "two"]


@pytest.mark.parametrize("note", ["}", "{"])
def test_a_brace_in_a_text_is_no_end_of_an_object(parts: Contract, note: str) -> None:
    for body in ([{"id": "$MOOV_PART", "note": note}], [{"note": note, "id": "$MOOV_PART"}]):
        found = json.loads(written(parts, json.dumps(body), "one", "two"))
        assert found == [{"id": part, "note": note} for part in ("one", "two")]


# Texts that no other request holds


def everywhere(contract: Contract) -> Case:
    """A case with the unique text in each part of the request."""
    return baseline_case(
        contract,
        path={"accountID": "$UNIQUE"},
        query={"q": "$UNIQUE"},
        headers={"X-Key": "<$UNIQUE>"},
        body={"parts": [{"id": "$MOOV_PART", "value": "$UNIQUE"}], "name": "$UNIQUE $UNIQUE"},
    )


def test_the_unique_text_is_the_same_within_a_request(parts: Contract) -> None:
    request = compose(parts, everywhere(parts), target(parts, *PARTS), unique="the-one")

    assert request.url == f"{URL}/accounts/the-one/connections?q=the-one"
    assert request.values("X-Key") == ["<the-one>"]
    assert json.loads(request.body or b"") == {
        "parts": [{"id": part, "value": "the-one"} for part in PARTS],
        "name": "the-one the-one",
    }


def test_a_longer_name_is_not_the_unique_text(parts: Contract) -> None:
    assert written(parts, "$UNIQUE, $UNIQUES, $UNIQUE_2 and UNIQUE", "one") == "the-one, $UNIQUES, $UNIQUE_2 and UNIQUE"


# What a case needs


def test_the_variables_of_a_case_are_those_anywhere_in_it_but_in_its_credentials(parts: Contract) -> None:
    case = baseline_case(
        parts,
        credentials="expired",
        path={"accountID": "$MOOV_ACCOUNT_ID"},
        query={"q": "a $MOOV_ONE b"},
        headers={"X-Any": "$MOOV_TWO$MOOV_THREE"},
        text='{"id": "$MOOV_PART", $moov_four $$ $MOOV_FIVE',
    )
    needed = {"MOOV_ACCOUNT_ID", "MOOV_ONE", "MOOV_TWO", "MOOV_THREE", "MOOV_PART", "MOOV_FIVE"}

    assert case.variables() == needed
    assert replace(case, body=b"\xff$MOOV_PART\xfe").variables() >= {"MOOV_PART"}
    assert replace(case, body=None).variables() == needed - {"MOOV_PART", "MOOV_FIVE"}
