"""exchanges.har, read back by haralyzer."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from haralyzer import HarEntry, HarParser

from clausewise.report.har import archive
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line


def written(tmp_path: Path, lines: list[Line]) -> Line:
    """The log of the archive."""
    content = json.loads(b"".join(archive(view(records.loaded(tmp_path, lines)))))
    assert set(content) == {"log"}
    log: Line = content["log"]
    return log


def read_back(tmp_path: Path, lines: list[Line]) -> list[HarEntry]:
    return [HarEntry(entry) for entry in HarParser({"log": written(tmp_path, lines)}).har_data["entries"]]


def with_exchange(**more: object) -> list[Line]:
    api = records.api("moov", [records.clause("moov.a")])
    return [records.header(api), records.exchange("moov-1") | more, records.footer()]


def test_the_archive_comes_in_pieces_that_make_one_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = view(records.loaded(tmp_path, records.example()))
    whole = list(archive(run))
    monkeypatch.setattr("clausewise.report.har._PIECE", 0)
    pieces = list(archive(run))

    assert len(whole) == 1
    assert len(pieces) == len(run.record.exchanges) + 1
    assert b"".join(pieces) == b"".join(whole)


def test_the_archive_says_what_wrote_it(tmp_path: Path) -> None:
    log = written(tmp_path, records.example())

    assert log["version"] == "1.2"
    assert log["creator"] == {"name": "clausewise", "version": "0.1.0"}
    assert "comment" not in log


def test_every_exchange_is_an_entry_in_the_order_of_the_record(tmp_path: Path) -> None:
    entries = read_back(tmp_path, records.example())

    assert [entry.status for entry in entries] == [201, 201, 201, 201, 201, 400, 0]
    assert {entry.request.method for entry in entries} == {"POST"}
    assert {entry.url for entry in entries} == {records.URL}
    assert {entry.startTime for entry in entries} == {datetime.fromisoformat(records.STARTED)}


def test_an_entry_holds_what_was_sent_and_what_came(tmp_path: Path) -> None:
    first = read_back(tmp_path, records.example())[0]

    assert first.request.text == '{"allowScopes":["accounts.read"]}'
    assert first.request.mimeType == "application/json"
    assert first.request.get_header_value("authorization") == "Bearer [MOOV_TOKEN]"
    assert first.response.statusText == "Created"
    assert first.response.get_header_value("x-request-id") == "req-moov-1"
    assert first.response.text == '{"id":1,"id":2,"amount":1.50,"scopes":["accounts.read"],"empty":{}}'
    assert first.response.contentSize == len(first.response.text)
    assert first.response.mimeType == "application/json"


def test_the_comment_names_the_case_and_the_clauses(tmp_path: Path) -> None:
    comments = [entry["comment"] for entry in written(tmp_path, records.example())["entries"]]

    case = "case: moov.422.missing/no principal"
    assert comments[1] == f"exchange: moov-2; {case}; clauses: moov.422.missing (broken), moov.404.status (known)"
    assert comments[6] == (
        f"exchange: moov-7; {case}; clauses: moov.500.trace (error); "
        "no response: the connection was closed before an answer came"
    )


def test_the_parts_of_the_time_are_the_whole(tmp_path: Path) -> None:
    for entry in written(tmp_path, records.example())["entries"]:
        timings = entry["timings"]
        assert entry["time"] == 2.5
        assert min(timings["send"], timings["wait"], timings["receive"]) >= 0
        assert sum(part for part in timings.values() if part != -1) == entry["time"]


def test_the_query_is_taken_apart(tmp_path: Path) -> None:
    request: Line = {"method": "POST", "url": f"{records.URL}?a=1&a=&b%5Bc%5D=%C3%A9", "headers": [], "body": None}
    [entry] = read_back(tmp_path, with_exchange(request=request))

    assert entry.request.queryString == [
        {"name": "a", "value": "1"},
        {"name": "a", "value": ""},
        {"name": "b[c]", "value": "é"},
    ]


@pytest.mark.parametrize(("body", "size", "told"), [(None, 0, False), ("", -1, True), ("a", -1, True)])
def test_a_request_without_a_body_is_no_request_with_an_empty_one(
    tmp_path: Path, body: str | None, size: int, told: bool
) -> None:
    request: Line = {"method": "POST", "url": records.URL, "headers": [], "body": body}
    [entry] = written(tmp_path, with_exchange(request=request))["entries"]

    assert entry["request"]["bodySize"] == size
    assert ("postData" in entry["request"]) is told


def test_a_redirect_and_a_body_that_was_cut_are_told(tmp_path: Path) -> None:
    response = {"status": 302, "headers": [["Location", "/elsewhere"]], "body": "é", "cut": True}
    [entry] = written(tmp_path, with_exchange(response=response))["entries"]

    assert entry["response"]["redirectURL"] == "/elsewhere"
    assert entry["response"]["content"] == {
        "size": 2,
        "mimeType": "",
        "text": "é",
        "comment": "only the start of the body was kept",
    }


def test_an_exchange_without_a_time_gets_that_of_the_run(tmp_path: Path) -> None:
    lines = with_exchange()
    del lines[1]["time"]
    [entry] = written(tmp_path, lines)["entries"]

    assert entry["startedDateTime"] == records.STARTED


def test_a_truncated_record_says_so(tmp_path: Path) -> None:
    assert written(tmp_path, with_exchange()[:-1])["comment"].startswith("This record has no end")


def test_a_run_without_exchanges_is_an_archive_too(tmp_path: Path) -> None:
    lines = with_exchange()
    del lines[1]

    assert read_back(tmp_path, lines) == []


def test_what_a_hostile_server_sends_comes_back_as_it_was(tmp_path: Path) -> None:
    entries = read_back(tmp_path, records.hostile())

    assert entries[0].response.text == records.HOSTILE.replace("\ud800", "?")
