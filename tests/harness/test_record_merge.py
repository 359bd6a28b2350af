"""Several records put together: what they say together, and what is said of how they overlap."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from clausewise.record import RecordData, RecordError, Settled, merge, notices, settle
from tests.harness import records
from tests.harness.records import Line

CLAUSES = [records.clause("moov.a"), records.clause("moov.b"), records.clause("moov.c")]
UNIQUENESS = "What must hold across a whole run, such as that no id comes twice, was judged within each alone."


def shard(tmp_path: Path, *lines: Line, whole: bool = True, of: Line | None = None, **header: object) -> RecordData:
    """A record of a run against Moov, or another API."""
    api = of or records.api("moov", CLAUSES)
    last = [records.footer()] if whole else []
    return records.loaded(tmp_path, [records.header(api, **header), *lines, *last])


def settled(record: RecordData) -> dict[str, Settled]:
    """The clauses of the first API."""
    return {one.clause.id: one for one in settle(record.header.apis[0].clauses, record.verdicts)}


def outcomes(record: RecordData) -> dict[str, str]:
    return {name: one.outcome for name, one in settled(record).items()}


def test_a_record_alone_stays_as_it_is(tmp_path: Path) -> None:
    record = records.loaded(tmp_path, records.example())

    assert merge({"a": record}) is record


def test_shards_complete_each_other(tmp_path: Path) -> None:
    one = shard(tmp_path, records.verdict("moov.a"), records.verdict("moov.b", "untested", reason="no token"))
    two = shard(tmp_path, records.verdict("moov.b", "broken"))

    record = merge({"1.jsonl": one, "2.jsonl": two})

    assert outcomes(record) == {"moov.a": "kept", "moov.b": "broken", "moov.c": "untested"}
    assert [api.api for api in record.header.apis] == ["moov"]


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_the_worst_verdict_settles_a_clause_in_any_order(tmp_path: Path, order: Iterable[str]) -> None:
    parts = {
        "one": shard(tmp_path, records.verdict("moov.a", "kept"), records.verdict("moov.b", "broken")),
        "two": shard(tmp_path, records.verdict("moov.a", "broken"), records.verdict("moov.b", "error")),
    }

    record = merge({name: parts[name] for name in order})

    assert outcomes(record) == {"moov.a": "broken", "moov.b": "broken", "moov.c": "untested"}


def test_evidence_stays_with_its_verdict(tmp_path: Path) -> None:
    entry = {"text": "moov-1 (a case): expected 201, received 500", "exchange": "moov-1", "case": "a case"}
    one = shard(tmp_path, records.exchange("moov-1", 201), records.verdict("moov.a", exchanges=["moov-1"]))
    two = shard(
        tmp_path,
        records.exchange("moov-1", 500),
        records.exchange("moov-2", 502),
        records.verdict(
            "moov.b",
            "broken",
            exchanges=["moov-2", "moov-1"],
            unstable=[entry],
            compared_with="moov-1",
            first="moov-1",
            last="moov-2",
        ),
    )

    record = merge({"one": one, "two": two})

    evidence = {
        verdict.clause: [record.exchanges[name].response for name in verdict.exchanges] for verdict in record.verdicts
    }
    assert {name: [one.status for one in found if one] for name, found in evidence.items()} == {
        "moov.a": [201],
        "moov.b": [502, 500],
    }
    assert all(exchange.id == name for name, exchange in record.exchanges.items())
    broken = settled(record)["moov.b"]
    [unstable] = broken.unstable
    assert unstable.exchange != "moov-1"
    assert unstable.text.startswith(f"{unstable.exchange} (a case): ")
    assert record.exchanges[unstable.exchange or ""].response == two.exchanges["moov-1"].response
    [verdict] = broken.verdicts
    assert [record.exchanges[name or ""].response for name in (verdict.compared_with, verdict.first, verdict.last)] == [
        two.exchanges[name].response for name in ("moov-1", "moov-1", "moov-2")
    ]


def test_ids_that_differ_stay_as_they_are(tmp_path: Path) -> None:
    one = shard(tmp_path, records.exchange("moov-1"), records.wait(1))
    two = shard(tmp_path, records.exchange("moov-2"), records.wait(2))

    record = merge({"one": one, "two": two})

    assert list(record.exchanges) == ["moov-1", "moov-2"]
    assert [wait.seconds for wait in record.waits] == [1, 2]


def test_several_apis_stand_in_the_order_in_which_they_come(tmp_path: Path) -> None:
    persona = records.api("persona", [records.clause("persona.a")])
    one = shard(tmp_path, records.verdict("persona.a"), of=persona)
    two = shard(tmp_path, records.verdict("moov.a"))

    record = merge({"one": one, "two": two})

    assert [api.api for api in record.header.apis] == ["persona", "moov"]
    assert notices(record) == ("This is put together from 2 records: one and two.",)


def test_an_overlap_is_said(tmp_path: Path) -> None:
    parts = {name: shard(tmp_path, seed=1, started=f"2026-11-21T20:00:0{at}+00:00") for at, name in enumerate("abc")}

    assert notices(merge(parts)) == (
        "This is put together from 3 records: a, b and c.",
        f"moov is in a, b and c: the verdicts of all of them settle each clause. {UNIQUENESS}",
    )


def test_several_targets_are_said(tmp_path: Path) -> None:
    apis = [
        records.api("moov", CLAUSES, base_url=url, embedded=False, variables={"A": set_, "B": "not set"})
        for url, set_ in (("http://one.test", "not set"), ("http://two.test", "set"))
    ]

    record = merge({name: shard(tmp_path, of=api) for name, api in zip("ab", apis, strict=True)})

    assert notices(record)[2:] == ("moov was run against 2 targets: http://one.test and http://two.test.",)
    assert record.header.apis[0].base_url == "http://one.test, http://two.test"
    assert not record.header.apis[0].embedded
    assert record.header.apis[0].variables == {"A": "set", "B": "not set"}


def test_the_embedded_mock_is_one_target_at_any_port(tmp_path: Path) -> None:
    apis = [records.api("moov", CLAUSES, base_url=f"http://127.0.0.1:{port}") for port in (4001, 4002)]

    record = merge({name: shard(tmp_path, of=api) for name, api in zip("ab", apis, strict=True)})

    assert len(notices(record)) == 2
    assert record.header.apis[0].embedded


def test_settings_that_differ_are_named(tmp_path: Path) -> None:
    one = shard(tmp_path, profile="full", seed=1, python="3.11.7")
    two = shard(tmp_path, profile="quick", seed=2, python="3.11.7")

    record = merge({"one": one, "two": two})

    assert notices(record)[-1] == "The records differ in profile and seed; what is shown is that of one."
    assert (record.header.profile, record.header.seed) == ("full", 1)


def test_the_same_record_counts_once(tmp_path: Path) -> None:
    one = records.loaded(tmp_path, records.example())
    copy = records.loaded(tmp_path, records.example())

    record = merge({"one": one, "copy": copy})

    assert notices(record)[1:] == ("copy is the same record as one, and counts once.",)
    assert record.verdicts == one.verdicts
    assert record.exchanges == one.exchanges


def test_different_contracts_are_not_put_together(tmp_path: Path) -> None:
    other = shard(tmp_path, of=records.api("moov", CLAUSES, contract="f" * 64))

    with pytest.raises(RecordError, match=r"^one and two were made by different contracts of moov, .*one by one$"):
        merge({"one": shard(tmp_path), "two": other})


def test_the_end_is_that_of_all(tmp_path: Path) -> None:
    api = records.api("moov", CLAUSES)
    early = [records.footer(exit=0, finished="2026-11-21T20:00:01+00:00", requests=2, seconds=1.25)]
    late = [records.footer(exit=1, finished="2026-11-21T20:00:09+00:00", requests=3, seconds=2.5, interrupted=True)]
    one = records.loaded(tmp_path, [records.header(api), records.verdict("moov.a"), *early])
    two = records.loaded(tmp_path, [records.header(api, started="2026-11-20T00:00:00+00:00"), *late])

    record = merge({"one": one, "two": two})

    assert record.footer is not None
    assert (record.footer.exit, record.footer.requests, record.footer.seconds) == (1, 5, 3.75)
    assert (record.footer.finished, record.footer.interrupted) == ("2026-11-21T20:00:09+00:00", True)
    assert record.header.started == "2026-11-20T00:00:00+00:00"
    assert record.footer.outcomes["moov"]["kept"] == 1
    assert "two: The run was interrupted. A clause that it did not reach counts as not tested." in notices(record)


def test_a_part_without_an_end_is_named(tmp_path: Path) -> None:
    record = merge({"one": shard(tmp_path), "two": shard(tmp_path, records.verdict("moov.a"), whole=False)})

    assert record.truncated
    assert outcomes(record)["moov.a"] == "kept"
    [said] = [notice for notice in notices(record) if "no end" in notice]
    assert said.startswith("two: This record has no end")


def test_a_part_that_lost_lines_is_named(tmp_path: Path) -> None:
    api = records.api("moov", CLAUSES)
    lost = records.loaded(tmp_path, [records.header(api), records.footer(outcomes={"moov": {"kept": 2}})])

    record = merge({"one": shard(tmp_path), "two": lost})

    assert [notice for notice in notices(record) if "do not add up" in notice] == [
        "two: The verdicts on moov do not add up to the counts in the record's last line: lines may be missing."
    ]
