"""A client that openapi-python-client makes of Persona's contract understands the mock of Persona."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from clausewise.contract import Contract, load
from clausewise.mock import RunningMock, serve_app
from clausewise.mock import persona as persona_mock

# Each documented refusal, by the name that the document gives it.
REFUSALS = {
    400: "Bad Request Error",
    401: "Unauthorized Error",
    403: "Forbidden Error",
    409: "Conflict Error",
    422: "Unprocessable Entity Error",
    429: "Too Many Requests Error",
}
PACKAGE = "persona_client"
SCHEMA = ".schema.json"


# Making the client


def in_one_file(contract: Contract) -> Any:
    """The OpenAPI file with its schemas inside, for the generator follows no reference to another file."""
    schemas = {
        file.name.removesuffix(SCHEMA): json.loads(file.read_text(encoding="utf-8"))
        for file in (contract.folder / "schemas").glob(f"*{SCHEMA}")
    }
    components = {**contract.openapi["components"], "schemas": schemas}
    return pointing_inside({**contract.openapi, "components": components})


def pointing_inside(value: Any) -> Any:
    """The same JSON, with each reference to a file of a schema replaced by one to its place inside."""
    if isinstance(value, list):
        return [pointing_inside(element) for element in value]
    if not isinstance(value, dict):
        return value
    inside = {name: pointing_inside(element) for name, element in value.items()}
    if "$ref" in inside:
        inside["$ref"] = f"#/components/schemas/{Path(inside['$ref']).name.removesuffix(SCHEMA)}"
    return inside


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package that the generator makes of the contract; a part that it must leave out is an error."""
    folder = tmp_path_factory.mktemp("generated")
    openapi, config = folder / "openapi.json", folder / "config.json"
    openapi.write_text(json.dumps(in_one_file(load("persona"))), encoding="utf-8")
    config.write_text('{"post_hooks": []}', encoding="utf-8")  # nobody reads the code, so nothing makes it pretty
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    command += ["--path", str(openapi), "--config", str(config), "--output-path", str(folder / PACKAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  this Python
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for module in ("models", "errors", "api.default.create_connection"):
            importlib.import_module(f"{PACKAGE}.{module}")
        yield importlib.import_module(PACKAGE)


# Using it


class Caller:
    """Creates connections by the generated client, which raises for every status that the contract does not list."""

    def __init__(self, client: Any, base_url: str) -> None:
        self.environment = persona_mock.environment(base_url)
        self.destination = self.environment["PERSONA_DESTINATION_ORGANIZATION_ID"].partition(",")[0]
        self.client, self.models, self.errors = client, client.models, client.errors
        self.connected = partial(
            client.AuthenticatedClient,
            base_url=base_url,
            raise_on_unexpected_status=True,
            httpx_args={"trust_env": False},
        )

    def create(
        self,
        destination: str | None = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        **parameters: str,
    ) -> Any:
        """Ask for a connection to the first of the mock's organizations, unless told otherwise."""
        attributes = {"destination-organization-id": destination or self.destination}
        body = self.models.CreateConnection(data=self.models.CreateConnectionData(attributes=attributes))
        operation = self.client.api.default.create_connection
        token = token or self.environment["PERSONA_API_KEY"]
        with self.connected(token=token, headers=headers or {}) as connected:
            return operation.sync_detailed(client=connected, body=body, **parameters)


@pytest.fixture
def caller(client: ModuleType, persona: RunningMock) -> Caller:
    return Caller(client, persona.base_url)


def assert_created(caller: Caller, response: Any) -> None:
    """Expect the document's example with other ids and times, and nothing that the contract does not know."""
    assert response.status_code == 201
    assert isinstance(response.parsed, caller.models.CreatedConnection)
    connection = response.parsed.data
    assert connection.type_ == "connect/connection"
    assert re.fullmatch("cxn_[A-Za-z0-9]+", connection.id)
    attributes = connection.attributes
    assert attributes.status == "pending"
    assert attributes.destination_organization_id == caller.destination
    assert re.fullmatch("org_[A-Za-z0-9]+", attributes.source_organization_id)
    assert attributes.source_organization_id != caller.destination
    for time in (attributes.created_at, attributes.updated_at):
        assert datetime.fromisoformat(time).tzinfo is not None
    for part in (response.parsed, connection, attributes):
        assert part.additional_properties == {}


def assert_refused(response: Any, status: int, title: str | None = None) -> None:
    """Expect a documented refusal. The document shows no body for it, so the client leaves what came as it is."""
    assert response.status_code == status
    assert response.parsed is None
    (error,) = json.loads(response.content)["errors"]
    assert error["title"] == (title or REFUSALS[status])
    assert error["details"]


# Every documented status


def test_no_documented_refusal_is_left_out() -> None:
    (path,) = load("persona").openapi["paths"].values()
    assert set(path["post"]["responses"]) == {"201", *map(str, REFUSALS)}


def test_the_success_shown_on_demand_parses(caller: Caller) -> None:
    assert_created(caller, caller.create(headers={"Prefer": "code=201"}))


@pytest.mark.parametrize("status", REFUSALS)
def test_every_documented_refusal_is_one_that_the_client_knows(caller: Caller, status: int) -> None:
    assert_refused(caller.create(headers={"Prefer": f"code={status}"}), status)


def test_what_is_not_documented_is_raised(client: ModuleType, persona: RunningMock) -> None:
    elsewhere = Caller(client, f"{persona.base_url}/elsewhere")
    with pytest.raises(elsewhere.errors.UnexpectedStatus) as caught:
        elsewhere.create()
    assert caught.value.status_code == 404


# What the mock says on its own account


def test_a_connection_is_created(caller: Caller) -> None:
    assert_created(caller, caller.create())


def test_every_header_of_the_contract_can_be_sent(caller: Caller) -> None:
    kebab = caller.models.CreateConnectionKeyInflection.KEBAB
    response = caller.create(key_inflection=kebab, idempotency_key="with all headers", persona_version="2023-01-05")
    assert_created(caller, response)


def test_an_idempotency_key_is_answered_once(caller: Caller) -> None:
    first, again = caller.create(idempotency_key="one"), caller.create(idempotency_key="one")
    assert_created(caller, first)
    assert again.parsed == first.parsed

    assert_refused(caller.create("org_other", idempotency_key="one"), 400, "Idempotency error")
    assert caller.create(idempotency_key="two").parsed.data.id != first.parsed.data.id


def test_an_unknown_key_is_refused(caller: Caller) -> None:
    assert_refused(caller.create(token="nobody"), 401)


def test_a_key_without_permission_is_refused(caller: Caller) -> None:
    assert_refused(caller.create(token=caller.environment["PERSONA_FORBIDDEN_API_KEY"]), 403)


def test_an_unknown_organization_is_refused(caller: Caller) -> None:
    assert_refused(caller.create("org_other"), 422)


def test_a_second_connection_is_refused_by_a_server_that_makes_one_only(client: ModuleType) -> None:
    with serve_app(persona_mock.create_app(once_per_destination=True)) as base_url:
        caller = Caller(client, base_url)
        assert_created(caller, caller.create())
        assert_refused(caller.create(), 409)
