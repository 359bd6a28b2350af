"""What the page tells of a clause that broke: all that its vendor needs, and how to see it again."""

import shlex
from pathlib import Path

import pytest

from tests.harness import records
from tests.harness.pages import by_id, part, read_back, text
from tests.harness.records import Line


def test_a_broken_clause_opens_to_all_that_its_vendor_needs(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())
    broken = by_id(soup, "broken").select(".finding")
    shown = text(broken[0])

    assert [tag["id"] for tag in broken] == ["finding-moov.422.missing", "finding-moov.sample.scope"]
    for fact in (
        "A request that lacks a required field is answered 422.",
        "must: stated by the document",
        "Connections of moov, The responses, lines 211 and 271-273",
        "Expected 422 Received 201, with an empty body",
        "12 exchanges, 3 of them broke it; the smallest request that did is moov-2, of 138 characters",
        "tests/conformance/test_clauses.py::test_clause[moov.422.missing-a]",
        "Request id req-moov-2",
        f"POST {records.URL}",
        "Authorization: Bearer [MOOV_TOKEN]",
        "201 Created",
        'curl -X POST http://127.0.0.1:43121/accounts/1/connections -H "Authorization: Bearer $MOOV_TOKEN"',
    ):
        assert fact in shown


def test_a_broken_clause_shows_three_exchanges_at_most(tmp_path: Path) -> None:
    finding = by_id(read_back(tmp_path, records.example()), "finding-moov.422.missing")

    assert [tag["id"] for tag in finding.select(".exchange")] == [
        "exchange-moov-2",
        "exchange-moov-3",
        "exchange-moov-4",
    ]


def test_several_broken_tests_stand_in_a_table(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.422")])),
        records.verdict("moov.422", "broken", test="one", expected="422", received="201", judged=5, broken=2),
        records.verdict("moov.422", "broken", test="two", expected="400", received="500", judged=3, broken=3),
    ]

    finding = part(read_back(tmp_path, lines), ".finding")

    assert text(part(finding, "summary .versus")) == "Expected 422 Received 201"
    assert text(part(finding, ".more summary")) == "All 2 tests that found this"
    assert [text(row) for row in finding.select("tr")] == [
        "Test Expected Received Broken",
        "one 422 201 2 of 5",
        "two 400 500 3 of 3",
    ]


def test_json_bodies_are_shown_as_they_came_on_indented_lines(tmp_path: Path) -> None:
    first = by_id(read_back(tmp_path, records.example()), "exchange-moov-2")

    assert first.select("pre")[3].get_text().splitlines() == [
        "{",
        '  "id": 1,',
        '  "id": 2,',
        '  "amount": 1.50,',
        '  "scopes": [',
        '    "accounts.read"',
        "  ],",
        '  "empty": {}',
        "}",
    ]


def test_an_exchange_under_two_clauses_is_shown_once_and_linked(tmp_path: Path) -> None:
    soup = read_back(tmp_path, records.example())

    assert len(soup.find_all(id="exchange-moov-2")) == 1
    assert "moov-2 , as shown under moov.422.missing" in text(by_id(soup, "finding-moov.404.status"))


def test_a_kept_clause_opens_to_one_exchange(tmp_path: Path) -> None:
    clause = by_id(read_back(tmp_path, records.example()), "moov.201.status")

    assert [tag["id"] for tag in clause.select("details.exchange")] == ["exchange-moov-1"]


def test_a_request_without_an_answer_says_why(tmp_path: Path) -> None:
    shown = text(by_id(read_back(tmp_path, records.example()), "exchange-moov-7"))

    assert "POST answered not at all" in shown
    assert "the connection was closed before an answer came" in shown


def test_long_bodies_are_folded_and_cut(tmp_path: Path) -> None:
    response = {"status": 200, "headers": [], "body": "x" * 30_000, "cut": True}
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.exchange("moov-1", response=response),
        records.verdict("moov.201", exchanges=["moov-1"]),
    ]

    exchange = by_id(read_back(tmp_path, lines), "exchange-moov-1")

    assert text(part(exchange, ".more summary")) == "Body, 30,000 characters"
    assert text(part(exchange, ".more pre")) == "x" * 2000 + "… (30,000 characters in all)"
    assert "Only the start of this body was recorded." in text(exchange)


OTHER = "tests/conformance/test_clauses.py::test_clause[moov-other]"
THIS = "tests/conformance/test_clauses.py::test_clause[moov-this]"
LOOK_BACK = "tests/conformance/test_answers.py::test_all_answers[moov.201]"


def answered(body: str, status: int = 201) -> Line:
    return {"status": status, "headers": [], "body": body, "cut": False}


