"""The shape of answers: a header or a field that all have in one run and none in the other, and nothing less sure."""

import json
from pathlib import Path

import pytest

from clausewise.drift.data import AnswerChange
from tests.harness import records
from tests.harness.drifts import before, now, of_moov
from tests.harness.records import Line

HEADERS = [["Content-Type", "application/json"]]
ID = {"id": "1"}


def answers(
    *bodies: object, status: int = 201, headers: list[list[str]] | None = None, cut: bool = False
) -> list[Line]:
    """Exchanges that were answered so; a text is sent as it is, everything else as JSON."""
    return [
        records.exchange(
            f"moov-{status}-{number}",
            response={
                "status": status,
                "headers": HEADERS if headers is None else headers,
                "body": body if isinstance(body, str) else json.dumps(body),
                "cut": cut,
            },
        )
        for number, body in enumerate(bodies)
    ]


def changes(tmp_path: Path, old: list[Line], new: list[Line]) -> tuple[AnswerChange, ...]:
    return of_moov(tmp_path, before(*old), now(*new)).answers


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ({}, ID, "/id"),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": None}}, "/a/c"),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}, {"b": 1}]}, "/a/*/c"),
        ([{}], [ID], "/*/id"),
    ],
)
def test_a_field_that_came_or_went(tmp_path: Path, old: object, new: object, path: str) -> None:
    with_it, without = answers(new, new), answers(old, old)

    assert changes(tmp_path, without, with_it) == (AnswerChange((201,), "field", path, appeared=True),)
    assert changes(tmp_path, with_it, without) == (AnswerChange((201,), "field", path, appeared=False),)


def test_a_header_that_came_or_went_whatever_its_letters(tmp_path: Path) -> None:
    with_it = answers(ID, ID, headers=[*HEADERS, ["X-New", "1"]])
    in_capitals = answers(ID, ID, headers=[["CONTENT-TYPE", "application/json"], ["x-NEW", "2"]])
    without = answers(ID, ID)

    assert changes(tmp_path, without, with_it) == (AnswerChange((201,), "header", "x-new", appeared=True),)
    assert changes(tmp_path, with_it, without) == (AnswerChange((201,), "header", "x-new", appeared=False),)
    assert changes(tmp_path, with_it, in_capitals) == ()


def test_a_renamed_field_went_and_came(tmp_path: Path) -> None:
    found = changes(tmp_path, answers({"ID": 1}, {"ID": 2}), answers(ID, ID))

    assert [(change.name, change.appeared) for change in found] == [("/id", True), ("/ID", False)]


def test_an_object_comes_with_its_fields(tmp_path: Path) -> None:
    new = {"id": "1", "owner": {"name": "n", "tags": [{"a": 1}]}}

    assert [change.name for change in changes(tmp_path, answers(ID, ID), answers(new, new))] == ["/owner"]


def test_a_body_comes_with_its_fields(tmp_path: Path) -> None:
    assert changes(tmp_path, answers("", ""), answers(ID, ID)) == (AnswerChange((201,), "body", "", appeared=True),)
    assert changes(tmp_path, answers(ID, ID), answers("<p>", "<p>")) == (
        AnswerChange((201,), "body", "", appeared=False),
    )


def test_what_changed_alike_in_several_statuses_is_told_once(tmp_path: Path) -> None:
    old = [*answers({}, {}), *answers({}, {}, status=400), *answers(ID, ID, status=422)]
    new = [*answers(ID, ID), *answers(ID, ID, status=400), *answers(ID, ID, status=422)]

    assert changes(tmp_path, old, new) == (AnswerChange((201, 400), "field", "/id", appeared=True),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (answers(ID, ID), answers(ID, {"id": 7})),
        (answers({}, ID), answers(ID, ID)),
        (answers({}, {}), answers({}, ID)),
        (answers({}, ID), answers({}, {})),
        (answers({}), answers(ID, ID)),
        (answers({}, {}), answers(ID)),
        (answers({"a": []}, {"a": []}), answers({"a": []}, {"a": [1]})),
        (answers({}, {}), answers(ID, ID, status=200)),
        (answers({}, {}), answers(ID, ID, cut=True)),
        (answers({}, {}), []),
    ],
    ids=[
        "other values",
        "seen before, now and then",
        "seen now, now and then",
        "not seen any more, and seldom before",
        "a single answer before",
        "a single answer now",
        "items now and then",
        "another status",
        "only the start of the body",
        "no answers",
    ],
)
def test_what_is_not_sure_is_not_told(tmp_path: Path, old: list[Line], new: list[Line]) -> None:
    assert changes(tmp_path, old, new) == ()


def test_requests_without_an_answer_say_nothing(tmp_path: Path) -> None:
    unanswered = records.exchange("moov-9", None)

    assert changes(tmp_path, [unanswered, *answers(ID, ID)], [*answers(ID, ID), unanswered]) == ()


def test_bodies_of_any_depth_are_looked_at_so_far(tmp_path: Path) -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    endless = "[" * 200_000

    assert changes(tmp_path, answers(deep, deep), answers(deep, deep)) == ()
    assert [change.name for change in changes(tmp_path, answers(ID, ID), answers(deep, deep))] == ["/a", "/id"]
    assert [change.part for change in changes(tmp_path, answers(ID, ID), answers(endless, endless))] == ["body"]


def test_answers_of_another_api_are_not_looked_at(tmp_path: Path) -> None:
    other = [line | {"api": "persona", "id": f"persona-{line['id']}"} for line in answers({}, {})]

    assert changes(tmp_path, [*answers(ID, ID), *other], answers(ID, ID)) == ()
