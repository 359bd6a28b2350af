"""The mock of Persona keeps what Persona's document promises: repeated requests.

Expected values are taken from the document and, where that leaves something out, from Persona's other public
material; where both leave a choice, from what the mock says it chose.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.harness.persona_caller import DESTINATION, FIELDS, Caller, assert_created, assert_refused, running

KEY = {"Idempotency-Key": "8ad2a0f2-6a52-4b31-90a2-3d8a45d1f9b1"}


@pytest.fixture
def once() -> Iterator[Caller]:
    """A Persona for one test alone, with one connection per destination."""
    with running(once_per_destination=True) as caller:
        yield caller


def assert_replayed(response: httpx.Response, first: httpx.Response) -> None:
    """Expect the answer of the first time, byte for byte, under a request id of its own."""
    assert (response.status_code, response.content) == (first.status_code, first.content)
    assert response.headers["content-type"] == first.headers["content-type"]
    assert response.headers["request-id"] != first.headers["request-id"]


class TestReplay:
    """The first status and body are saved, of a refusal too."""

    def test_one_connection_for_one_key(self, once: Caller) -> None:
        first = once.create(headers=KEY)
        assert_created(first)
        assert_replayed(once.create(headers=KEY), first)
        assert_replayed(once.create(headers=KEY), first)

    def test_another_key_or_none_is_another_request(self, once: Caller) -> None:
        assert_created(once.create(headers=KEY))
        assert_refused(once.create(headers={"Idempotency-Key": KEY["Idempotency-Key"].upper()}), 409)
        assert_refused(once.create(), 409)

    def test_without_a_key_nothing_is_saved(self, once: Caller) -> None:
        assert_created(once.create())
        assert_refused(once.create(headers=KEY), 409)

    def test_an_empty_key_is_no_key(self, once: Caller) -> None:
        assert_created(once.create(headers={"Idempotency-Key": ""}))
        assert_refused(once.create(headers={"Idempotency-Key": ""}), 409)
        assert_created(once.create(once.body(1), headers={"Idempotency-Key": ""}))

    def test_a_conflict(self, once: Caller) -> None:
        assert_created(once.create())
        first = once.create(headers=KEY)
        assert_refused(first, 409)
        assert_replayed(once.create(headers=KEY), first)

    @pytest.mark.parametrize(("content", "status"), [(b"{", 400), (b"[]", 400), (b"{}", 422)])
    def test_a_bad_body(self, once: Caller, content: bytes, status: int) -> None:
        first = once.create(content, headers=KEY)
        assert_refused(first, status)
        assert_replayed(once.create(content, headers=KEY), first)

    @pytest.mark.parametrize("header", ["Persona-Version", "Key-Inflection"])
    def test_a_bad_header(self, once: Caller, header: str) -> None:
        first = once.create(headers=KEY | {header: "unknown"})
        assert_refused(first, 400)
        assert_replayed(once.create(headers=KEY | {header: "unknown"}), first)

    @pytest.mark.parametrize("status", [201, 400, 409, 422])
    def test_what_was_asked_for(self, once: Caller, status: int) -> None:
        first = once.create(headers=KEY | {"Prefer": f"code={status}"})
        assert first.status_code == status
        assert_replayed(once.create(headers=KEY), first)

    def test_the_content_type_is_no_parameter(self, once: Caller) -> None:
        first = once.create(headers=KEY | {"Content-Type": "text/plain"})
        assert_refused(first, 400)
        assert_replayed(once.create(headers=KEY), first)

    def test_of_simultaneous_requests_one_is_the_first(self, once: Caller) -> None:
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _: once.create(headers=KEY), range(8)))
        assert_created(answers[0])
        assert len({response.content for response in answers}) == 1

    def test_instances_share_no_answers(self, once: Caller) -> None:
        first = once.create(headers=KEY)
        with running() as other:
            second = other.create(headers=KEY)
        assert_created(second)
        assert second.json()["data"]["id"] != first.json()["data"]["id"]


class TestOtherParameters:
    """400 for the same key with other parameters: of all that the document lists for the operation."""

    def test_another_body(self, once: Caller) -> None:
        first = once.create(headers=KEY)
        assert_refused(once.create(once.body(1), headers=KEY), 400, "Idempotency error")
        assert_refused(once.create(b"{", headers=KEY), 400, "Idempotency error")
        assert_replayed(once.create(headers=KEY), first)
        assert_created(once.create(once.body(1)))

    def test_the_same_body_in_other_bytes(self, once: Caller) -> None:
        first = once.create(headers=KEY)
        assert_refused(once.create(first.request.content + b"\n", headers=KEY), 400, "Idempotency error")

    def test_another_query(self, once: Caller) -> None:
        first = once.create(headers=KEY, query=((FIELDS, "status"),))
        assert first.json()["data"]["attributes"] == {"status": "pending"}
        assert_refused(once.create(headers=KEY), 400, "Idempotency error")
        assert_refused(once.create(headers=KEY, query=((FIELDS, DESTINATION),)), 400, "Idempotency error")
        assert_replayed(once.create(headers=KEY, query=((FIELDS, "status"),)), first)

    @pytest.mark.parametrize(
        ("header", "value", "other"),
        [("Persona-Version", "2025-12-08", "2020-05-18"), ("Key-Inflection", "kebab", "camel")],
    )
    def test_another_header(self, once: Caller, header: str, value: str, other: str) -> None:
        first = once.create(headers=KEY | {header: value})
        assert_created(first)
        assert_refused(once.create(headers=KEY | {header: other}), 400, "Idempotency error")
        assert_refused(once.create(headers=KEY), 400, "Idempotency error")
        assert_replayed(once.create(headers=KEY | {header: value}), first)


class TestNotSaved:
    """401, 403 and 429 leave a key as it was."""

    def test_a_caller_without_permission(self, once: Caller) -> None:
        forbidden = f"Bearer {once.environment['PERSONA_FORBIDDEN_API_KEY']}"
        assert_refused(once.create(authorization="Bearer unknown", headers=KEY), 401)
        assert_refused(once.create(authorization=forbidden, headers=KEY), 403)
        first = once.create(headers=KEY)
        assert_created(first)
        assert_refused(once.create(authorization="Bearer unknown", headers=KEY), 401)
        assert_refused(once.create(authorization=forbidden, headers=KEY), 403)
        assert_replayed(once.create(headers=KEY), first)

    @pytest.mark.parametrize("status", [401, 403, 429])
    def test_what_was_asked_for(self, once: Caller, status: int) -> None:
        assert_refused(once.create(headers=KEY | {"Prefer": f"code={status}"}), status)
        assert_created(once.create(once.body(1), headers=KEY))
