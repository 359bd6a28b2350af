"""Status codes as contracts write them, and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.contract import listed, statuses
from tests.harness.builders import PROPERTY

STATUSES = st.integers(100, 599)
CLASSES = st.integers(1, 5).map("{}XX".format)


@pytest.mark.parametrize(
    ("written", "stands_for"),
    [
        (201, {201}),
        ("404", {404}),
        ("4XX", set(range(400, 500))),
        ("5xx", set(range(500, 600))),
        ([200, "201", ["3XX"]], {200, 201, *range(300, 400)}),
        ([], set()),
    ],
)
def test_statuses_as_contracts_write_them(written: object, stands_for: set[int]) -> None:
    assert statuses(written) == stands_for


@pytest.mark.parametrize("written", ["", "XX", "fourXX", "201 or 202", None, True, {"200": 1}])
def test_what_is_no_status(written: object) -> None:
    with pytest.raises(ValueError, match="is no status"):
        statuses(written)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({201}, "201"),
        ({404, 200, 301}, "200 or 301 or 404"),
        (set(range(400, 500)), "4XX"),
        ({200, *range(400, 500), 599}, "200 or 4XX or 599"),
        (set(range(100, 600)), "1XX or 2XX or 3XX or 4XX or 5XX"),
        (set(range(400, 499)), " or ".join(map(str, range(400, 499)))),
        (set(), ""),
    ],
)
def test_statuses_in_words(found: set[int], words: str) -> None:
    assert listed(found) == words


@pytest.mark.parametrize(
    "written", [0, 99, 600, 2010, -201, "0XX", "6XX", "44XX", "-4XX", "2_01", 2.5, [201, "teapot"]]
)
def test_a_number_that_is_no_status(written: object) -> None:
    with pytest.raises(ValueError, match="is no status"):
        statuses(written)


@PROPERTY
@given(written=st.lists(STATUSES | CLASSES))
def test_a_list_stands_for_all_that_its_entries_stand_for(written: list[int | str]) -> None:
    assert statuses(written) == statuses(tuple(written)) == {status for entry in written for status in statuses(entry)}


@PROPERTY
@given(found=st.frozensets(STATUSES, min_size=1), classes=st.lists(CLASSES))
def test_the_words_stand_for_the_same_statuses(found: frozenset[int], classes: list[str]) -> None:
    every = found | statuses(classes)

    assert statuses(listed(every).split(" or ")) == every
