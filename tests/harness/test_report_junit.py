"""junit.xml, read back by another parser and held against the schema that its consumers share."""

from functools import cache
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from xmlschema import XMLSchema

from clausewise.record import merge, read
from clausewise.report.junit import document
from clausewise.report.view import view
from tests.harness import records
from tests.harness.records import Line

RECORDS = {"example": records.example(), "hostile": records.hostile(), "large": records.large()}


def written(tmp_path: Path, lines: list[Line]) -> bytes:
    return document(view(records.loaded(tmp_path, lines)))


def read_back(tmp_path: Path, lines: list[Line]) -> Element:
    return ElementTree.fromstring(written(tmp_path, lines))  # noqa: S314  # our own document


@cache
def schema() -> XMLSchema:
    """What Jenkins' xUnit plugin takes."""
    return XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")


def without_properties_of_cases(root: Element) -> Element:
    """The schema has properties of suites alone; pytest writes those of cases too, and consumers read them."""
    for case in root.iter("testcase"):
        for properties in case.findall("properties"):
            case.remove(properties)
    return root


def cases(root: Element) -> dict[str, Element]:
    return {case.attrib["name"]: case for case in root.iter("testcase")}


def properties(case: Element) -> dict[str, str]:
    return {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")}


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_common_schema_is_met(tmp_path: Path, lines: list[Line]) -> None:
    root = without_properties_of_cases(read_back(tmp_path, lines))

    assert [f"{error.path}: {error.reason}" for error in schema().iter_errors(root)] == []


def test_the_common_schema_refuses_what_is_wrong(tmp_path: Path) -> None:
    """Else the test above would show nothing."""
    root = without_properties_of_cases(read_back(tmp_path, records.example()))
    del root[0].attrib["tests"]

    assert not schema().is_valid(root)


@pytest.mark.parametrize("lines", RECORDS.values(), ids=RECORDS)
def test_the_counts_are_those_of_the_cases(tmp_path: Path, lines: list[Line]) -> None:
    root = read_back(tmp_path, lines)

    for suite in root.iter("testsuite"):
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    assert int(root.attrib["tests"]) == len(list(root.iter("testcase")))


def test_each_api_is_a_suite_and_each_verdict_a_case(tmp_path: Path) -> None:
    root = read_back(tmp_path, records.example())

    assert [suite.attrib["name"] for suite in root] == ["moov", "persona"]
    assert [
        (case.attrib["classname"], case.attrib["name"], [child.tag for child in case][1:])
        for case in root.iter("testcase")
    ] == [
        ("moov.responses", "moov.201.status[moov.201.status-a]", ["flakyFailure"]),
        ("moov.responses", "moov.422.missing[moov.422.missing-a]", ["failure"]),
        ("moov.responses", "moov.sample.scope[moov.sample.scope-a]", ["failure"]),
        ("moov.responses", "moov.401.expired", ["skipped"]),
        ("moov.responses", "moov.403.status[moov.403.status-a]", ["skipped"]),
        ("moov.responses", "moov.404.status[moov.404.status-a]", ["skipped"]),
        ("moov.responses", "moov.silent.casing[moov.silent.casing-a]", []),
        ("moov.responses", "moov.500.trace[moov.500.trace-a]", ["error"]),
        ("persona.responses", "persona.201.body", ["skipped"]),
    ]


def test_a_failure_has_the_whole_message(tmp_path: Path) -> None:
    case = cases(read_back(tmp_path, records.example()))["moov.422.missing[moov.422.missing-a]"]
    failure = case.find("failure")

    assert failure is not None
    assert failure.attrib == {"message": "expected 422, received 201, with an empty body", "type": "must"}
    assert failure.text == (
        "moov.422.missing: stated by the document\nexpected: 422\nreceived: 201, with an empty body"
    )


def test_a_failure_without_particulars_says_what_was_promised(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.a", says="It is so.")])),
        records.verdict("moov.a", "broken"),
    ]

    failure = read_back(tmp_path, lines).find(".//failure")

    assert failure is not None
    assert failure.attrib["message"] == "It is so."


def test_a_case_names_its_clause(tmp_path: Path) -> None:
    found = cases(read_back(tmp_path, records.example()))

    assert properties(found["moov.silent.casing[moov.silent.casing-a]"]) == {
        "clause": "moov.silent.casing",
        "level": "silent",
        "lines": "211, 271-273",
        "observed": "400 (5 times), 201 (once)",
    }


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("moov.401.expired", "untested", "MOOV_EXPIRED_TOKEN is not set"),
        ("moov.404.status[moov.404.status-a]", "known", "the vendor mends it"),
        ("persona.201.body", "untested", "no test of this run was about it"),
    ],
)
def test_what_was_skipped_says_why(tmp_path: Path, name: str, kind: str, message: str) -> None:
    skipped = cases(read_back(tmp_path, records.example()))[name].find("skipped")

    assert skipped is not None
    assert skipped.attrib == {"message": message, "type": kind}


