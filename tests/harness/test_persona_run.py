"""Whole runs against Persona: defects are found and nothing else is, and rightful readings pass."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from clausewise.errors import UsageError
from clausewise.mock import persona
from clausewise.target import resolve
from tests.harness import persona_readings, persona_traps
from tests.harness.driving import BASELINE, SUITE, Finished, contract_of, driving, suite
from tests.harness.servers import Call, Mock, Reply, Trap, chain, serving

pytestmark = pytest.mark.whole_run

API = "persona"
NAME = "PERSONA_DESTINATION_ORGANIZATION_ID"
ONE_DESTINATION = {NAME: persona.DESTINATION_ORGANIZATION_IDS[0]}
App = Callable[[], ASGIApp]

RUNS: dict[str, tuple[Trap, App, dict[str, str]]] = {
    "behaviour": (chain(*(trap for trap, _ in persona_traps.BEHAVIOUR)), persona.create_app, {}),
    "shapes": (chain(*(trap for trap, _ in persona_traps.SHAPES)), persona.create_app, {}),
    "readings": (chain(*persona_readings.READINGS), persona.create_app, {}),
    "once, one": (chain(), partial(persona.create_app, once_per_destination=True), ONE_DESTINATION),
}

ALWAYS_TESTABLE = {
    "persona.create.status",
    "persona.create.pending",
    "persona.create.destination",
    "persona.key.accepted",
    "persona.key.form",
    "persona.key.forbidden",
    "persona.key.missing",
    "persona.key.unrecognised",
    "persona.request.object",
    "persona.request.destination",
    "persona.response.data",
    "persona.errors.listed",
    "persona.inflection.absent",
    "persona.409.status",
}

ABOUT_ANSWERS = {"persona.create.new", "persona.create.pending-in-fields"}
"""Promises about successes, of which there was only one, or none of the kind."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """A run of pytest before each of these servers."""

    def run(name: str) -> Finished:
        trap, app, variables = RUNS[name]
        with serving(trap, api=API, app=app()) as server:
            environment = {**server.environment, **variables}
            directory = tmp_path_factory.mktemp("run")
            return suite(directory, str(SUITE), "--profile", "quick", apis=[API], environment=environment)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(run, RUNS), strict=True))


# Defects


@pytest.mark.parametrize(
    ("name", "defects"),
    [("behaviour", persona_traps.BEHAVIOUR), ("shapes", persona_traps.SHAPES)],
    ids=["behaviour", "shapes"],
)
def test_every_defect_is_found_and_nothing_else(
    runs: dict[str, Finished], name: str, defects: list[tuple[Trap, set[str]]]
) -> None:
    assert runs[name].code == 1
    assert runs[name].with_outcome("broken") == {clause for _, clauses in defects for clause in clauses}
    assert runs[name].with_outcome("error") == set()


def test_attributes_that_are_missing_are_found(tmp_path: Path) -> None:
    trap = chain(*(trap for trap, _ in persona_traps.NAMELESS))
    with serving(trap, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == {clause for _, clauses in persona_traps.NAMELESS for clause in clauses}


# A refusal is told by the clauses that it breaks, and by no others


async def refuses_a_version(call: Call, mock: Mock) -> Reply:
    return Reply(400) if call.header("persona-version") == "2021-07-05" else await mock(call)


async def refuses_a_casing(call: Call, mock: Mock) -> Reply:
    return Reply(400) if call.header("key-inflection") == "snake" else await mock(call)


async def refuses_lists(call: Call, mock: Mock) -> Reply:
    return Reply(400) if "," in ",".join(persona_traps.asked_fields(call) or []) else await mock(call)


async def refuses_keys(call: Call, mock: Mock) -> Reply:
    return Reply(400) if call.header("idempotency-key") else await mock(call)


@pytest.mark.parametrize(
    ("defect", "blamed"),
    [
        (refuses_a_version, "persona.version.2021-07-05"),
        (refuses_a_casing, "persona.inflection.accepted"),
        (refuses_lists, "persona.fields.accepted"),
        (refuses_keys, "persona.idempotency.accepted"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_refused_option_breaks_no_promise_about_the_others(tmp_path: Path, defect: Trap, blamed: str) -> None:
    with serving(defect, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") - {"persona.options.together"} == {blamed}


# Rightful differences


def test_all_readings_together_are_not_accused(runs: dict[str, Finished]) -> None:
    assert runs["readings"].with_outcome("broken") == set()
    assert runs["readings"].code == 0
    assert runs["readings"].with_outcome("kept") >= ALWAYS_TESTABLE | {"persona.fields.one", "persona.idempotency.same"}


@pytest.mark.parametrize(
    "reading",
    [
        persona_readings.says_more,
        persona_readings.refuses_in_plain_words,
        persona_readings.minds_reuse_of_a_key(409),
        persona_readings.minds_reuse_of_a_key(422),
    ],
    ids=lambda trap: trap.__name__,
)
def test_nor_is_a_reading_that_does_not_go_with_the_others(tmp_path: Path, reading: Trap) -> None:
    with serving(reading, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("error") == set()
        assert drive.unstable() == {}
        assert drive.with_outcome("kept") >= ALWAYS_TESTABLE


# Destinations that can be connected once


def test_one_destination_that_can_be_connected_once_suffices_to_accuse_nobody(runs: dict[str, Finished]) -> None:
    run = runs["once, one"]
    assert run.with_outcome("broken") | run.with_outcome("error") == set()
    assert run.code == 0
    assert run.with_outcome("kept") >= {"persona.key.missing", "persona.request.object", "persona.response.data"}


def test_what_a_conflict_leaves_untested_says_why(runs: dict[str, Finished]) -> None:
    run = runs["once, one"]
    told = run.with_outcome("untested") - run.with_outcome("kept") - run.with_outcome("observed")
    assert told >= {"persona.idempotency.other", "persona.fields.several", "persona.inflection.same"}
    assert {clause for clause in told if NAME not in " ".join(run.reasons(clause))} == ABOUT_ANSWERS
    for clause in ABOUT_ANSWERS:
        assert re.search("one alone repeats nothing|no answer to such a request", " ".join(run.reasons(clause)))


@pytest.mark.parametrize("destinations", [2, 4])
def test_few_destinations_suffice_to_accuse_nobody(tmp_path: Path, destinations: int) -> None:
    few = {NAME: ",".join(persona.DESTINATION_ORGANIZATION_IDS[:destinations])}
    app = persona.create_app(once_per_destination=True)
    with (
        serving(api=API, app=app) as server,
        driving(server, tmp_path, environment={**server.environment, **few}) as drive,
    ):
        drive.sweep()
        assert drive.with_outcome("broken") | drive.with_outcome("error") == set()
        assert drive.with_outcome("kept") >= {"persona.key.missing", "persona.request.object", "persona.create.pending"}


# Variables


@pytest.mark.parametrize(
    ("missing", "clauses"),
    [("PERSONA_FORBIDDEN_API_KEY", {"persona.key.forbidden"}), ("PERSONA_PREFER_CODE", persona_traps.STATUSES)],
)
def test_what_needs_a_variable_that_is_not_set_stays_untested_by_name(
    tmp_path: Path, missing: str, clauses: set[str]
) -> None:
    with (
        serving(api=API) as server,
        driving(server, tmp_path, environment=server.without(missing)) as drive,
    ):
        drive.sweep()
        assert drive.with_outcome("untested") - drive.with_outcome("kept") == clauses
        assert drive.with_outcome("broken") == set()
        for clause in clauses:
            assert all(f"{missing} is not set" in str(verdict.reason) for verdict in drive.verdicts(clause))


@pytest.mark.parametrize("missing", ["PERSONA_API_KEY", NAME])
def test_a_required_variable_is_asked_for_by_name(missing: str) -> None:
    with serving(api=API) as server, pytest.raises(UsageError, match=f"^{missing} is not set"):
        resolve(contract_of(API), server.base_url, server.without(missing))


def test_without_a_required_variable_there_is_no_run(tmp_path: Path) -> None:
    with serving(api=API) as server:
        run = suite(tmp_path, BASELINE, apis=[API], environment=server.without(NAME))
        assert run.code == 4
        assert f"{NAME} is not set" in run.output
        assert server.calls == []