def broken(expected: str | None = None, received: str | None = None, *exchanges: Line, **more: object) -> list[Line]:
    """A record of one broken clause, which shows the last of these exchanges first."""
    target = {"embedded": more.pop("embedded", True)}
    shown = [line["id"] for line in reversed(exchanges)]
    told: Line = {"expected": expected, "received": received, "exchanges": shown, **more}
    return [
        records.header(records.api("moov", [records.clause("moov.201")], **target), seed=7),
        *exchanges,
        records.verdict("moov.201", "broken", **told),
        records.footer(),
    ]


def difference(tmp_path: Path, lines: list[Line]) -> list[str]:
    return part(read_back(tmp_path, lines), ".difference").get_text().splitlines()


def test_an_answer_is_held_against_the_one_that_it_should_have_repeated(tmp_path: Path) -> None:
    lines = broken(
        "at /data/id the same as in moov-1: 1",
        "2",
        records.exchange("moov-1", response=answered('{"data":{"id":1,"kind":"x"},"meta":null}')),
        records.exchange("moov-2", response=answered('{"data":{"id":2,"kind":"x"},"meta":null}')),
        exchanges=["moov-2"],
        compared_with="moov-1",
    )
    soup = read_back(tmp_path, lines)

    assert (
        difference(tmp_path, lines)
        == [
            "…",
            "  {",
            '    "data": {',
            '-     "id": 1,',
            '+     "id": 2,',
            '      "kind": "x"',
            "    },",
            '    "meta": null',
            "…",
        ]
        or difference(tmp_path, lines)[0] == "  status 201"
    )
    assert [tag.name for tag in soup.select(".difference > *")] == ["del", "ins"]
    assert [tag["id"] for tag in soup.select(".exchange")] == ["exchange-moov-2", "exchange-moov-1"]


def test_another_status_is_a_difference(tmp_path: Path) -> None:
    lines = broken(
        "the same answer as moov-1: 201 with an empty body",
        "400 with an empty body",
        records.exchange("moov-1", response=answered("")),
        records.exchange("moov-2", response=answered("", 400)),
        exchanges=["moov-2"],
        compared_with="moov-1",
    )

    assert difference(tmp_path, lines) == ["- status 201", "+ status 400"]


@pytest.mark.parametrize(
    "pointer", ["/member/is_oauth", "/member/is-oauth", "/member/isOauth"], ids=["snake", "kebab", "camel"]
)
def test_the_place_that_is_wrong_is_marked_in_the_body(tmp_path: Path, pointer: str) -> None:
    """The answer may choose the casing of its keys."""
    body = '{"member":{"a":1,"b":2,"c":3,"d":4,"is_oauth":false,"e":5,"f":6,"g":7,"h":8}}'

    lines = broken("true", "false", records.exchange("moov-1", response=answered(body)), pointer=pointer)

    assert difference(tmp_path, lines) == [
        "…",
        '      "b": 2,',
        '      "c": 3,',
        '      "d": 4,',
        '>     "is_oauth": false,',
        '      "e": 5,',
        '      "f": 6,',
        '      "g": 7,',
        "…",
    ]


@pytest.mark.parametrize(
    ("facts", "body"),
    [
        ({}, '{"a":1}'),
        ({"pointer": "/a"}, ""),
        ({"pointer": "/elsewhere"}, '{"a":1}'),
        ({"compared_with": "moov-lost"}, '{"a":1}'),
        ({"compared_with": "moov-1"}, '{"a":1}'),
    ],
    ids=["no place", "no body", "a place that is not there", "no such exchange", "with itself"],
)
def test_where_there_is_nothing_to_compare_two_lines_tell_it(tmp_path: Path, facts: Line, body: str) -> None:
    expected, received = "the same answer as moov-1: 201", "1 is not 2 at /a"
    lines = broken(expected, received, records.exchange("moov-1", response=answered(body)), **facts)

    finding = part(read_back(tmp_path, lines), ".finding")

    assert finding.select(".difference") == []
    assert text(part(finding, ".versus")) == f"Expected {expected} Received {received}"


def test_in_records_put_together_only_exchanges_of_one_run_are_compared(tmp_path: Path) -> None:
    lines = broken(
        "at /a the same as in moov-1: 2",
        "3",
        records.exchange("moov-1", response=answered('{"a":1}')),
        records.exchange("moov-1/2", response=answered('{"a":2}')),
        records.exchange("moov-2/2", response=answered('{"a":3}')),
        exchanges=["moov-2/2"],
        compared_with="moov-1/2",
    )

    assert '-   "a": 2' in difference(tmp_path, lines)


