"""What Hypothesis may spend: new breaks are made smaller within a budget, known ones are only noted."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.cases import baseline_case
from clausewise.errors import Broken
from clausewise.run.exploration import REQUESTS_TO_SHRINK, Exploration
from tests.harness.builders import PROPERTY
from tests.harness.driving import driving, moov
from tests.harness.servers import Call, Mock, Reply, serving

SCOPES = st.lists(st.sampled_from(["accounts.read", "ping.read", "unicorns.read", "dragons.read"]), min_size=1)


async def accepts_whatever_comes(call: Call, mock: Mock) -> Reply:
    reply = await mock(call)
    accepted = replace(reply.lacking("content-length", "content-type"), status=201, body=b"")
    return accepted if reply.status == 422 else reply


def share(explore: Exploration, scopes: list[str]) -> None:
    body = {"principalAccountID": "$MOOV_PRINCIPAL_ACCOUNT_ID", "allowScopes": scopes}
    explore(baseline_case(moov(), "random scopes", body=body))


def test_a_new_break_is_raised_and_made_smaller(tmp_path: Path) -> None:
    with serving(accepts_whatever_comes) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.run.start_test("random", [])
        explore = Exploration(drive.run)

        @PROPERTY
        @given(SCOPES)
        def is_answered_as_promised(scopes: list[str]) -> None:
            share(explore, scopes)

        with pytest.raises(Broken) as caught:
            is_answered_as_promised()
        drive.run.finish_test(None, error=False)
        (shown,) = drive.verdicts("moov.422.scope")
        sent = {line["id"]: line["request"]["body"] for line in drive.lines("exchange")}
    assert "moov.422.scope is broken" in str(caught.value)
    assert sent[shown.exchanges[0]].endswith('"allowScopes": ["dragons.read"]}')


def test_shrinking_ends_with_its_budget(tmp_path: Path) -> None:
    with serving(accepts_whatever_comes) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.run.start_test("random", [])
        explore = Exploration(drive.run)

        def breaks_in_ever_new_ways() -> None:
            for number in range(4 * REQUESTS_TO_SHRINK):
                with suppress(Broken):
                    share(explore, [f"unicorns.{number}"])

        with pytest.raises(Broken, match=r"moov\.422\.scope is broken"):
            explore.through(breaks_in_ever_new_ways)
        assert REQUESTS_TO_SHRINK < len(server.calls) <= 2 * (REQUESTS_TO_SHRINK + 2)
        with pytest.raises(Broken):  # what broke still does, so that Hypothesis finds its counterexample again
            share(explore, ["unicorns.0"])


def test_a_break_that_an_earlier_test_has_shown_is_noted_and_not_raised(tmp_path: Path) -> None:
    with serving(accepts_whatever_comes) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.run.start_test("first", [])
        with pytest.raises(Broken):
            share(Exploration(drive.run), ["unicorns.read"])
        drive.run.finish_test(None, error=False)
        drive.run.start_test("second", [])
        share(Exploration(drive.run), ["dragons.read"])
        with pytest.raises(Broken, match=r"moov\.422\.scope is broken"):
            drive.run.raise_broken()
