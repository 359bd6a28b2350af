"""JSON documents as the checks read them: by pointer, by shape, and whatever the casing of their keys."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.checks.documents import (
    CASINGS,
    MISSING,
    document,
    miscased,
    recased,
    recased_key,
    shape,
    value_at,
)
from tests.harness.builders import JSON, PROPERTY, json_response, response, showing

CASING = st.sampled_from(sorted(CASINGS))
WORDS = st.lists(st.from_regex("[a-z]{2,8}", fullmatch=True), min_size=1, max_size=4)


def documents(keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON values whose objects have such keys."""
    leaves = st.none() | st.integers() | st.text(max_size=9)
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=8)


# Bodies


def test_a_body_is_read_as_json() -> None:
    assert document(showing({"a": [1, None]})) == {"a": [1, None]}
    assert document(showing(None)) is None


@pytest.mark.parametrize("body", [b"", b"words", b'{"a": 1', b'{"a": NaN}', b'"\xff"', b"[" * 100_000])
def test_a_body_that_is_no_json_is_no_document(body: bytes) -> None:
    assert document(json_response(200, body)) is MISSING


def test_a_body_that_was_cut_is_no_document() -> None:
    assert document(response(200, b"{}", cut=True)) is MISSING


# Pointers (RFC 6901)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/a", {"b": [10, {"c": None}]}),
        ("/a/b/0", 10),
        ("/a/b/1/c", None),
        ("/", "empty key"),
        ("/~1", "slash"),
        ("/~0", "tilde"),
        ("/~01", "tilde and one"),
        ("/~0~1", "tilde and slash"),
        ("/2", "a key of digits"),
    ],
)
def test_what_stands_at_a_pointer(pointer: str, found: object) -> None:
    value = {
        "a": {"b": [10, {"c": None}]},
        "": "empty key",
        "/": "slash",
        "~": "tilde",
        "~1": "tilde and one",
        "~/": "tilde and slash",
        "2": "a key of digits",
    }

    assert value_at(value, pointer) == found


@PROPERTY
@given(value=JSON)
def test_the_empty_pointer_leads_to_the_whole(value: object) -> None:
    assert value_at(value, "") is value


@PROPERTY
@given(key=st.text(), value=JSON)
def test_every_key_can_be_pointed_at(key: str, value: object) -> None:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")

    assert value_at({key: value}, pointer) is value


@pytest.mark.parametrize(
    "pointer", ["/b", "/a/2", "/a/3", "/a/-", "/a/-1", "/a/01", "/a/²", "/a/x", "/a/", "/a/0/0", "/text/0", "/none/a"]
)
def test_a_pointer_that_leads_nowhere(pointer: str) -> None:
    assert value_at({"a": [1, 2], "text": "word", "none": None}, pointer) is MISSING


def test_nothing_stands_in_what_is_missing() -> None:
    assert value_at(MISSING, "") is MISSING
    assert value_at(MISSING, "/a") is MISSING


# Shapes


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "null"),
        (True, "boolean"),
        (0, "number"),
        (-1.5, "number"),
        ("", "string"),
        ([], "[]"),
        ([1, 2, "a", True], "[boolean, number, string]"),
        ({}, "{}"),
        ({"b": 1, "a": {"c": [None]}}, "{a: {c: [null]}, b: number}"),
    ],
)
def test_a_shape_in_words(value: object, told: str) -> None:
    assert shape(value) == told


@PROPERTY
@given(value=st.dictionaries(st.text(max_size=9), JSON, max_size=4))
def test_the_order_of_keys_is_no_part_of_a_shape(value: dict[str, object]) -> None:
    assert shape(value) == shape(dict(reversed(value.items())))


# Casings


@pytest.mark.parametrize(
    ("camel", "kebab", "snake"),
    [
        ("id", "id", "id"),
        ("createdAt", "created-at", "created_at"),
        ("inquiryTemplateVersion", "inquiry-template-version", "inquiry_template_version"),
        ("principalAccountId", "principal-account-id", "principal_account_id"),
    ],
)
def test_a_key_in_each_casing(camel: str, kebab: str, snake: str) -> None:
    for key in (camel, kebab, snake):
        assert [recased_key(key, casing) for casing in ("camel", "kebab", "snake")] == [camel, kebab, snake]


@pytest.mark.parametrize(
    ("key", "kebab"),
    [
        ("accountID", "account-id"),
        ("HTTPStatus", "http-status"),
        ("HTTPIsOn", "http-is-on"),
        ("OAuthURL", "o-auth-url"),
        ("Created_At", "created-at"),
    ],
)
def test_capitals_in_a_row_are_one_word(key: str, kebab: str) -> None:
    assert recased_key(key, "kebab") == kebab


