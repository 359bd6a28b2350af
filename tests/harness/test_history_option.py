"""A run that is held against those before it: what changed is told, and the record joins the history."""

import json
from pathlib import Path

import pytest

from tests.harness.driving import BASELINE, suite
from tests.harness.servers import Call, Mock, Reply, Trap, honest, serving

pytestmark = pytest.mark.whole_run


async def says_200(call: Call, mock: Mock) -> Reply:
    """Answers a success by the wrong status, and takes what it had before for one."""
    reply = await mock(call)
    return Reply(200) if reply.status in (201, 409) else reply


def test_what_changed_is_told_and_shown(tmp_path: Path) -> None:
    changing: list[Trap] = [honest]

    async def changes(call: Call, mock: Mock) -> Reply:
        return await changing[0](call, mock)

    with serving(changes) as server:
        arguments = (BASELINE, "--base-url", server.base_url, "--history", "history", "--history-keep", "2")
        first = suite(tmp_path, *arguments, environment=server.environment)
        assert "has no earlier run of moov" in first.output
        changing[0] = says_200
        second = suite(tmp_path, *arguments, environment=server.environment)
        third = suite(tmp_path, *arguments, environment=server.environment)

    drift = json.loads((third.reports / "drift.json").read_text(encoding="utf-8"))
    assert (first.code, second.code, third.code) == (0, 1, 1)
    assert "newly broken" in second.output.lower()
    assert "still broken" in third.output.lower()
    assert not drift["has_new_breaks"]
    assert len(list((tmp_path / "history").iterdir())) == 2
    assert "1 clause still broken" in (third.reports / "drift.md").read_text(encoding="utf-8")
    assert "Broken since" in (third.reports / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--history-keep", "0"), "--history-keep leaves no record at all: give 1 or more"),
        (("--history", "file/within"), "name another folder by --history"),
    ],
)
def test_a_history_that_cannot_be_kept_is_told_before_anything_is_sent(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = suite(tmp_path, BASELINE, *arguments)
    assert run.code == 4
    assert said in run.output
    assert "Traceback" not in run.output
