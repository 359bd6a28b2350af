"""What a person reads of a broken clause: in the order of what they need first."""

from dataclasses import replace

import pytest

from clausewise.checks.finding import KEPT, broken
from clausewise.contract import Contract, Level, Source
from clausewise.run.messages import broken_message, source
from clausewise.run.tally import Tally
from tests.harness.builders import clause, exchange, request, response

ANSWER = response(500, b"", ("X-Request-Id", "id-of-the-answer"))


def broken_tally(*, kept: int = 0, traced: bool = True) -> Tally:
    tally = Tally()
    for _ in range(kept):
        tally.add(exchange(ANSWER), KEPT)
    answer = ANSWER if traced else response(500)
    tally.add(exchange(answer, name="moov-0007"), broken("201", "500, with an empty body"))
    return tally


def test_the_message_says_all_there_is_to_know_in_order(contract: Contract) -> None:
    message = broken_message(contract, clause("status"), broken_tally(kept=3))

    lines = message.splitlines()
    facts = [
        "moov.some.clause is broken (must: the document states it)",
        "The page promises something.",
        "Share account connection, The responses, lines 166-172",
        "201",
        "500, with an empty body",
        "id-of-the-answer",
        "in 1 of 4 answers; the smallest request is moov-0007",
        'curl -i -X POST http://127.0.0.1:9/ -H "Authorization: Bearer $MOOV_TOKEN"',
    ]
    assert len(lines) == len(facts)
    assert [fact for fact, line in zip(facts, lines, strict=True) if fact not in line] == []


def test_the_smallest_request_is_shown(contract: Contract) -> None:
    tally = Tally()
    for name, body in (("moov-0001", b"large body"), ("moov-0002", b"small"), ("moov-0003", b"medium")):
        tally.add(exchange(ANSWER, name=name, sent=request(body)), broken("201", f"500 to {name}"))

    message = broken_message(contract, clause("status"), tally)

    assert "in 3 of 3 answers; the smallest request is moov-0002" in message
    assert "500 to moov-0002" in message


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level.MUST, "must: the document states it"),
        (Level.SHOULD, "should: the document's examples show it"),
    ],
)
def test_the_level_is_told_in_plain_words(contract: Contract, level: Level, words: str) -> None:
    assert words in broken_message(contract, clause("status", level=level), broken_tally()).splitlines()[0]


def test_an_answer_without_an_id_says_so(contract: Contract) -> None:
    assert "x-request-id:  none came" in broken_message(contract, clause("status"), broken_tally(traced=False))


def test_all_lines_of_the_source_are_named(contract: Contract) -> None:
    cited = replace(clause("status"), sources=(Source(166, 166, ()), Source(271, 273, ())))

    assert source(contract, cited) == "Share account connection, The responses, lines 166, 271-273"


def test_what_a_server_sends_cannot_forge_a_line(contract: Contract) -> None:
    hostile = "500\n  x-request-id:  forged\x1b[31m\u2028"
    tally = Tally()
    tally.add(exchange(response(500, b"", ("X-Request-Id", hostile))), broken("201", hostile))

    message = broken_message(contract, clause("status"), tally)

    assert len(message.splitlines()) == 8
    assert all(character.isprintable() for line in message.split("\n") for character in line)


def test_other_material_than_the_document_is_called_so(contract: Contract) -> None:
    told = source(contract, replace(clause("status"), supplementary=True))

    assert told.startswith("other material than the document")


@pytest.mark.parametrize("name", ["X-Request-Id", "x-request-id", "Request-Id", "Vendor-Request-ID"])
def test_the_id_for_the_vendors_support_is_found_under_any_such_name(name: str) -> None:
    answer = response(500, b"", ("Date", "today"), (name, "abc"))

    assert exchange(answer).request_id == "abc"
    assert exchange(response(500)).request_id is None
    assert exchange(None).request_id is None
