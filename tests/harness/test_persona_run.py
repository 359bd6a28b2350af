"""Whole runs against Persona: defects are found and nothing else is, and rightful readings pass."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from clausewise.errors import UsageError
from clausewise.mock import persona
from clausewise.target import resolve
from clausewise.variants.persona import DEFECTS, DIFFERENCES
from tests.harness.driving import BASELINE, SUITE, Finished, contract_of, driving, suite
from tests.harness.servers import Trap, chain, serving

pytestmark = pytest.mark.whole_run

API = "persona"
NAME = "PERSONA_DESTINATION_ORGANIZATION_ID"
ONE_DESTINATION = {NAME: persona.DESTINATION_ORGANIZATION_IDS[0]}
App = Callable[[], ASGIApp]

VARIANTS = {variant.name: variant for variant in (*DEFECTS, *DIFFERENCES)}

# Each from the outside to the inside, the first one hearing of a request first and of its answer last. Defects stand
# with the clauses that they break: one clause may be the cause of what others show, too.
BEHAVIOUR = {
    "forbids-strangers": {"persona.key.missing"},
    "knows-every-token": {"persona.key.unrecognised"},
    "reads-no-scheme": {"persona.key.form"},
    "hangs-up-on-half-a-character": {"persona.request.unknown-destination"},
    "falls-over-an-unknown-charset": {"persona.errors.listed"},
    "takes-a-number-for-a-destination": {"persona.request.destination"},
    "has-no-wrapper-for-a-charset": {"persona.response.data"},
    "recases-the-first-level-alone": {"persona.inflection.camel", "persona.inflection.snake"},
    "forgets-keys": {"persona.idempotency.same", "persona.idempotency.replay"},
    "trims-the-id-with-the-fields": {"persona.sample.id", "persona.fields.one"},
    "has-a-type-of-another-kind": {"persona.sample.type"},
    "is-active-at-once": {"persona.create.pending", "persona.create.pending-in-fields"},
    "lacks-created-at": {"persona.sample.created-at"},
    "comes-from-next-door": {"persona.create.source", "persona.create.own-organization"},
}
NAMELESS = {
    "lacks-status": {"persona.sample.status", "persona.create.pending"},
    "lacks-destination-organization-id": {"persona.sample.destination-organization-id"},
}
READINGS = [
    "says-200",
    "shows-all-for-an-unknown-name",
    "writes-camel-case-unless-told",
    "refuses-without-a-word",
    "knows-no-further-attributes",
    "takes-every-version",
    "takes-every-casing",
    "refuses-all-with-422",
    "has-no-request-ids",
    "names-the-media-type-of-json-api",
    "refuses-what-the-sample-does-not-show",
]


def changes(names: Iterable[str]) -> Trap:
    """All of these in one server."""
    return chain(*(VARIANTS[name].change for name in names))


RUNS: dict[str, tuple[Trap, App, dict[str, str]]] = {
    "behaviour": (changes(BEHAVIOUR), persona.create_app, {}),
    "readings": (changes(READINGS), persona.create_app, {}),
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
}

ABOUT_ANSWERS = {"persona.create.new", "persona.create.source", "persona.create.pending-in-fields"}
"""Promises about successes, of which there was only one, or none of the kind."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Finished]:
    """A run of pytest before each of these servers."""

    def run(name: str) -> Finished:
        trap, app, variables = RUNS[name]
        with serving(trap, api=API, app=app()) as server:
            environment = {**server.environment, **variables}
            directory = tmp_path_factory.mktemp("run")
            return suite(directory, str(SUITE), apis=[API], environment=environment)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(run, RUNS), strict=True))


# Defects


def test_many_defects_at_once_are_all_found_and_nothing_else(runs: dict[str, Finished]) -> None:
    assert runs["behaviour"].code == 1
    assert runs["behaviour"].with_outcome("broken") == set().union(*BEHAVIOUR.values())
    assert runs["behaviour"].with_outcome("error") == set()


def test_attributes_that_are_missing_are_found(tmp_path: Path) -> None:
    with serving(changes(NAMELESS), api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == set().union(*NAMELESS.values())


# A refusal is told by the clauses that it breaks, and by no others


@pytest.mark.parametrize(
    ("defect", "blamed"),
    [
        ("does-not-know-version-2021-07-05", "persona.version.2021-07-05"),
        ("refuses-snake-case", "persona.inflection.accepted"),
        ("refuses-lists", "persona.fields.accepted"),
        ("refuses-keys", "persona.idempotency.accepted"),
    ],
)
def test_a_refused_option_breaks_no_promise_about_the_others(tmp_path: Path, defect: str, blamed: str) -> None:
    with serving(VARIANTS[defect].change, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") - {"persona.options.together"} == {blamed}


# Rightful differences


def test_all_readings_together_are_not_accused(runs: dict[str, Finished]) -> None:
    assert runs["readings"].with_outcome("broken") == set()
    assert runs["readings"].code == 0
    assert runs["readings"].with_outcome("kept") >= ALWAYS_TESTABLE | {"persona.fields.one", "persona.idempotency.same"}


@pytest.mark.parametrize(
    "reading",
    ["says-more", "refuses-in-plain-words", "says-409-where-a-key-is-reused", "says-422-where-a-key-is-reused"],
)
def test_nor_is_a_reading_that_does_not_go_with_the_others(tmp_path: Path, reading: str) -> None:
    with serving(VARIANTS[reading].change, api=API) as server, driving(server, tmp_path) as drive:
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
    [
        ("PERSONA_FORBIDDEN_API_KEY", {"persona.key.forbidden"}),
        ("PERSONA_ORGANIZATION_ID", {"persona.create.own-organization"}),
    ],
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
    with serving(api=API) as server, pytest.raises(UsageError, match=f"^{API}: {missing} is not set"):
        resolve(contract_of(API), server.base_url, server.without(missing))


def test_without_a_required_variable_there_is_no_run(tmp_path: Path) -> None:
    with serving(api=API) as server:
        run = suite(tmp_path, BASELINE, apis=[API], environment=server.without(NAME))
        assert run.code == 4
        assert f"{NAME} is not set" in run.output
        assert server.calls == []