def test_what_is_excluded_is_no_result(tmp_path: Path) -> None:
    clauses = [records.clause("moov.a", excluded="why not"), records.clause("moov.b")]
    lines = [
        records.header(records.api("moov", clauses)),
        records.verdict("moov.b", "excluded", reason="why not"),
    ]

    assert cases(read_back(tmp_path, lines)) == {}


def test_two_tests_with_the_same_parameters_get_names_of_their_own(tmp_path: Path) -> None:
    lines = [
        records.header(records.api("moov", [records.clause("moov.422")])),
        records.verdict("moov.422", test="tests/a.py::test_one[x]"),
        records.verdict("moov.422", test="tests/a.py::test_two[x]"),
        records.verdict("moov.422", test="tests/a.py::test_two[y]"),
    ]

    assert list(cases(read_back(tmp_path, lines))) == [
        "moov.422 tests/a.py::test_one[x]",
        "moov.422 tests/a.py::test_two[x]",
        "moov.422[y]",
    ]


def test_the_same_test_in_two_records_gets_two_names(tmp_path: Path) -> None:
    path = records.write(tmp_path / "run.jsonl", records.example())
    other = records.write(tmp_path / "other.jsonl", [records.example()[0] | {"seed": 2}, *records.example()[1:]])
    root = ElementTree.fromstring(document(view(merge({"a": read(path), "b": read(other)}))))  # noqa: S314  our own

    names = [case.attrib["name"] for case in root.iter("testcase")]
    assert len(set(names)) == len(names) == 2 * 8 + 1
    assert "moov.401.expired (2)" in names


def test_what_a_reader_must_know_is_a_property_of_each_suite(tmp_path: Path) -> None:
    root = read_back(tmp_path, records.example()[:-1])

    for suite in root:
        [notice] = [one.attrib["value"] for one in suite.findall("properties/property[@name='notice']")]
        assert notice.startswith("This record has no end")


def test_names_hold_nothing_that_changes_from_run_to_run(tmp_path: Path) -> None:
    """Neither the exchanges nor the times nor what was found: systems follow a case from run to run by its name."""
    again = [
        line | ({"outcome": "kept", "exchanges": [], "message": None} if line["kind"] == "verdict" else {})
        for line in records.example()
        if line["kind"] != "exchange"
    ]

    assert list(cases(read_back(tmp_path, again))) == list(cases(read_back(tmp_path, records.example())))


def test_times_are_those_of_the_record(tmp_path: Path) -> None:
    root = read_back(tmp_path, records.example())

    assert root.attrib["time"] == "4.2"
    assert [suite.attrib["time"] for suite in root] == ["0.018", "0.0"]
    assert {suite.attrib["timestamp"] for suite in root} == {records.STARTED}


def test_what_a_hostile_server_sends_stays_text(tmp_path: Path) -> None:
    root = read_back(tmp_path, records.hostile())
    shown = "".join(root.itertext()) + "".join(value for one in root.iter() for value in one.attrib.values())

    assert "<script>alert(1)</script>" in shown
    assert "]]> &lt;" in shown
    assert "\\u001b[31mred" in shown
    assert "\\u0000" in shown
