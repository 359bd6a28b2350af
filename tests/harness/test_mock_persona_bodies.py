"""The mock of Persona keeps what Persona's document promises: bodies, and answers with the fields asked for.

Expected values are taken from the document and, where that leaves something out, from Persona's other public
material; where both leave a choice, from what the mock says it chose.
"""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.builders import JSON, PROPERTY
from tests.harness.persona_caller import (
    ATTRIBUTES,
    DESTINATION,
    FIELDS,
    Caller,
    assert_created,
    assert_refused,
    running,
    with_attributes,
)


@pytest.fixture(scope="module")
def api() -> Iterator[Caller]:
    """A Persona, shared among the tests that do not care for what it remembers."""
    with running() as caller:
        yield caller


class TestSyntax:
    """400: no JSON object, or one beyond what can be read."""

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(b"{", id="unfinished"),
            pytest.param(b"{'data': 1}", id="single-quotes"),
            pytest.param(b'{"data": NaN}', id="NaN"),
            pytest.param(b'{"data": "\xff"}', id="invalid-utf-8"),
            pytest.param(b'{"data": "\x00"}', id="NUL"),
            pytest.param(b"\xef\xbb\xbf{}", id="byte-order-mark"),
            pytest.param("{}".encode("utf-16"), id="utf-16"),
            pytest.param(b"[" * 100_000, id="nested-too-deeply"),
            pytest.param(b'{"data": ' + b"9" * 10_000 + b"}", id="number-too-long"),
        ],
    )
    def test_the_body_cannot_be_read_as_json(self, api: Caller, content: bytes) -> None:
        assert_refused(api.create(content), 400)

    @given(content=JSON.filter(lambda value: not isinstance(value, dict)))
    @PROPERTY
    def test_the_body_is_not_an_object(self, api: Caller, content: object) -> None:
        assert_refused(api.create(json.dumps(content).encode()), 400)


class TestValidation:
    """422: an object that names no organization to connect to."""

    @given(value=JSON | st.text(st.characters()))
    @PROPERTY
    def test_something_else_at_the_place_of(self, api: Caller, value: object) -> None:
        assert_refused(api.create({"data": value}), 422)
        assert_refused(api.create(with_attributes(value)), 422)
        assert_refused(api.create(with_attributes({DESTINATION: value})), 422)

    def test_nothing_at_the_place_of(self, api: Caller) -> None:
        assert_refused(api.create({}), 422)
        assert_refused(api.create({"data": {}}), 422)
        assert_refused(api.create(with_attributes({})), 422)

    def test_almost_a_known_destination(self, api: Caller) -> None:
        for destination in (api.destinations[0].upper(), api.destinations[0] + " ", api.destinations[:1], "org_XYZ789"):
            assert_refused(api.create(with_attributes({DESTINATION: destination})), 422)

    def test_nobody_connects_to_itself(self, api: Caller) -> None:
        source = assert_created(api.create())["source-organization-id"]
        assert_refused(api.create(with_attributes({DESTINATION: source})), 422)

    def test_the_level_of_a_name_matters(self, api: Caller) -> None:
        assert_refused(api.create({DESTINATION: api.destinations[0]}), 422)
        assert_refused(api.create({"data": {DESTINATION: api.destinations[0]}}), 422)
        assert_refused(api.create({"attributes": {DESTINATION: api.destinations[0]}}), 422)

    @pytest.mark.parametrize("name", [names[1] for names in ATTRIBUTES.values()])
    @pytest.mark.parametrize("casing", ATTRIBUTES)
    def test_names_in_any_casing_whatever_the_answer(self, api: Caller, name: str, casing: str) -> None:
        body = with_attributes({name: api.destinations[2]})
        attributes = assert_created(api.create(body, headers={"Key-Inflection": casing}), casing)
        assert attributes[DESTINATION] == api.destinations[2]

    @pytest.mark.parametrize("name", ["DestinationOrganizationId", "destination_organization-id", "destination"])
    def test_names_in_another_casing(self, api: Caller, name: str) -> None:
        assert_refused(api.create(with_attributes({name: api.destinations[0]})), 422)

    def test_of_several_spellings_kebab_then_snake_counts(self, api: Caller) -> None:
        kebab, snake, camel = (names[1] for names in ATTRIBUTES.values())
        first, second, third = api.destinations[:3]
        attributes = {camel: third, snake: second, kebab: first}
        assert assert_created(api.create(with_attributes(attributes)))[DESTINATION] == first
        del attributes[kebab]
        assert assert_created(api.create(with_attributes(attributes)))[DESTINATION] == second

    def test_of_equal_names_the_last_one_counts(self, api: Caller) -> None:
        attributes = ", ".join(f'"{DESTINATION}": {json.dumps(value)}' for value in (1, api.destinations[3]))
        content = f'{{"data": null, "data": {{"attributes": {{{attributes}}}}}}}'
        assert assert_created(api.create(content.encode()))[DESTINATION] == api.destinations[3]

    @pytest.mark.parametrize(
        "value",
        [
            pytest.param(b'"\\ud800"', id="lone-surrogate"),
            pytest.param(b'"\\u0000"', id="NUL"),
            pytest.param(b"1e999", id="beyond-float"),
            pytest.param(b"9" * 4000, id="long-number"),
            pytest.param(b"[" * 500 + b"]" * 500, id="nested-deeply"),
        ],
    )
    def test_strange_values(self, api: Caller, value: bytes) -> None:
        good = json.dumps(api.body()).encode()
        assert_created(api.create(good[:-1] + b', "more": ' + value + b"}"))
        assert_refused(api.create(good.replace(json.dumps(api.destinations[0]).encode(), value)), 422)

    @given(more=st.dictionaries(st.text(st.characters()), JSON))
    @PROPERTY
    def test_further_names_are_ignored(self, api: Caller, more: dict[str, object]) -> None:
        attributes = more | {DESTINATION: api.destinations[0]}
        assert_created(api.create({**more, "data": {**more, "attributes": attributes}}))


