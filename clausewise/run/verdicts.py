"""The verdicts that go into the run record: on a clause by a test, or because no test was about it."""

from __future__ import annotations

from dataclasses import replace

from clausewise.cause import Cause, Code
from clausewise.checks.finding import Finding, Outcome
from clausewise.contract import Clause, Contract
from clausewise.known import KnownFailure
from clausewise.record import Verdict
from clausewise.run.messages import broken_message
from clausewise.run.tally import Tally
from clausewise.wording import phrase


def verdict_of_test(
    contract: Contract, clause: Clause, tally: Tally, test: str | None, cause: Cause | None, *, error: bool
) -> Verdict:
    """The verdict of a test on a clause.

    ``cause`` says why the test did not get to its end, if so; ``error`` that this was a failure and no choice.
    """
    outcome = Outcome.ERROR if error and not tally.broken else tally.outcome
    why = None
    if outcome in (Outcome.ERROR, Outcome.UNTESTED):
        why = cause or tally.cause or Cause(Code.NOT_EXERCISED, phrase("nothing-sent"))
    shown, finding = tally.evidence[0] if tally.evidence else (tally.sample, Finding(outcome))
    return Verdict(
        api=contract.api,
        clause=clause.id,
        level=clause.level.value,
        outcome=outcome.value,
        test=test,
        reason=why.text if why else None,
        code=why.code.value if why else None,
        depends_on=why.depends_on if why else None,
        variables=why.variables if why else (),
        judged=tally.judged,
        broken=tally.broken,
        expected=finding.expected or None,
        received=finding.received or None,
        exchanges=tuple(exchange.id for exchange, _ in tally.evidence) or ((shown.id,) if shown else ()),
        unstable=tuple(tally.unstable),
        observed=dict(tally.observed) or None,
        values=dict(tally.values) or None,
        message=broken_message(contract, clause, tally) if tally.broken else None,
        pointer=finding.pointer,
        compared_with=finding.compared_with,
        symptoms=tuple(sorted(tally.symptoms)),
        first=tally.first,
        last=tally.last,
    )


def accepted(verdict: Verdict, entry: KnownFailure) -> Verdict:
    """The verdict on a broken clause whose breaks are a known failure."""
    return replace(verdict, outcome=Outcome.KNOWN.value, reason=entry.says)


def verdict_without_test(contract: Contract, clause: Clause, cause: Cause | None) -> Verdict:
    """The verdict on a clause that no test was about: excluded, or untested for that cause, if there is any."""
    if clause.excluded:
        return Verdict(contract.api, clause.id, clause.level.value, Outcome.EXCLUDED.value, None, clause.excluded)
    why = cause or Cause(Code.NO_TEST, phrase("no-test"))
    return Verdict(
        contract.api, clause.id, clause.level.value, Outcome.UNTESTED.value, None, why.text, code=why.code.value
    )
