"""What a reader can do: run a test again, get a clause tested, and mend a run that failed without a broken clause."""

import shlex
from collections.abc import Iterator, Mapping

from clausewise.cause import Code
from clausewise.record import Header, Level
from clausewise.report.view import ClauseView, ReasonView, RunView
from clausewise.report.words import counted

_FAILING: Mapping[str, tuple[Level, ...]] = {"must": ("must",), "should": ("must", "should")}
_BY_CODE: Mapping[str | None, str] = {
    Code.NO_TEST: "Run the whole suite of this API: a run of some tests alone leaves out the others.",
    Code.NEVER_SEEN: "Requests of this run asked for such an answer, and the target gave another one.",
    Code.UNREACHABLE: "Only the target can bring such an answer about.",
    Code.UNSTABLE: "Run again: what broke once did not break when it was sent again.",
    Code.BUDGET: "Allow more requests by --budget, or run --profile full.",
}
"""How to get a clause tested, by the kind of reason."""


def command(header: Header, clause: ClauseView) -> str | None:
    """The line that runs again what broke the clause: its test, and those that sent what the test looks back at."""
    first = clause.deciding[0] if clause.deciding else None
    if first is None or first.test is None:
        return None
    sent = (exchange.test for exchange in (*clause.evidence[:1], clause.compared) if exchange and exchange.test)
    tests = dict.fromkeys((*sent, first.test))
    parts = ["pytest", *tests, "--api", clause.api.api, "--hypothesis-seed", str(header.seed)]
    parts += ["--profile", header.profile]
    if not clause.api.embedded and ", " not in clause.api.base_url:  # several targets, put together
        parts += ["--base-url", clause.api.base_url]
    return shlex.join(parts)


def remedy(group: ReasonView) -> str | None:
    """How to get the clauses tested that have this reason; nothing where the reason says it itself."""
    missing = [name for name in group.reason.variables if _is_unset(group, name)]
    if missing:
        return f"Set {' and '.join(missing)} in the environment or in a .env file, and run again."
    return _BY_CODE.get(group.reason.code)


def why_failed(run: RunView) -> Iterator[str]:
    """What its exit code says beyond its broken clauses, one sentence or two each."""
    if run.footer is None or run.footer.interrupted:
        return
    code = run.footer.exit
    failing = [clause for clause in run.broken if clause.clause.level in _FAILING.get(run.header.fail_on, ())]
    if code == 0:
        if run.broken:
            yield f"The run passed all the same: it was to fail on broken {run.header.fail_on} clauses alone."
        return
    told = list(_untested(run))
    yield from told
    if code != 1:
        yield f"The run ended with exit code {code}, so what is shown may not be all."
    elif not failing and not told and not run.footer.complaints:
        errors = len(run.having("error"))
        why = (
            f"{counted(errors, 'clause')} could not be judged"
            if errors
            else "a test failed for another reason, which the output of pytest tells"
        )
        yield f"The run failed (exit code 1) although no clause is broken that it was to fail on: {why}."


def _untested(run: RunView) -> Iterator[str]:
    for api in run.apis:
        if not api.tested:
            yield f"Nothing of {api.api.title} was really tested, so the run failed. See why under Not tested."
        elif not api.succeeded and not api.counts["error"]:
            yield (
                f"No request to {api.api.title} succeeded, so good requests were not really tested, and the run "
                "failed. Give fresh fixtures."
            )


def _is_unset(group: ReasonView, name: str) -> bool:
    return any(clause.api.variables.get(name) == "not set" for clause in group.clauses)
