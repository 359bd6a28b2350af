"""The mock of Persona keeps what Persona's document promises: creation, callers and headers.

Expected values are taken from the document and, where that leaves something out, from Persona's other public
material; where both leave a choice, from what the mock says it chose.
"""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given

from clausewise.mock import persona
from tests.harness.builders import PROPERTY, spellings
from tests.harness.persona_caller import (
    ATTRIBUTES,
    DESTINATION,
    ERRORS,
    Caller,
    assert_created,
    assert_refused,
    assert_request_id,
    running,
)

VERSIONS = [
    "2025-12-08",
    "2025-10-27",
    "2023-01-05",
    "2022-09-01",
    "2021-08-18",
    "2021-07-05",
    "2021-02-21",
    "2020-05-18",
]


@pytest.fixture(scope="module")
def api() -> Iterator[Caller]:
    """A Persona, shared among the tests that do not care for what it remembers."""
    with running() as caller:
        yield caller


@pytest.fixture
def once() -> Iterator[Caller]:
    """A Persona for one test alone, with one connection per destination."""
    with running(once_per_destination=True) as caller:
        yield caller


class TestCreation:
    """201, and what is known afterwards."""

    def test_every_destination_is_known(self, api: Caller) -> None:
        assert len(set(api.destinations)) == 4
        assert all(re.fullmatch("org_[A-Za-z0-9]+", destination) for destination in api.destinations)
        for number, destination in enumerate(api.destinations):
            attributes = assert_created(api.create(api.body(number)))
            assert attributes[DESTINATION] == destination
            assert attributes["source-organization-id"] not in api.destinations

    def test_ids_are_never_repeated(self, api: Caller) -> None:
        answers = [api.create(headers=headers) for headers in ({}, {"Prefer": "code=201"}) * 50]
        assert len({response.json()["data"]["id"] for response in answers}) == 100
        answers += [api.create(b"") for _ in range(50)] + [api.http.get("/") for _ in range(50)]
        assert len({response.headers["request-id"] for response in answers}) == 200

    def test_a_destination_once(self, once: Caller) -> None:
        assert_created(once.create())
        assert_refused(once.create(), 409)
        assert_created(once.create(once.body(1)))

    def test_by_default_a_destination_as_often_as_asked_for(self, api: Caller) -> None:
        assert_created(api.create())
        assert_created(api.create())

    def test_only_what_was_made_is_remembered(self, once: Caller) -> None:
        assert_created(once.create(headers={"Prefer": "code=201"}))
        assert_refused(once.create(headers={"Content-Type": "text/plain"}), 400)
        assert_refused(once.create(headers={"Prefer": "code=422"}), 422)
        assert_created(once.create())

    def test_of_simultaneous_requests_one_is_the_first(self, once: Caller) -> None:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: once.create().status_code, range(8)))
        assert sorted(answers) == [201] + [409] * 7

    def test_instances_share_nothing_but_fixtures(self, once: Caller) -> None:
        assert_created(once.create())
        with running(once_per_destination=True) as other:
            assert other.environment | {"PERSONA_BASE_URL": ""} == once.environment | {"PERSONA_BASE_URL": ""}
            assert_created(other.create())

    def test_environment(self) -> None:
        environment = persona.environment("http://127.0.0.1:9")
        keys = {environment.pop("PERSONA_API_KEY"), environment.pop("PERSONA_FORBIDDEN_API_KEY")}
        assert len(keys) == 2
        assert all("mock" in key and len(key) >= 20 and not key.startswith("persona_") for key in keys)
        assert len(set(environment.pop("PERSONA_DESTINATION_ORGANIZATION_ID").split(","))) == 4
        assert environment.pop("PERSONA_ORGANIZATION_ID").startswith("org_")
        assert environment == {"PERSONA_BASE_URL": "http://127.0.0.1:9", "PERSONA_PREFER_CODE": "1"}

    @pytest.mark.parametrize(("method", "path"), [("POST", "/"), ("POST", "/api/v1/connect/connections/")])
    def test_unknown_path(self, api: Caller, method: str, path: str) -> None:
        response = api.http.request(method, path)
        assert response.status_code == 404
        assert_request_id(response)

    def test_other_method(self, api: Caller) -> None:
        response = api.http.put("/api/v1/connect/connections")
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert_request_id(response)


