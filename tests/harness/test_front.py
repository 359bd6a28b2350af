"""Signs of something in front of the API: worth a note, never a verdict."""

from pathlib import Path

import pytest

from clausewise.errors import Unusable
from clausewise.run.front import note
from tests.harness.builders import exchange, response
from tests.harness.driving import driving
from tests.harness.servers import Call, Mock, Reply, serving

HTML = ("content-type", "text/html; charset=utf-8")
JSON = ("content-type", "application/json")
PAGE = b"<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>"
AWS = b'{"message":"Forbidden"}'


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, [HTML, ("server", "nginx/1.27.2"), ("x-request-id", "abc")]),
        (PAGE, [HTML]),
        (AWS, [JSON, ("x-amzn-requestid", "abc")]),
        (AWS, [JSON]),
        (b'{"message":"no Route matched with those values"}', [JSON, ("server", "kong/3.9")]),
        (b"upstream connect error or disconnect/reset before headers", [("server", "envoy"), ("x-request-id", "a")]),
        (b"<html><body><h1>504 Gateway Time-out</h1></body></html>", [HTML, ("via", "1.1 proxy")]),
    ],
)
def test_a_gateway_is_noted_with_the_beginning_of_its_answer(body: bytes, headers: list[tuple[str, str]]) -> None:
    said = note(exchange(response(403, body, *headers)))

    assert said is not None
    assert body.decode()[:30] in said.replace("\\'", "'")
    assert len(said) < 250


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", [HTML, ("server", "nginx")]),
        (b'{"error": "not authorized"}', [JSON, ("server", "nginx"), ("via", "1.1 proxy")]),
        (b'{"error": "not authorized"}', [JSON]),
        (PAGE, [HTML, ("x-request-id", "abc"), ("server", "uvicorn")]),
        (AWS, [JSON, ("x-request-id", "abc")]),
    ],
)
def test_the_look_of_a_body_alone_says_nothing(body: bytes, headers: list[tuple[str, str]]) -> None:
    assert note(exchange(response(403, body, *headers))) is None


def test_what_a_gateway_sends_cannot_forge_lines() -> None:
    said = note(exchange(response(403, b"<html>\n::error::\x1b[31m", HTML)))

    assert said is not None
    assert said.isprintable()


def test_a_gateway_that_refuses_the_baseline_is_no_matter_of_credentials(tmp_path: Path) -> None:
    async def is_behind_a_gateway(call: Call, mock: Mock) -> Reply:
        return Reply(403, (JSON, ("x-amzn-requestid", "abc")), AWS)

    with serving(is_behind_a_gateway) as server, driving(server, tmp_path) as drive:
        with pytest.raises(Unusable) as raised:
            drive.run.require_baseline()
        said = str(raised.value)

    assert "something in front of the API" in said
    assert '{"message":"Forbidden"}' in said
    assert "check the value" not in said
