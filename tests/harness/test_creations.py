"""What a run leaves behind on its target: written down, counted, listed for those who clean up."""

import json
from pathlib import Path

import pytest

from clausewise.record import merge
from clausewise.report.creations import creations
from clausewise.report.html import page
from clausewise.report.markdown import summary
from clausewise.report.view import view
from clausewise.run.creations import creation
from tests.harness import records
from tests.harness.builders import PRINCIPALS, exchange, json_response, request, response
from tests.harness.driving import contract_of, driving, good, named
from tests.harness.pages import part, read_back, text
from tests.harness.records import HOSTILE, Line
from tests.harness.servers import Call, Mock, Reply, serving
from tests.harness.test_report_terminal import shown

CREATED = {"moov": "connection to", "mx": "member", "persona": "connection"}


# What an exchange made


def test_the_id_may_stand_in_the_request() -> None:
    """Moov's answer has no body: what was made is known by the principal."""
    sent = request(json.dumps({"principalAccountID": PRINCIPALS[0], "allowScopes": []}).encode())

    made = creation(contract_of("moov"), exchange(response(201), sent=sent))

    assert made is not None
    assert (made.api, made.what, made.id, made.exchange) == ("moov", "connection to", PRINCIPALS[0], "moov-0001")


@pytest.mark.parametrize(
    ("of", "operation", "body", "name"),
    [
        ("mx", "createMember", b'{"member": {"guid": "MBR-1"}}', "MBR-1"),
        ("persona", "createConnection", b'{"data": {"id": "conn_1"}}', "conn_1"),
    ],
)
def test_the_id_may_stand_in_the_answer(of: str, operation: str, body: bytes, name: str) -> None:
    made = creation(contract_of(of), exchange(json_response(201, body), operation=operation))

    assert made is not None
    assert (made.what, made.id) == (CREATED[of], name)


@pytest.mark.parametrize("status", [199, 300, 400, 409, 429, 500])
def test_what_is_no_success_makes_nothing(status: int) -> None:
    assert creation(contract_of("moov"), exchange(response(status))) is None


def test_what_got_no_answer_is_not_said_to_have_made_something() -> None:
    assert creation(contract_of("moov"), exchange(None)) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"data": {"id": 7}}', b'{"data": {"id": null}}', b"\xff"])
def test_a_success_without_an_id_counts_all_the_same(body: bytes) -> None:
    made = creation(contract_of("persona"), exchange(json_response(201, body), operation="createConnection"))

    assert made is not None
    assert made.id == "(no id came)"


# What a run writes down


@pytest.mark.parametrize("of", sorted(CREATED))
def test_each_success_of_a_run_is_written_down(tmp_path: Path, of: str) -> None:
    with serving(api=of) as server, driving(server, tmp_path) as drive:
        drive.run.require_baseline()
        drive.test(good(api=of))
        successes = [line["id"] for line in drive.lines("exchange") if line["response"]["status"] < 300]
        made = drive.lines("creation")
    assert successes != []
    assert [line["exchange"] for line in made] == successes
    assert {(line["api"], line["what"]) for line in made} == {(of, CREATED[of])}
    answers = b"".join(reply.body for reply in server.replies) + b"".join(call.body for call in server.calls)
    assert [line["id"] for line in made if line["id"].encode() not in answers] == []


def test_known_good_requests_between_others_count_too(tmp_path: Path) -> None:
    """They are sent to find out whether the target still works, and succeed like others."""

    async def refuses_latest(call: Call, mock: Mock) -> Reply:
        return Reply(429) if call.header("x-moov-version") == "latest" else await mock(call)

    with serving(refuses_latest) as server, driving(server, tmp_path) as drive:
        said = drive.test(named("moov.version.latest/latest"))
        assert "the baseline request is still answered" in str(said)
        assert [reply.status for reply in server.replies].count(201) == 1
        assert len(drive.lines("creation")) == 1


