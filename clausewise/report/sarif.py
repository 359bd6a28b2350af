"""Writes sarif.json: broken clauses as findings of SARIF 2.1.0, for the systems that show those beside the code.

What is shown is an entry of `clauses.yaml`: the promise that was broken, not the code of the server, which nobody here
has seen.
"""

import json
from collections.abc import Mapping
from typing import Any

from clausewise.record import Level
from clausewise.report.text import cut
from clausewise.report.view import ClauseView, RunView
from clausewise.report.words import NO_REASON

Part = dict[str, Any]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Mapping[Level, str] = {"must": "error", "should": "warning", "may": "note", "silent": "note"}
_LONGEST_SUMMARY = 1_000


def log(run: RunView) -> bytes:
    """The log: one rule a clause, and one result for each that is broken or could not be judged."""
    rules = {clause.id: at for at, clause in enumerate(run.clauses)}
    results = [_result(clause, rules[clause.id]) for clause in (*run.broken, *run.having("error"))]
    driver = {
        "name": "clausewise",
        "version": run.header.clausewise,
        "rules": [_rule(clause) for clause in run.clauses],
    }
    content = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "invocations": [_invocation(run)], "results": results}],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def message(text: str) -> Part:
    """A message in which nothing is a placeholder or a link."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _rule(clause: ClauseView) -> Part:
    whole = f"{clause.clause.says} ({clause.source}: {clause.level}.)"
    return {
        "id": clause.id,
        "shortDescription": message(clause.clause.says),
        "fullDescription": message(whole),
        "help": message(f"{whole}\n\n{clause.clause.note}" if clause.clause.note else whole),
        "defaultConfiguration": {"level": _LEVELS[clause.clause.level]},
        "properties": {"level": clause.clause.level, "tags": [clause.api.api, clause.section.id]},
    }


def _result(clause: ClauseView, rule: int) -> Part:
    verdict = clause.deciding[0]
    if clause.outcome == "broken":
        said = clause.difference(verdict)
    else:
        said = f"could not be judged: {verdict.reason or NO_REASON}"
    return {
        "ruleId": clause.id,
        "ruleIndex": rule,
        "level": _LEVELS[clause.clause.level],
        "message": message(f"{clause.id}: {cut(said, _LONGEST_SUMMARY)}"),
        "locations": [{"physicalLocation": _entry(clause)}],
        "partialFingerprints": {"clause/v1": clause.id},
        "properties": {
            "outcome": clause.outcome,
            "judged": clause.judged,
            "broken": clause.broken,
            "exchanges": [exchange.id for exchange in clause.evidence],
            "message": clause.message(verdict),
        },
    }


def _entry(clause: ClauseView) -> Part:
    """The place of the clause in its contract, as it lies in a checkout."""
    place: Part = {"artifactLocation": {"uri": f"contracts/{clause.api.api}/clauses.yaml", "uriBaseId": "%SRCROOT%"}}
    if clause.clause.entry_line is not None:
        place["region"] = {"startLine": clause.clause.entry_line}
    return place


def _invocation(run: RunView) -> Part:
    """How the run went; it was successful if it came to its end, whatever it found."""
    invocation: Part = {
        "startTimeUtc": _utc(run.header.started),
        "executionSuccessful": run.footer is not None and not run.footer.interrupted,
        "toolExecutionNotifications": [{"level": "warning", "message": message(notice)} for notice in run.notices],
    }
    if run.footer is not None:
        invocation |= {"endTimeUtc": _utc(run.footer.finished), "exitCode": run.footer.exit}
    return invocation


def _utc(time: str) -> str:
    return time.replace("+00:00", "Z")
