"""Camel, kebab and snake case against a description of their own: how words are written in each."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.checks import make
from clausewise.checks.documents import (
    CASINGS,
    assure_casing,
    folded,
    folded_key,
    miscased,
    pointer_to,
    recased_key,
    value_at,
)
from clausewise.checks.finding import Outcome
from clausewise.contract import Contract
from tests.harness.builders import JSON, PROPERTY, clause, exchange, showing

WRITTEN = {
    "camel": re.compile(r"[a-z]+([A-Z][a-z]+)*"),
    "kebab": re.compile(r"[a-z]+(-[a-z]+)*"),
    "snake": re.compile(r"[a-z]+(_[a-z]+)*"),
}
"""What a key of plain words looks like in each casing."""

FEWER = settings(PROPERTY, max_examples=50)
CASING = st.sampled_from(sorted(WRITTEN))
WORDS = st.lists(st.sampled_from(["id", "created", "at", "zip", "code", "url"]), min_size=1, max_size=3)
KEYS = st.one_of(
    WORDS.map("-".join),
    WORDS.map("_".join),
    WORDS.map(lambda words: words[0] + "".join(word.title() for word in words[1:])),
)


def test_the_casings_are_these() -> None:
    assert set(CASINGS) == set(WRITTEN)
    for casing in (None, *WRITTEN):
        assure_casing(casing)
    with pytest.raises(ValueError, match="'Camel' is no casing; the casings are: camel, kebab, snake"):
        assure_casing("Camel")


@FEWER
@given(words=WORDS, casing=CASING)
def test_words_are_written_as_the_casing_has_it(words: list[str], casing: str) -> None:
    key = recased_key("-".join(words), casing)

    assert WRITTEN[casing].fullmatch(key)
    assert re.sub("[-_]", "", key).lower() == "".join(words)


@FEWER
@given(key=KEYS, casing=CASING)
def test_a_key_is_in_those_casings_whose_look_it_has(key: str, casing: str) -> None:
    assert miscased({key: 1}, casing) == ([] if WRITTEN[casing].fullmatch(key) else [key])


@FEWER
@given(key=KEYS, other=KEYS)
def test_keys_fold_alike_if_they_are_the_same_letters(key: str, other: str) -> None:
    assert {folded_key(recased_key(key, casing)) for casing in WRITTEN} == {folded_key(key)}
    assert (folded_key(key) == folded_key(other)) is (
        re.sub("[^a-z]", "", key.lower()) == re.sub("[^a-z]", "", other.lower())
    )


def test_every_key_is_folded_and_no_value() -> None:
    value = [{"createdAt": {"zip_Code": ["a-B", None]}}, {"Up-At": 1}]

    assert folded(value) == [{"createdat": {"zipcode": ["a-B", None]}}, {"upat": 1}]


def judged(contract: Contract, body: object, **arguments: Any) -> Outcome | None:
    finding = make(contract, clause("key-casing", status=200, **arguments))(exchange(showing(body)))
    return finding.outcome if finding else None


@FEWER
@given(keys=st.lists(KEYS, min_size=1, max_size=4), casing=CASING, in_lists=st.lists(st.booleans(), max_size=4))
def test_keys_at_every_depth_keep_a_casing_or_break_it(
    contract: Contract, keys: list[str], casing: str, in_lists: list[bool]
) -> None:
    body: Any = "createdAt, created-at, created_at"
    for key in keys:
        body = {key: body}
    for in_list in in_lists:
        body = ["createdAt", body] if in_list else {"id": None, "data": body}
    fitting = {name for name, look in WRITTEN.items() if all(map(look.fullmatch, keys))}

    assert judged(contract, body, casing=casing) is (Outcome.KEPT if casing in fitting else Outcome.BROKEN)
    assert judged(contract, body) is (Outcome.KEPT if fitting else Outcome.BROKEN)


@FEWER
@given(path=st.lists(st.text(max_size=9), max_size=4), value=JSON)
def test_a_pointer_is_built_step_by_step(path: list[str], value: object) -> None:
    pointer, holding = "", value
    for name in path:
        pointer = pointer_to(pointer, name)
    for name in reversed(path):
        holding = {name: holding}

    assert value_at(holding, pointer) is value