# What a record says


def test_a_record_is_read_with_what_was_made(tmp_path: Path) -> None:
    record = records.loaded(tmp_path, left_behind(3))

    assert [(made.what, made.id, made.exchange) for made in record.creations] == [
        ("connection to", f"id-{number}", f"moov-{number}") for number in range(3)
    ]


def test_records_together_have_the_creations_of_all(tmp_path: Path) -> None:
    one, two = (records.loaded(tmp_path, left_behind(2, seed=seed)) for seed in (1, 2))

    record = merge({"one": one, "two": two})

    assert [made.id for made in record.creations] == ["id-0", "id-1", "id-0", "id-1"]
    assert len({made.exchange for made in record.creations}) == 4
    assert [made.exchange for made in record.creations if made.exchange not in record.exchanges] == []


# What the reports say


def left_behind(number: int, *more: Line, embedded: bool = False, seed: int = 1) -> list[Line]:
    """A run that created so many things with an id each, the first of them as evidence of a clause."""
    api = records.api("moov", [records.clause("moov.a")], embedded=embedded, base_url="https://sandbox.example.com")
    exchanges = [records.exchange(f"moov-{at}") for at in range(number)]
    made = [records.creation(f"id-{at}", f"moov-{at}") for at in range(number)]
    verdict = records.verdict("moov.a", exchanges=["moov-0"])
    return [records.header(api, seed=seed), *exchanges, *made, *more, verdict, records.footer(exit=0)]


def test_every_report_says_how_much_it_is(tmp_path: Path) -> None:
    again = records.creation("id-0", "moov-1")
    lines = left_behind(2, again)
    says = "3 requests created something on https://sandbox.example.com, under 2 ids."

    assert says in text(part(read_back(tmp_path, lines), "#left-behind"))
    assert f"Left behind: moov: {says}" in shown(tmp_path, lines)
    assert f"- Moov: create a connection: {says}".replace("://", "\\://") in summary(
        view(records.loaded(tmp_path, lines))
    )


def test_the_page_lists_each_id_once_with_its_first_exchange(tmp_path: Path) -> None:
    found = read_back(tmp_path, left_behind(2, records.creation("id-0", "moov-1")))

    rows = [[text(cell) for cell in row.select("td")] for row in found.select("#left-behind tbody tr")]

    assert rows == [["connection to id-0", "2 times", "moov-0"], ["connection to id-1", "1 time", "moov-1"]]
    assert [link["href"] for link in found.select("#left-behind a")] == ["#exchange-moov-0"]
    assert found.select('nav a[href="#left-behind"]') != []


def test_the_list_has_an_end(tmp_path: Path) -> None:
    found = part(read_back(tmp_path, left_behind(207)), "#left-behind")

    assert len(found.select("tbody tr")) == 200
    assert "And 7 more ids, which the run record has." in text(found)


@pytest.mark.parametrize("lines", [left_behind(2, embedded=True), left_behind(0)], ids=["embedded", "nothing"])
def test_where_nothing_is_left_behind_nothing_is_said(tmp_path: Path, lines: list[Line]) -> None:
    if not any(line["kind"] == "exchange" for line in lines):
        lines = [line for line in lines if line["kind"] != "verdict"]
    record = view(records.loaded(tmp_path, lines))

    assert list(creations(record)) == []
    assert "left-behind" not in page(record)
    assert "Left behind" not in summary(record)


def test_the_ids_of_a_hostile_server_stay_text(tmp_path: Path) -> None:
    lines = left_behind(1, records.creation(HOSTILE, "moov-0"), records.creation("x" * 5000, "moov-0"))
    found = part(read_back(tmp_path, lines), "#left-behind")

    assert found.select("script, img") == []
    assert "<script>alert(1)</script>" in text(found)
    assert "\x1b" not in found.get_text()
    assert "x" * 201 not in found.get_text()