@pytest.mark.parametrize("key", ["line_2", "line-2", "line2", "home_address_line_2", "homeAddressLine2"])
def test_a_number_belongs_to_the_word_before_it(key: str) -> None:
    assert recased_key(key, "kebab") == ("line2" if key.startswith("line") else "home-address-line2")


@PROPERTY
@given(words=WORDS, one=CASING, other=CASING)
def test_a_key_of_plain_words_is_the_same_by_way_of_any_casing(words: list[str], one: str, other: str) -> None:
    kebab = "-".join(words)

    assert recased_key(recased_key(recased_key(kebab, one), other), "kebab") == kebab


WITH_DIGITS_AND_ACCENTS = [("address", "street", "1"), ("line2",), ("use", "h2"), ("prix", "élevé")]


@pytest.mark.parametrize("casing", sorted(CASINGS))
@pytest.mark.parametrize("words", [*WITH_DIGITS_AND_ACCENTS, ("position", "x", "y")])
def test_no_key_is_outside_the_casing_that_it_is_written_in(words: tuple[str, ...], casing: str) -> None:
    assert miscased({CASINGS[casing](words): 1}, casing) == []


@pytest.mark.parametrize("casing", sorted(CASINGS))
@pytest.mark.parametrize("words", WITH_DIGITS_AND_ACCENTS)
def test_digits_and_accents_are_read_alike_in_every_casing(words: tuple[str, ...], casing: str) -> None:
    assert recased_key(CASINGS[casing](words), "kebab") == recased_key("-".join(words), "kebab")


@PROPERTY
@given(value=documents(st.text(max_size=9)), casing=st.sampled_from(["kebab", "snake"]))
def test_recasing_twice_is_recasing_once(value: Any, casing: str) -> None:
    once = recased(value, casing)

    assert recased(once, casing) == once


@PROPERTY
@given(value=documents(st.tuples(CASING, WORDS).map(lambda key: CASINGS[key[0]](key[1]))), casing=CASING)
def test_a_document_in_a_casing_has_no_key_outside_it(value: Any, casing: str) -> None:
    once = recased(value, casing)

    assert miscased(once, casing) == []
    assert recased(once, casing) == once


def test_every_key_is_recased_and_no_value() -> None:
    value = {"createdAt": [{"updatedAt": "createdAt"}], "id": {"zipCode": ["zipCode"]}}

    assert recased(value, "snake") == {"created_at": [{"updated_at": "createdAt"}], "id": {"zip_code": ["zipCode"]}}
    assert document(showing(value), "snake") == recased(value, "snake")


@pytest.mark.parametrize("key", ["-", "_", "", "__", "$", "1"])
def test_a_key_without_words_stays_as_it_is(key: str) -> None:
    assert [recased_key(key, casing) for casing in sorted(CASINGS)] == [key] * len(CASINGS)


NEAR_MISSES = {
    "camel": ["created_at", "created-at", "CreatedAt", "createdAt_", "created-At"],
    "kebab": ["createdAt", "created_at", "Created-At", "created-At", "-created", "created--at"],
    "snake": ["createdAt", "created-at", "Created_At", "created_At", "_created", "created__at"],
}


@PROPERTY
@given(data=st.data(), casing=CASING, around=st.lists(st.booleans(), max_size=6))
def test_a_near_miss_is_found_at_every_depth(data: st.DataObject, casing: str, around: list[bool]) -> None:
    wrong = data.draw(st.sampled_from(NEAR_MISSES[casing]))
    value: Any = {"good": 1, wrong: "value"}
    for in_list in around:
        value = ["text", value] if in_list else {"id": None, "inner": value}

    assert miscased(value, casing) == [wrong]


@pytest.mark.parametrize("depth", [100, 450, 900, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("casing", [None, "kebab"])
def test_a_body_nested_deeply_is_read_or_is_no_document(
    depth: int, opening: bytes, closing: bytes, casing: str | None
) -> None:
    body = document(json_response(200, opening * depth + b"1" + closing * depth), casing)

    assert body is not MISSING or depth > 100
    if body is not MISSING:  # what can be read can be judged
        assert shape(body).count(opening.decode()[0]) == depth
        assert miscased(body, "kebab") == []
        assert shape(recased(body, "snake")) == shape(body)


def test_a_hundred_levels_are_read_and_no_more() -> None:
    assert document(json_response(200, b"[" * 100 + b"1" + b"]" * 100)) is not MISSING
    assert document(json_response(200, b"[" * 101 + b"1" + b"]" * 101)) is MISSING