def test_what_a_hostile_server_sends_stays_text_in_a_difference(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script></pre>\u202e"
    lines = broken(
        f"the same answer as moov-1: {hostile}",
        f"{hostile} at /a",
        records.exchange("moov-1", response=answered(f'{{"a":"{hostile}"}}')),
        records.exchange("moov-2", response=answered(f'{{"a":"{hostile}{hostile}"}}')),
        exchanges=["moov-2"],
        compared_with="moov-1",
    )

    shown = part(read_back(tmp_path, lines), ".difference")

    assert {tag.name for tag in shown.find_all(True)} == {"del", "ins"}
    assert "<script>alert(1)</script></pre>\\u202e" in shown.get_text()


def test_an_old_record_tells_in_words_what_it_has_no_fields_for(tmp_path: Path) -> None:
    expected, received = "at /data/id the same as in moov-1: 1", "2"
    bodies = {"moov-1": '{"data":{"id":1}}', "moov-2": '{"data":{"id":2}}'}
    exchanges = [records.exchange(name, response=answered(body)) for name, body in bodies.items()]
    lines = broken(expected, received, *exchanges, exchanges=["moov-2"], unstable=["moov-9: expected 201"])

    finding = part(read_back(tmp_path, lines), ".finding")

    assert finding.select(".difference") == []
    assert text(part(finding, ".versus")) == f"Expected {expected} Received {received}"
    assert [tag["id"] for tag in finding.select(".exchange")] == ["exchange-moov-2"]
    assert "moov-9: expected 201" in text(read_back(tmp_path, lines))


def command(tmp_path: Path, lines: list[Line]) -> str:
    return text(part(read_back(tmp_path, lines), ".command"))


def test_the_pytest_command_runs_just_this_test(tmp_path: Path) -> None:
    lines = broken("422", "201", records.exchange("moov-1", test=OTHER), test=OTHER)

    assert command(tmp_path, lines) == f"pytest '{OTHER}' --api moov --hypothesis-seed 7 --profile full --mock"


def test_a_look_back_at_all_answers_runs_with_every_request_of_its_clause(tmp_path: Path) -> None:
    lines = broken("422", "201", records.exchange("moov-1", test=OTHER), test=LOOK_BACK)

    assert command(tmp_path, lines).startswith("pytest tests/conformance --clause moov.201 --api moov")


def test_a_comparison_with_the_answer_to_another_test_runs_every_request_of_its_clause(tmp_path: Path) -> None:
    exchanges = (records.exchange("moov-1", test=OTHER), records.exchange("moov-2", test=THIS))
    alone = broken("1", "2", *exchanges, test=THIS, exchanges=["moov-2"])
    compared = broken("1", "2", *exchanges, test=THIS, exchanges=["moov-2"], compared_with="moov-1")

    assert command(tmp_path, alone).startswith(f"pytest '{THIS}' --api moov")
    assert command(tmp_path, compared).startswith("pytest tests/conformance --clause moov.201 --api moov")


def test_another_target_than_the_mock_is_named_in_the_command(tmp_path: Path) -> None:
    lines = broken("422", "201", embedded=False)

    assert command(tmp_path, lines).endswith(" --base-url http://127.0.0.1:43121")
    assert "--mock" not in command(tmp_path, lines)


def test_what_stands_in_the_command_cannot_leave_its_quotes(tmp_path: Path) -> None:
    lines = broken("422", "201", test="a.py::test[$(touch x); 'y' `z`]")

    assert shlex.split(command(tmp_path, lines))[1] == "a.py::test[$(touch x); 'y' `z`]"


def test_a_verdict_without_a_test_has_no_command(tmp_path: Path) -> None:
    assert read_back(tmp_path, broken("422", "201", test=None)).select(".command") == []


def test_the_smallest_request_that_broke_the_clause_comes_first(tmp_path: Path) -> None:
    request = records.exchange("moov-1")["request"]
    lines = [
        records.header(records.api("moov", [records.clause("moov.201")])),
        records.exchange("moov-1", request=request | {"body": "x" * 90}),
        records.exchange("moov-2", request=request | {"body": "x"}),
        records.verdict("moov.201", "broken", test="long", received="500", expected="201", exchanges=["moov-1"]),
        records.verdict("moov.201", "broken", test="short", received="400", expected="201", exchanges=["moov-2"]),
    ]

    finding = part(read_back(tmp_path, lines), ".finding")

    assert text(part(finding, ".versus")) == "Expected 201 Received 400"
    assert "2 exchanges, all of which broke it in 2 tests; the smallest request that did is moov-2" in text(finding)
    assert [tag["id"] for tag in finding.select(".exchange")] == ["exchange-moov-2", "exchange-moov-1"]


def test_one_broken_clause_is_open_and_of_several_none(tmp_path: Path) -> None:
    assert "open" in part(read_back(tmp_path, broken("422", "201")), ".finding").attrs
    assert read_back(tmp_path, records.example()).select(".finding[open]") == []


def test_a_curl_line_is_whole_or_not_there(tmp_path: Path) -> None:
    curl = "curl " + "x" * 30_000

    exchange = by_id(
        read_back(tmp_path, broken("422", "201", records.exchange("moov-1", curl=curl))), "exchange-moov-1"
    )

    assert "xxx" not in text(exchange)
    assert "The curl line has 30,005 characters: it stands in the run record" in text(exchange)
