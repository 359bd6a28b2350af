"""Values that must come once only, over several records of one API; and records that are taken apart and written."""

from pathlib import Path

import pytest

from clausewise.record import RecordData, merge, notices, part, read, settle, write_record
from tests.harness import records
from tests.harness.records import Line

IDS = "moov.ids"
JUDGED = "That no value comes twice was judged over all of them; what must stay the same, within each alone."
UNJUDGED = "What must hold across a whole run, such as that no id comes twice, was judged within each alone."


def showing(
    tmp_path: Path, *values: str, outcome: str = "kept", level: str = "must", fail_on: str = "should", **api: object
) -> RecordData:
    """A record in which each value was shown by an exchange of its own."""
    names = {value: f"moov-{number}" for number, value in enumerate(values)}
    exchanges: list[Line] = [
        records.exchange(name, time=f"2026-11-21T20:00:0{at}+00:00", request_id=value)
        for at, (value, name) in enumerate(names.items())
    ]
    return records.loaded(
        tmp_path,
        [
            records.header(records.api("moov", [records.clause(IDS, level)], **api), fail_on=fail_on),
            *exchanges,
            records.verdict(IDS, outcome, level, values=names),
            records.footer(exit=0),
        ],
    )


def outcome(record: RecordData) -> str:
    [clause] = settle(record.header.apis[0].clauses, record.verdicts)
    return clause.outcome


def test_a_value_of_two_records_is_broken_with_both_exchanges_as_evidence(tmp_path: Path) -> None:
    merged = merge({"one": showing(tmp_path, "a", "b"), "two": showing(tmp_path, "c", "a")})

    [verdict] = [verdict for verdict in merged.verdicts if verdict.outcome == "broken"]
    shown = [merged.exchanges[name] for name in verdict.exchanges]
    assert (verdict.test, verdict.clause, verdict.received) == (None, IDS, "a, as in moov-0")
    assert [exchange.request_id for exchange in shown] == ["a", "a"]
    assert [exchange.id for exchange in shown] == ["moov-1/2", "moov-0"]
    assert merged.footer
    assert merged.footer.outcomes["moov"]["broken"] == 1
    assert f"moov is in one and two: the verdicts of all of them settle each clause. {JUDGED}" in notices(merged)


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [("must", "must", 1), ("should", "must", 0), ("should", "should", 1), ("may", "should", 0)],
)
def test_it_fails_the_run_as_any_break_does(tmp_path: Path, level: str, fail_on: str, code: int) -> None:
    one = showing(tmp_path, "a", level=level, fail_on=fail_on)
    two = showing(tmp_path, "b", "a", level=level, fail_on=fail_on)

    merged = merge({"one": one, "two": two})

    assert merged.footer
    assert merged.footer.exit == code


def test_values_that_differ_keep_what_one_alone_could_not_test(tmp_path: Path) -> None:
    one, two = (showing(tmp_path, value, outcome="untested") for value in "ab")

    assert outcome(one) == "untested"
    assert outcome(merge({"one": one, "two": two})) == "kept"


def test_values_that_differ_add_nothing_to_what_is_kept(tmp_path: Path) -> None:
    merged = merge({"one": showing(tmp_path, "a", "b"), "two": showing(tmp_path, "c", "d")})

    assert [verdict.outcome for verdict in merged.verdicts] == ["kept", "kept"]


def test_an_exchange_that_stands_in_two_records_repeats_nothing(tmp_path: Path) -> None:
    assert outcome(merge({"all": showing(tmp_path, "a", "b"), "some": showing(tmp_path, "a")})) == "kept"


@pytest.mark.parametrize("concluded", ["broken", "known"])
def test_what_broke_within_one_record_is_told_once(tmp_path: Path, concluded: str) -> None:
    merged = merge({"one": showing(tmp_path, "a", outcome=concluded), "two": showing(tmp_path, "b", "a")})

    assert outcome(merged) == concluded
    assert len(merged.verdicts) == 2


def test_another_target_repeats_nothing(tmp_path: Path) -> None:
    one = showing(tmp_path, "a", "b", embedded=False, base_url="http://one.test")
    two = showing(tmp_path, "c", "a", embedded=False, base_url="http://two.test")

    merged = merge({"one": one, "two": two})

    assert outcome(merged) == "kept"
    assert f"moov is in one and two: the verdicts of all of them settle each clause. {UNJUDGED}" in notices(merged)


def test_a_part_says_nothing_of_other_apis(tmp_path: Path) -> None:
    both = records.loaded(tmp_path, records.example())

    persona = part(both, "persona")

    assert [api.api for api in persona.header.apis] == ["persona"]
    assert (persona.exchanges, persona.waits, persona.verdicts, persona.creations) == ({}, (), (), ())
    assert part(both, "moov").verdicts == both.verdicts


def test_a_record_that_is_written_whole_is_read_as_it_was(tmp_path: Path) -> None:
    record = records.loaded(tmp_path, [*records.example()[:-1], records.creation("one", "moov-1"), records.footer()])

    assert read(write_record(tmp_path / "other", record)) == record


def test_a_record_without_an_end_is_written_without_one(tmp_path: Path) -> None:
    record = records.loaded(tmp_path, records.example()[:-1])

    assert read(write_record(tmp_path / "other", record)).truncated
