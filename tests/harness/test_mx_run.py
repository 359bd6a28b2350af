"""Whole runs against MX: defects are found and nothing else is, rightful readings pass, no member is added twice."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausewise.errors import UsageError
from clausewise.mock.mx import OAUTH_INSTITUTIONS
from clausewise.target import resolve
from clausewise.variants import Variant
from clausewise.variants.mx import DEFECTS, DIFFERENCES
from clausewise.variants.mx.members import asked
from tests.harness.driving import BASELINE, SUITE, Finished, contract_of, driving, named, suite
from tests.harness.servers import Call, Server, Trap, chain, serving

pytestmark = pytest.mark.whole_run

API = "mx"
ONE_OAUTH = {"MX_OAUTH_INSTITUTION_GUID": OAUTH_INSTITUTIONS[0].guid}
VARIANTS = {variant.name: variant for variant in (*DEFECTS, *DIFFERENCES)}

# Each from the outside to the inside, the first one hearing of a request first and of its answer last.
BEHAVIOUR = [
    VARIANTS[name]
    for name in (
        "lets-anybody-in",
        "falls-over-an-empty-token",
        "does-not-tell-expired-tokens-apart",
        "accepts-plain-json-alone",
        "knows-the-webhook-parameter-alone",
        "takes-the-first-of-a-list",
        "falls-over-emoji",
        "has-oauth-everywhere",
        "names-another-media-type",
        "shows-oauth-members-by-number",
        "shows-another-institution-in-oauth-members",
        "has-no-use-cases-of-oauth-members",
        "reads-skip-aggregation-the-wrong-way-round",
        "falls-over-two-wishes-about-webhooks",
        "has-a-user-for-each-member",
        "numbers-default-names",
        "names-members-after-the-guid-of-the-institution",
        "ignores-given-names",
        "calls-standard-members-oauth",
        "forgets-that-a-member-is-oauth",
        "connects-before-consent",
        "shows-the-path-of-a-window",
        "opens-one-window-for-all",
    )
]
READINGS = [
    VARIANTS[name]
    for name in (
        "fails-to-process-where-others-do-not-understand",
        "buries-the-code-as-text",
        "names-the-media-type-at-length",
        "finds-institutions-later",
        "reads-every-media-type",
        "knows-no-further-properties",
        "hides-itself-from-strangers",
        "refuses-without-a-word",
        "shows-the-window-beside-the-member",
        "says-more",
        "aggregates-at-once",
        "knows-an-old-member",
    )
]
OAUTH_MEMBERS_EXIST = VARIANTS["has-these-oauth-members-already"].change


def changes(variants: list[Variant]) -> Trap:
    """All of these in one server."""
    return chain(*(variant.change for variant in variants))


RUNS: dict[str, tuple[Trap, dict[str, str]]] = {
    "behaviour": (changes(BEHAVIOUR), {}),
    "readings": (changes(READINGS), {}),
    "one OAuth institution": (chain(), ONE_OAUTH),
}

ALWAYS_TESTABLE = {
    "mx.aggregation.skipped",
    "mx.aggregation.starts",
    "mx.body.member",
    "mx.body.syntax",
    "mx.create.new",
    "mx.create.status",
    "mx.member.guid",
    "mx.member.name",
    "mx.name.given",
    "mx.oauth.supported-only",
    "mx.response.media-type",
    "mx.response.status",
    "mx.session.expired",
    "mx.session.expired-code",
    "mx.session.missing",
    "mx.session.unrecognised",
    "mx.standard.required",
    "mx.webhook.header",
    "mx.webhook.parameter",
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Finished, Server]]:
    """A run of pytest before each of these servers, with the calls that it got."""

    def run(name: str) -> tuple[Finished, Server]:
        trap, variables = RUNS[name]
        with serving(trap, api=API) as server:
            environment = {**server.environment, **variables}
            directory = tmp_path_factory.mktemp("run")
            return suite(directory, str(SUITE), apis=[API], environment=environment), server

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(run, RUNS), strict=True))


# Defects


def test_many_defects_at_once_are_all_found_and_nothing_else(runs: dict[str, tuple[Finished, Server]]) -> None:
    run, _ = runs["behaviour"]
    assert run.code == 1
    # A member whose default name is none of the institution's breaks the promise about that name, too.
    assert run.with_outcome("broken") == {clause for one in BEHAVIOUR for clause in one.breaks} | {
        "mx.name.institution"
    }
    assert run.with_outcome("error") == set()


@pytest.mark.parametrize("name", ["knows-no-webhook-header", "refuses-both-oauth-parameters"])
def test_one_refusal_is_blamed_on_its_own_clauses(tmp_path: Path, name: str) -> None:
    defect = VARIANTS[name]
    with serving(defect.change, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == set(defect.breaks)


# Rightful differences


def test_all_readings_together_are_not_accused(runs: dict[str, tuple[Finished, Server]]) -> None:
    run, _ = runs["readings"]
    assert run.with_outcome("broken") == set()
    assert run.code == 0
    assert run.with_outcome("kept") >= ALWAYS_TESTABLE | {"mx.oauth.window", "mx.name.default"}


@pytest.mark.parametrize(
    "name",
    ["refuses-in-plain-words", "has-these-oauth-members-already"],
)
def test_nor_is_a_reading_that_does_not_go_with_the_others(tmp_path: Path, name: str) -> None:
    with serving(VARIANTS[name].change, api=API) as server, driving(server, tmp_path) as drive:
        drive.sweep()
        assert drive.with_outcome("broken") == set()
        assert drive.with_outcome("error") == set()
        assert drive.unstable() == {}
        assert drive.with_outcome("kept") >= ALWAYS_TESTABLE


def test_oauth_members_that_exist_already_are_told(tmp_path: Path) -> None:
    """And where the window stands, it would have been observed."""
    case = named("mx.oauth.status/no credentials")
    with (
        serving(OAUTH_MEMBERS_EXIST, api=API) as server,
        driving(server, tmp_path) as drive,
    ):
        said = drive.test(case, "mx.oauth.status")
        assert said is not None
        assert "answered 409" in said
        assert "may exist already" in said
        assert [verdict.outcome for verdict in drive.verdicts("mx.oauth.status")] == ["untested"]


# No member is added twice, and none is named


@pytest.mark.parametrize("name", ["readings", "one OAuth institution"])
def test_no_two_members_have_the_same_institution_and_credentials(
    runs: dict[str, tuple[Finished, Server]], name: str
) -> None:
    _, server = runs[name]
    added = Counter(
        connection
        for call, reply in zip(server.calls, server.replies, strict=True)
        if reply.status == 200 and (connection := connected(call))
    )
    assert len(added) > 40
    assert [connection for connection, times in added.items() if times > 1] == []


def test_one_oauth_institution_serves_one_member(runs: dict[str, tuple[Finished, Server]]) -> None:
    run, server = runs["one OAuth institution"]
    wanted = [member for member in map(asked, server.calls) if member.get("is_oauth") is True]
    assert [member.get("institution_guid") for member in wanted].count(OAUTH_INSTITUTIONS[0].guid) == 1
    assert run.code == 0
    assert run.with_outcome("kept") >= {"mx.oauth.status", "mx.oauth.pending", "mx.oauth.window", "mx.oauth.flag"}
    reasons = run.reasons("mx.oauth.skipped") | run.reasons("mx.oauth.window-once")
    assert {"mx.oauth.skipped", "mx.oauth.window-once"} & run.with_outcome("kept") == set()
    assert any("MX_OAUTH_INSTITUTION_GUID" in reason and "configure more" in reason for reason in reasons)
    assert any("one alone repeats nothing" in reason for reason in reasons)


@pytest.mark.parametrize("name", RUNS)
def test_a_name_is_sent_for_the_clause_about_names_alone(runs: dict[str, tuple[Finished, Server]], name: str) -> None:
    run, server = runs[name]
    named_members = [call for call in server.calls if "name" in asked(call)]
    cases = {line["case"] for line in run.lines("exchange") if '"name":' in str(line["request"]["body"])}
    assert cases == {"mx.name.given/a name", "mx.name.given/a name in other letters"}
    assert 1 <= len(named_members) <= 4  # two names, each sent once more where something broke


# Variables


@pytest.mark.parametrize(
    ("missing", "clauses"),
    [
        ("MX_EXPIRED_SESSION_TOKEN", {"mx.session.expired", "mx.session.expired-code"}),
        (
            "MX_OAUTH_INSTITUTION_GUID",
            {
                f"mx.oauth.{name}"
                for name in ("status", "window-once", "pending", "window", "not-yet", "flag", "skipped")
            },
        ),
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
            assert {verdict.reason for verdict in drive.verdicts(clause)} >= {f"{missing} is not set"}


@pytest.mark.parametrize("missing", ["MX_SESSION_TOKEN", "MX_INSTITUTION_GUID", "MX_CREDENTIAL_GUIDS"])
def test_a_required_variable_is_asked_for_by_name(missing: str) -> None:
    with serving(api=API) as server, pytest.raises(UsageError, match=f"^{API}: {missing} is not set"):
        resolve(contract_of(API), server.base_url, server.without(missing))


def test_without_a_required_variable_there_is_no_run(tmp_path: Path) -> None:
    with serving(api=API) as server:
        run = suite(tmp_path, BASELINE, apis=[API], environment=server.without("MX_CREDENTIAL_GUIDS"))
        assert run.code == 4
        assert "MX_CREDENTIAL_GUIDS is not set" in run.output
        assert server.calls == []


def connected(call: Call) -> tuple[str, str] | None:
    """The institution of a member that was asked for, with its credentials; nothing if it is not said."""
    member = asked(call)
    institution = member.get("institution_guid")
    if not isinstance(institution, str):
        return None
    if member.get("is_oauth") is True:
        return institution, "OAuth"
    return institution, json.dumps(member.get("credentials"), sort_keys=True)
