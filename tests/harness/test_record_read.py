"""The run record: its schema, and what its reader takes and refuses."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clausewise import record
from clausewise.record import Complaint, Reason, RecordError, Unstable, notices, read
from clausewise.record.lines import Lines
from tests.harness import records

Line = dict[str, Any]

EXAMPLE = records.example()
FOOTER = len(EXAMPLE) - 1


@pytest.mark.parametrize("lines", [EXAMPLE, records.large()], ids=["example", "large"])
def test_every_line_that_the_tests_use_fits_the_schema(lines: list[Line]) -> None:
    validator = Draft202012Validator(record.schema())

    assert [list(validator.iter_errors(line)) for line in lines] == [[] for _ in lines]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(record.schema())


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("header", record.Header),
        ("api", record.Api),
        ("document", record.Document),
        ("section", record.Section),
        ("clause", record.Clause),
        ("exchange", record.Exchange),
        ("wait", record.Wait),
        ("creation", record.Creation),
        ("verdict", record.Verdict),
        ("unstable", record.Unstable),
        ("complaint", record.Complaint),
        ("footer", record.Footer),
    ],
)
def test_schema_and_classes_know_the_same_fields(name: str, cls: type) -> None:
    definition = record.schema()["$defs"][name]
    fields = dataclasses.fields(cls)
    without_default = {
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    assert {field.name for field in fields} == set(definition["properties"]) - {"kind"}
    assert without_default <= set(definition["required"])


def test_reads_what_was_written(tmp_path: Path) -> None:
    data = records.loaded(tmp_path, EXAMPLE)

    assert [api.api for api in data.header.apis] == ["moov", "persona"]
    assert data.header.apis[0].clauses[1].lines == ("211", "271-273")
    assert data.exchanges["moov-2"].request.headers[0] == ("Authorization", "Bearer [MOOV_TOKEN]")
    assert data.exchanges["moov-7"].response is None
    assert [wait.seconds for wait in data.waits] == [0.5]
    assert data.verdicts[1].exchanges == ("moov-2", "moov-3", "moov-4", "moov-5")
    assert data.footer is not None
    assert data.footer.requests == 183
    assert not data.truncated


def test_a_verdict_may_be_as_short_as_the_interface_promises(tmp_path: Path) -> None:
    short = {
        "kind": "verdict",
        "api": "moov",
        "clause": "moov.201.status",
        "level": "must",
        "outcome": "kept",
        "test": None,
    }

    [verdict] = records.loaded(tmp_path, [EXAMPLE[0], short]).verdicts

    assert (verdict.exchanges, verdict.unstable, verdict.judged) == ((), (), 0)


def test_unknown_kinds_and_fields_are_ignored(tmp_path: Path) -> None:
    lines = [line | {"new": {"nested": [1]}} for line in EXAMPLE]
    lines[0]["apis"][0]["new"] = lines[0]["apis"][0]["clauses"][0]["new"] = 1
    lines.insert(2, {"kind": "weather", "sky": "blue"})

    assert records.loaded(tmp_path, lines) == records.loaded(tmp_path, EXAMPLE)


def test_a_record_without_its_footer_is_truncated(tmp_path: Path) -> None:
    data = records.loaded(tmp_path, EXAMPLE[:FOOTER])

    assert data.truncated
    assert len(data.verdicts) == len(records.loaded(tmp_path, EXAMPLE).verdicts)


@pytest.mark.parametrize("cut", [b'{"kind": "verd', b'{"kind": "wait", "reason": "caf\xc3', b"{"])
def test_a_record_cut_in_its_last_line_is_truncated(tmp_path: Path, cut: bytes) -> None:
    path = records.write(tmp_path / "run.jsonl", EXAMPLE[:FOOTER])
    whole = read(path)
    path.write_bytes(path.read_bytes() + cut)

    assert read(path) == whole
    assert read(path).truncated


def test_a_record_is_read_as_far_as_it_is_asked_for() -> None:
    texts = iter([b'{"kind": "header"}\n', b"no JSON\n", b'{"kind": "footer"}\n'])

    assert next(iter(Lines(texts))) == {"kind": "header"}
    assert list(texts) == [b"no JSON\n", b'{"kind": "footer"}\n']


def test_a_record_can_be_read_without_its_exchanges(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", EXAMPLE)
    whole, without_exchanges = read(path), read(path, exchanges=False)

    assert len(whole.exchanges) == 7
    assert without_exchanges == dataclasses.replace(whole, exchanges={})


def test_the_number_of_a_line_counts_exchanges_that_are_not_read(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", broken_at(10, EXAMPLE[9] | {"outcome": "great"}))

    with pytest.raises(RecordError, match="line 10: outcome"):
        read(path, exchanges=False)


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n  \n"])
def test_blank_lines_at_the_end_are_none(tmp_path: Path, end: bytes) -> None:
    path = records.write(tmp_path / "run.jsonl", EXAMPLE)
    whole = read(path)
    path.write_bytes(path.read_bytes().rstrip() + end)

    assert read(path) == whole


def test_headers_that_repeat_are_held_once(tmp_path: Path) -> None:
    data = records.loaded(tmp_path, EXAMPLE)

    first, second = (data.exchanges[name].request.headers[0] for name in ("moov-1", "moov-2"))
    assert first is second


def broken_at(number: int, line: object) -> list[Any]:
    """The example with another line in the place of one of its own, counted from 1."""
    return [*EXAMPLE[: number - 1], line, *EXAMPLE[number:]]


def without(line: Line, field: str) -> Line:
    return {name: value for name, value in line.items() if name != field}


@pytest.mark.parametrize(
    ("lines", "number", "complaint"),
    [
        (EXAMPLE[1:], 1, "starts with its header"),
        (broken_at(1, EXAMPLE[0] | {"record": 2}), 1, "format 2"),
        (broken_at(1, without(EXAMPLE[0], "apis")), 1, '"apis"'),
        (broken_at(4, ["a", "list"]), 4, "kind"),
        (broken_at(4, {"no": "kind"}), 4, "kind"),
        (broken_at(3, EXAMPLE[1]), 3, "moov-1"),
        (broken_at(3, EXAMPLE[0]), 3, "second header"),
        (broken_at(3, without(EXAMPLE[2], "response")), 3, '"response"'),
        (broken_at(10, EXAMPLE[9] | {"outcome": "great"}), 10, "outcome"),
        (broken_at(10, EXAMPLE[9] | {"judged": -1}), 10, "judged"),
        (broken_at(10, EXAMPLE[9] | {"clause": "moov.nothing"}), 10, "moov.nothing"),
        (broken_at(10, EXAMPLE[9] | {"api": "persona"}), 10, "no clause of persona"),
        ([*EXAMPLE, EXAMPLE[1] | {"id": "moov-99"}], len(EXAMPLE) + 1, "after the footer"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(tmp_path: Path, lines: list[Any], number: int, complaint: str) -> None:
    with pytest.raises(RecordError) as caught:
        records.loaded(tmp_path, lines)

    assert f"run.jsonl, line {number}: " in str(caught.value)
    assert complaint in str(caught.value)


def test_a_clause_of_no_section_is_refused(tmp_path: Path) -> None:
    api = records.api("moov", [records.clause("moov.201.status", section="elsewhere")])

    with pytest.raises(RecordError, match=r"line 1: moov\.201\.status names elsewhere"):
        records.loaded(tmp_path, [records.header(api)])


def test_an_invalid_line_in_the_middle_is_refused(tmp_path: Path) -> None:
    texts = [json.dumps(line) for line in EXAMPLE]
    texts[4] = texts[4][:40]
    path = tmp_path / "run.jsonl"
    path.write_text("\n".join(texts), encoding="utf-8")

    with pytest.raises(RecordError, match="line 5: this is not JSON"):
        read(path)


@pytest.mark.parametrize("content", [b'{"kind": "hea', b"\xff\xfe", b"\x00"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)

    with pytest.raises(RecordError, match="line 1: this is not JSON"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)

    with pytest.raises(RecordError, match=r"run\.jsonl is empty, so it is no run record$"):
        read(path)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"none\.jsonl cannot be read: No such file or directory$"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(RecordError, match=r" cannot be read: Is a directory$"):
        read(tmp_path)


def test_what_a_run_was_allowed_is_read(tmp_path: Path) -> None:
    api = records.api("moov", [records.clause("moov.a")], rate="no more than 10 requests in 1 s")

    found = records.loaded(tmp_path, [records.header(api, budget=300, min_tested=80), records.footer()])

    assert (found.header.budget, found.header.min_tested) == (300, 80)
    assert found.header.apis[0].rate == "no more than 10 requests in 1 s"


def test_facts_are_read_as_fields(tmp_path: Path) -> None:
    entry = records.unstable("moov-9", "201", "500")
    facts: Line = {
        "pointer": "/a",
        "compared_with": "moov-1",
        "symptoms": ["201 /a"],
        "first": "moov-1",
        "last": "moov-2",
    }
    broken = records.verdict("moov.a", "broken", unstable=[entry], **facts)
    untested = records.verdict("moov.b", "untested", **records.not_set("MOOV_TOKEN"))
    complaint = records.complaint("An entry expired.", code="outdated", clause="moov.a")
    api = records.api("moov", [records.clause("moov.a"), records.clause("moov.b")])

    found = records.loaded(tmp_path, [records.header(api), broken, untested, records.footer(complaints=[complaint])])
    one, other = found.verdicts

    assert one.unstable == (Unstable(**entry),)
    assert (one.pointer, one.compared_with, one.first, one.last) == ("/a", "moov-1", "moov-1", "moov-2")
    assert list(one.symptoms) == ["201 /a"]
    assert other.why == Reason("MOOV_TOKEN is not set", "not-set", None, ("MOOV_TOKEN",))
    assert found.footer is not None
    assert found.footer.complaints == (Complaint("An entry expired.", "moov", "outdated", "moov.a"),)


def test_an_old_record_has_texts_in_place_of_facts(tmp_path: Path) -> None:
    verdict = records.verdict("moov.a", "untested", reason="MOOV_TOKEN is not set", unstable=["moov-9: once"])
    lines = [
        records.header(records.api("moov", [records.clause("moov.a")])),
        verdict,
        records.footer(complaints=["An entry expired."]),
    ]

    found = records.loaded(tmp_path, lines)
    [one] = found.verdicts

    assert one.unstable == (Unstable("moov-9: once"),)
    assert one.why == Reason("MOOV_TOKEN is not set")
    assert found.footer is not None
    assert found.footer.complaints == (Complaint("An entry expired."),)
    assert notices(found) == ("An entry expired.",)


def test_a_record_from_before_there_were_such_limits_is_read(tmp_path: Path) -> None:
    found = records.loaded(tmp_path, [records.header(records.api("moov", [])), records.footer()])

    assert (found.header.budget, found.header.apis[0].rate, found.creations) == (None, None, ())
    assert found.footer is not None
    assert found.footer.complaints == ()


@pytest.mark.parametrize("missing", ["api", "what", "id", "exchange"])
def test_a_creation_without_a_part_is_told(tmp_path: Path, missing: str) -> None:
    made = {name: value for name, value in records.creation("a", "moov-1").items() if name != missing}

    with pytest.raises(RecordError, match=rf"line 2: .*{missing}"):
        records.loaded(tmp_path, [records.header(records.api("moov", [])), made])
