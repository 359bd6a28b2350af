"""Writes junit.xml: the verdicts as test results, for the systems that show such results."""

# mypy: allow-untyped-calls
# Half of junitparser's methods have no annotations.

import io
from collections import Counter, defaultdict
from collections.abc import Iterator

from junitparser import Error, Failure, Skipped
from junitparser.junitparser import FinalResult
from junitparser.xunit2 import FlakyFailure, JUnitXml, TestCase, TestSuite

from clausewise.record import Verdict
from clausewise.report.view import ApiView, ClauseView, RunView
from clausewise.report.words import NO_REASON, observed_in_words

Result = tuple[ClauseView, Verdict | None]


def document(run: RunView) -> bytes:
    """The results as XML: one suite an API, one case a verdict.

    A clause on which there is no verdict has a case too, skipped, unless it is excluded. `known` is skipped:
    it failed, and was expected to. What was unstable is a flaky failure of a case with its own result.
    """
    xml = JUnitXml("clausewise")
    for api in run.apis:
        xml.append(_suite(run, api))
    xml.update_statistics()
    for suite, api in zip(xml, run.apis, strict=True):
        suite.time = round(api.seconds, 3)
    if run.footer is not None:
        xml.time = round(run.footer.seconds, 3)
    written = io.BytesIO()
    xml.write(written, pretty=True)
    return written.getvalue()


def _suite(run: RunView, api: ApiView) -> TestSuite:
    suite = TestSuite(api.api.api)
    suite.timestamp = run.header.started
    suite.add_property("title", api.api.title)
    suite.add_property("target", api.api.base_url)
    suite.add_property("document", api.api.document.sha256)
    suite.add_property("contract", api.api.contract)
    suite.add_property("verdict", api.verdict)
    for notice in run.notices:
        suite.add_property("notice", notice)
    times_used: Counter[str] = Counter()
    for name, clause, verdict in _named(list(_results(api))):
        times_used[name] += 1
        # The same test may stand in several records that were put together.
        suite.append(_case(f"{name} ({times_used[name]})" if times_used[name] > 1 else name, clause, verdict))
    return suite


def _named(results: list[Result]) -> Iterator[tuple[str, ClauseView, Verdict | None]]:
    """The results with their names, by which systems know them again: the test is named where others are like it."""
    tests: defaultdict[str, set[str | None]] = defaultdict(set)
    for clause, verdict in results:
        tests[_name(clause, verdict)].add(verdict.test if verdict else None)
    for clause, verdict in results:
        name = _name(clause, verdict)
        if len(tests[name]) > 1 and verdict is not None and verdict.test:
            name = f"{clause.id} {verdict.test}"
        yield name, clause, verdict


def _results(api: ApiView) -> Iterator[Result]:
    for clause in api.clauses:
        if not clause.verdicts and clause.outcome == "untested":
            yield clause, None
        for verdict in clause.verdicts:
            if verdict.outcome != "excluded":
                yield clause, verdict


def _name(clause: ClauseView, verdict: Verdict | None) -> str:
    """The clause and the parameters of the test, which never hold anything random."""
    test = "" if verdict is None else verdict.test or ""
    _, bracket, parameters = test.partition("[")
    return f"{clause.id}{bracket}{parameters}"


def _case(name: str, clause: ClauseView, verdict: Verdict | None) -> TestCase:
    case = TestCase(name, f"{clause.api.api}.{clause.section.id}")
    case.add_property("clause", clause.id)
    case.add_property("level", clause.clause.level)
    case.add_property("lines", ", ".join(clause.clause.lines))
    if verdict is None:
        case.append(Skipped("; ".join(reason.text for reason in clause.reasons), "untested"))
        return case
    if verdict.observed:
        case.add_property("observed", observed_in_words(verdict.observed))
    for entry in verdict.unstable:
        case.append(FlakyFailure(entry.text, "unstable"))
    result = _result(clause, verdict)
    if result is not None:
        case.append(result)
    return case


def _result(clause: ClauseView, verdict: Verdict) -> FinalResult | None:
    if verdict.outcome in ("kept", "observed"):
        return None
    reason = verdict.reason or NO_REASON
    if verdict.outcome in ("untested", "known"):
        return Skipped(reason, verdict.outcome)
    if verdict.outcome == "error":
        result: FinalResult = Error(reason, "error")
    else:
        result = Failure(clause.difference(verdict), clause.clause.level)
    result.text = clause.message(verdict)
    return result
