"""What a reader can do: run a test again, get a clause tested, and mend a run that failed without a broken clause."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from clausewise.cause import Code
from clausewise.record import Header
from clausewise.report.view import ClauseView, ReasonView, RunView
from clausewise.report.words import counted

_BY_CODE: Mapping[str | None, str] = {
    Code.NO_TEST: "Run the whole suite of this API: a run of some tests alone leaves out the others.",
    Code.NEVER_SEEN: "Requests of this run asked for such an answer, and the target gave another one.",
    Code.UNREACHABLE: "Only the target can bring such an answer about.",
    Code.UNSTABLE: "Run again: what broke once did not break when it was sent again.",
    Code.BUDGET: "Allow more requests by --budget, or run --profile full.",
}
"""How to get a clause tested, by the kind of reason."""


def command(header: Header, clause: ClauseView) -> str | None:
    """The line that shows the break again on the same target: the test that found it, or the clause with its evidence.

    A test that looks back at the answers of a run sends nothing itself, so that it needs those that do.
    """
    first = clause.deciding[0] if clause.deciding else None
    if first is None or first.test is None:
        return None
    sent = {exchange.test for exchange in (*clause.evidence[:1], clause.compared) if exchange}
    suite = str(PurePosixPath(first.test.partition("::")[0]).parent)
    parts = ["pytest", first.test] if sent <= {first.test} else ["pytest", suite, "--clause", clause.id]
    parts += ["--api", clause.api.api, "--hypothesis-seed", str(header.seed), "--profile", header.profile]
    if clause.api.embedded:
        parts.append("--mock")
    elif ", " not in clause.api.base_url:  # several targets, put together
        parts += ["--base-url", clause.api.base_url]
    return shlex.join(parts)


def remedy(group: ReasonView) -> str | None:
    """How to get the clauses tested that have this reason; nothing where the reason says it itself."""
    missing = [name for name in group.reason.variables if _is_unset(group, name)]
    if missing:
        return f"Set {' and '.join(missing)} in the environment or in a .env file, and run again."
    if group.reason.code == Code.SPENT:
        return f"Configure more values in {' and '.join(group.reason.variables)}, and run again."
    return _BY_CODE.get(group.reason.code)


def why_failed(run: RunView) -> Iterator[str]:
    """What its exit code says beyond its broken clauses, one sentence or two each."""
    if run.footer is None or run.footer.interrupted:
        return
    code = run.footer.exit
    if code == 0:
        if run.broken:
            yield f"The run passed all the same: it was to fail on broken {run.header.fail_on} clauses alone."
        return
    if code != 1:
        yield f"The run ended with exit code {code}, so what is shown may not be all."
    elif not any(api.tested for api in run.apis) and not run.footer.complaints:
        yield "Nothing was really tested, so the run failed. See why under Not tested."
    elif not run.failing and not run.footer.complaints:
        errors = len(run.having("error"))
        why = (
            f"{counted(errors, 'clause')} could not be judged"
            if errors
            else "a test failed for another reason, which the output of pytest tells"
        )
        yield f"The run failed (exit code 1) although no clause is broken that it was to fail on: {why}."


def _is_unset(group: ReasonView, name: str) -> bool:
    return any(clause.api.variables.get(name) == "not set" for clause in group.clauses)