class TestCredentials:
    """401 and 403: Bearer authentication."""

    @given(scheme=spellings("bearer"))
    @PROPERTY
    def test_the_name_of_the_scheme_ignores_case(self, api: Caller, scheme: str) -> None:
        assert_created(api.create(authorization=f"{scheme} {api.environment['PERSONA_API_KEY']}"))

    @pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer unknown", "Basic !", "Basic Og==", ","])
    def test_missing_unreadable_or_unknown(self, api: Caller, authorization: str | None) -> None:
        assert_refused(api.create(authorization=authorization), 401)

    @pytest.mark.parametrize("name", ["PERSONA_API_KEY", "PERSONA_FORBIDDEN_API_KEY"])
    @pytest.mark.parametrize("form", ["{}", "Token {}", "Bearer{}", "Bearer x{}", "Bearer {} x"])
    def test_another_scheme_or_almost_the_key(self, api: Caller, name: str, form: str) -> None:
        assert_refused(api.create(authorization=form.format(api.environment[name])), 401)

    def test_forbidden(self, api: Caller) -> None:
        assert_refused(api.create(authorization=f"Bearer {api.environment['PERSONA_FORBIDDEN_API_KEY']}"), 403)


class TestHeaders:
    """Persona-Version, Key-Inflection, Prefer and Content-Type, and the order in which a request is judged."""

    @pytest.mark.parametrize("version", VERSIONS)
    def test_known_version(self, api: Caller, version: str) -> None:
        assert_created(api.create(headers={"Persona-Version": version}))

    @pytest.mark.parametrize("version", ["", "2025-12-09", "2025-12-8", "v2025-12-08", "latest", ", ".join(VERSIONS)])
    def test_unknown_version(self, api: Caller, version: str) -> None:
        assert_refused(api.create(headers={"Persona-Version": version}), 400)

    @pytest.mark.parametrize("casing", ATTRIBUTES)
    def test_casing_of_the_answer(self, api: Caller, casing: str) -> None:
        headers = {"Key-Inflection": casing}
        assert_created(api.create(headers=headers), casing)
        assert_created(api.create(headers=headers | {"Prefer": "code=201"}), casing)
        assert_refused(api.create({}, headers=headers), 422)

    @pytest.mark.parametrize("casing", ["", "Camel", "pascal", "kebab-case", "camel,snake"])
    def test_unknown_casing(self, api: Caller, casing: str) -> None:
        assert_refused(api.create(headers={"Key-Inflection": casing}), 400)

    @pytest.mark.parametrize("status", ERRORS)
    def test_any_documented_error_can_be_asked_for(self, api: Caller, status: int) -> None:
        assert_refused(api.create(headers={"Prefer": f"code={status}"}), status)

    def test_success_can_be_asked_for_whatever_the_body(self, api: Caller) -> None:
        assert_created(api.create(b"", headers={"Prefer": "code=201", "Content-Type": "text/plain"}))

    @pytest.mark.parametrize("prefer", ["code=200", "code=404", "code=500", "code=", "status=429", '"'])
    def test_what_is_not_documented_cannot_be_asked_for(self, api: Caller, prefer: str) -> None:
        assert_refused(api.create({}, headers={"Prefer": prefer}), 422)

    @pytest.mark.parametrize("content_type", ["Application/JSON", "application/json ; charset=latin-1"])
    def test_json_is_announced(self, api: Caller, content_type: str) -> None:
        assert_created(api.create(headers={"Content-Type": content_type}))

    @pytest.mark.parametrize("content_type", ["", "text/json", "application/jsonp", "application/vnd.api+json"])
    def test_something_else_is_announced(self, api: Caller, content_type: str) -> None:
        assert_refused(api.create(headers={"Content-Type": content_type}), 400)

    def test_nothing_is_announced(self, api: Caller) -> None:
        headers = {"Authorization": f"Bearer {api.environment['PERSONA_API_KEY']}"}
        response = api.http.post("/api/v1/connect/connections", content=json.dumps(api.body()), headers=headers)
        assert "content-type" not in response.request.headers
        assert_refused(response, 400)

    def test_each_fault_hides_the_later_ones(self, api: Caller) -> None:
        faults = {"Persona-Version": "x", "Key-Inflection": "y", "Prefer": "code=409", "Content-Type": "text/plain"}
        forbidden = f"Bearer {api.environment['PERSONA_FORBIDDEN_API_KEY']}"
        assert_refused(api.create(b"", authorization="Bearer unknown", headers=faults), 401)
        assert_refused(api.create(b"", authorization=forbidden, headers=faults), 403)
        told = {
            "Persona-Version": 400,
            "Key-Inflection": 400,
            "asked for": 409,
            "application/json": 400,
            "not JSON": 400,
        }
        for number, (word, status) in enumerate(told.items()):
            response = api.create(b"", headers=dict(list(faults.items())[number:]))
            assert_refused(response, status)
            assert word in response.json()["errors"][0]["details"]
