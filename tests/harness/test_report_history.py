"""What the page and the summary show of earlier runs: a strip for each clause, since when it is broken, a trend."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from clausewise import cli, history
from clausewise.report import write_reports
from tests.harness import records
from tests.harness.pages import by_id, part, text
from tests.harness.records import HOSTILE, Line

CLAUSES = [records.clause("moov.a"), records.clause("moov.b"), records.clause("moov.c", excluded="nobody can see it")]
MOOV = records.api("moov", CLAUSES)
ELSEWHERE = MOOV | {"base_url": "https://sandbox.test", "embedded": False}


def run(day: int, outcome: str, of: Line = MOOV) -> list[Line]:
    """A run on that day of November, with this outcome of `moov.a`."""
    started = f"2026-11-{day:02}T02:00:00.000+00:00"
    verdicts = [records.verdict("moov.a", outcome), records.verdict("moov.b")]
    return [records.header(of, started=started), *verdicts, records.footer()]


def days(*outcomes: str) -> list[list[Line]]:
    """A run a day with these outcomes."""
    return [run(day, outcome) for day, outcome in enumerate(outcomes, start=1)]


def reports(tmp_path: Path, runs: Sequence[list[Line]]) -> Path:
    """The folder with the reports of the last of the runs."""
    *earlier, last = (records.loaded(tmp_path, lines) for lines in runs)
    write_reports(last, tmp_path / "reports", earlier=earlier)
    return tmp_path / "reports"


def page(tmp_path: Path, runs: Sequence[list[Line]]) -> BeautifulSoup:
    return BeautifulSoup((reports(tmp_path, runs) / "index.html").read_text(encoding="utf-8"), "html5lib")


def strip(soup: BeautifulSoup, clause: str = "moov.a") -> Tag:
    return part(by_id(soup, clause), "svg.strip")


def dashes(of: Tag) -> list[tuple[str, int, int]]:
    """The class of each stretch of a strip, at which cell it begins, and how many it has."""
    found = []
    for path in of.find_all("path"):
        start, length = str(path["d"]).removeprefix("M").split(" 6h")
        found.append((" ".join(path["class"]), int(start) // 4, (int(length) + 1) // 4))
    return found


def facts(soup: BeautifulSoup) -> dict[str, str]:
    """What stands under the broken clause."""
    terms = part(soup, "#broken details.finding").find("dl")
    assert terms is not None
    return {text(term): text(term.find_next_sibling("dd") or term) for term in terms.find_all("dt")}


# Strips


def test_a_strip_tells_the_runs_in_order_and_in_words(tmp_path: Path) -> None:
    found = strip(page(tmp_path, days("kept", "kept", "broken", "untested", "broken", "broken")))

    assert dashes(found) == [("kept", 0, 2), ("broken", 2, 1), ("untested", 3, 1), ("broken", 4, 2)]
    assert found["role"] == "img"
    assert found["aria-label"] == "kept 2 times, then broken once, then untested once, then broken 2 times"
    assert [title.get_text() for title in found.find_all("title")] == [
        "kept 2 times: 2026-11-01 02:00:00 UTC to 2026-11-02 02:00:00 UTC",
        "broken once: 2026-11-03 02:00:00 UTC",
        "untested once: 2026-11-04 02:00:00 UTC",
        "broken 2 times: 2026-11-05 02:00:00 UTC to 2026-11-06 02:00:00 UTC",
    ]


def test_every_clause_that_was_judged_has_a_strip(tmp_path: Path) -> None:
    soup = page(tmp_path, days("kept", "broken"))

    assert strip(soup, "moov.b")["aria-label"] == "kept 2 times"
    assert by_id(soup, "moov.c").find("svg") is None


def test_runs_against_another_target_are_marked(tmp_path: Path) -> None:
    soup = page(
        tmp_path, [run(1, "kept"), run(2, "kept", of=ELSEWHERE), run(3, "broken", of=ELSEWHERE), run(4, "kept")]
    )

    assert dashes(strip(soup)) == [("kept", 0, 1), ("kept other", 1, 1), ("broken other", 2, 1), ("kept", 3, 1)]
    assert strip(soup)["aria-label"] == (
        "kept once, then kept once against another target, then broken once against another target, then kept once"
    )
    assert text(part(soup, ".trend figcaption")).endswith(": 0 (2 times), 1, 0 (2 runs against another target)")


def test_where_the_contract_did_not_have_the_clause_there_is_a_gap(tmp_path: Path) -> None:
    older = records.api("moov", CLAUSES[1:], contract="f" * 64)
    lines = [records.header(older, started="2026-11-01T02:00:00+00:00"), records.verdict("moov.b"), records.footer()]

    soup = page(tmp_path, [lines, run(2, "kept")])

    assert dashes(strip(soup)) == [("kept", 1, 1)]
    assert strip(soup)["aria-label"] == "absent once, then kept once"
    assert text(part(soup, ".trend figcaption")).endswith(" (1 run with another contract)")


def test_without_earlier_runs_there_is_nothing_of_them(tmp_path: Path) -> None:
    persona = records.api("persona", [records.clause("persona.a")])
    other = [records.header(persona), records.verdict("persona.a"), records.footer()]

    for runs in ([run(2, "broken")], [other, run(2, "broken")]):
        soup = page(tmp_path, runs)
        assert soup.select("svg.strip, figure") == []
        assert facts(soup).keys() & {"Since", "Recent runs"} == set()


def test_what_is_drawn_keeps_to_the_policy_of_the_page(tmp_path: Path) -> None:
    soup = page(tmp_path, days("kept", "broken"))

    assert soup.select("svg.strip, .trend svg")
    assert soup.select("[style]") == []


# Since when


@pytest.mark.parametrize(
    ("outcomes", "since"),
    [
        (["kept", "kept", "broken"], "this run; last kept 2026-11-02 02:00:00 UTC"),
        (["kept", "broken", "broken"], "2026-11-02 02:00:00 UTC, 2 runs; last kept 2026-11-01 02:00:00 UTC"),
        (["broken", "kept", "broken"], "this run; last kept 2026-11-02 02:00:00 UTC"),
        (["kept", "known", "broken"], "2026-11-02 02:00:00 UTC, 2 runs; last kept 2026-11-01 02:00:00 UTC"),
        (
            ["kept", "untested", "broken", "error", "broken"],
            "2026-11-03 02:00:00 UTC, 2 runs; last kept 2026-11-01 02:00:00 UTC",
        ),
        (["broken", "broken"], "2026-11-01 02:00:00 UTC, 2 runs; no earlier run on record judged it"),
        (["untested", "broken"], "this run; no earlier run on record judged it"),
    ],
)
def test_since_when_a_clause_is_broken(tmp_path: Path, outcomes: list[str], since: str) -> None:
    folder = reports(tmp_path, days(*outcomes))
    soup = BeautifulSoup((folder / "index.html").read_text(encoding="utf-8"), "html5lib")

    assert facts(soup)["Since"] == since
    assert text(part(soup, ".finding > summary > .since")) == f"Broken since {since}"
    assert f"\n- Broken since {since}\n" in (folder / "summary.md").read_text(encoding="utf-8")


def test_what_another_target_did_says_nothing_about_this_one(tmp_path: Path) -> None:
    runs = [run(1, "kept"), run(2, "broken", of=ELSEWHERE), run(3, "broken")]

    assert facts(page(tmp_path, runs))["Since"] == "this run; last kept 2026-11-01 02:00:00 UTC"


@pytest.mark.parametrize("outcome", ["kept", "untested", "error"])
def test_what_is_not_broken_now_is_not_broken_since(tmp_path: Path, outcome: str) -> None:
    folder = reports(tmp_path, days("broken", outcome))

    assert "<dt>Since</dt>" not in (folder / "index.html").read_text(encoding="utf-8")
    assert "Broken since" not in (folder / "summary.md").read_text(encoding="utf-8")


# The trend


def test_the_trend_shows_how_many_were_broken(tmp_path: Path) -> None:
    nothing = [records.header(MOOV, started="2026-11-03T02:00:00+00:00"), records.footer()]
    soup = page(tmp_path, [*days("kept", "broken"), nothing, run(4, "broken")])

    bars = part(soup, ".trend svg").find_all("rect")
    assert [bar["class"] for bar in bars] == [["kept"], ["broken"], ["untested"], ["broken"]]
    assert float(str(bars[1]["height"])) > float(str(bars[0]["height"]))
    assert text(part(soup, ".trend figcaption")) == (
        "Broken in the last 4 runs, from 2026-11-01 02:00:00 UTC to 2026-11-04 02:00:00 UTC: 0, 1, nothing tested, 1"
    )


def test_what_stays_is_said_once(tmp_path: Path) -> None:
    soup = page(tmp_path, days("kept", "kept", "kept", "broken", "kept", "broken", "broken"))

    assert text(part(soup, ".trend figcaption")).endswith(": 0 (3 times), 1, 0, 1 (2 times)")


def test_what_an_earlier_record_says_is_text(tmp_path: Path) -> None:
    earlier = run(1, "kept")
    earlier[0] = earlier[0] | {"started": HOSTILE}

    soup = page(tmp_path, [earlier, run(2, "broken")])

    assert len(soup.find_all("script")) == 1
    assert soup.find("img") is None
    assert "\x1b" not in str(soup)


# The command


def test_the_command_shows_the_older_records_of_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "history"
    for lines in days("kept", "broken", "broken", "kept"):
        history.keep(records.write(tmp_path / "run.jsonl", lines), folder)
    (folder / "notes.jsonl").write_text("notes\n", encoding="utf-8")
    shown = records.write(tmp_path / "run.jsonl", run(3, "broken"))

    arguments = ["report", str(shown), "--history", str(folder), "--output", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["clausewise", *arguments])
    cli.main()

    soup = BeautifulSoup((tmp_path / "out" / "index.html").read_text(encoding="utf-8"), "html5lib")
    assert strip(soup)["aria-label"] == "kept once, then broken 2 times"
    assert "notes.jsonl, line 1: this is not JSON" in capsys.readouterr().err


def test_the_command_wants_a_folder_that_is_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = records.write(tmp_path / "run.jsonl", run(3, "broken"))
    monkeypatch.setattr(sys, "argv", ["clausewise", "report", str(shown), "--history", str(tmp_path / "none")])

    with pytest.raises(SystemExit) as end:
        cli.main()

    assert end.value.code == 4
    assert "none' does not exist." in capsys.readouterr().err