class TestFields:
    """The query parameter `fields` trims the attributes, and nothing else."""

    @given(
        asked=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(list(ATTRIBUTES)), st.booleans())),
        casing=st.sampled_from(list(ATTRIBUTES)),
    )
    @PROPERTY
    def test_any_attributes_in_any_casing_and_any_lists(
        self, api: Caller, asked: list[tuple[int, str, bool]], casing: str
    ) -> None:
        lists = [""]
        for number, spelling, opens_a_list in asked:
            name = ATTRIBUTES[spelling][number]
            lists = [*lists, name] if opens_a_list else [*lists[:-1], f"{lists[-1]},{name}"]
        response = api.create(headers={"Key-Inflection": casing}, query=tuple((FIELDS, names) for names in lists))
        assert response.status_code == 201
        data = response.json()["data"]
        assert set(data) == {"type", "id", "attributes"}
        assert set(data["attributes"]) == {ATTRIBUTES[casing][number] for number, _, _ in asked}

    @pytest.mark.parametrize("names", ["", ",", "id", "type,data", "Status", "status ", "attributes.status"])
    def test_unknown_names_name_nothing(self, api: Caller, names: str) -> None:
        response = api.create(query=((FIELDS, names),))
        assert response.status_code == 201
        assert response.json()["data"]["attributes"] == {}

    @pytest.mark.parametrize("parameter", ["fields", "fields[connection]", "fields[inquiry]", f"{FIELDS}[]", "x"])
    def test_other_parameters_change_nothing(self, api: Caller, parameter: str) -> None:
        assert_created(api.create(query=((parameter, "status"),)))

    def test_what_is_asked_for_and_errors_are_shown_alike(self, api: Caller) -> None:
        query = ((FIELDS, "created-at"),)
        shown = api.create(headers={"Prefer": "code=201"}, query=query)
        assert set(shown.json()["data"]["attributes"]) == {"created-at"}
        assert_refused(api.create({}, query=query), 422)
