"""What a person reads when a clause is broken, in the order of what they need first."""

from __future__ import annotations

from clausewise.cases.expectation import expectation
from clausewise.cause import Cause
from clausewise.checks.finding import Finding
from clausewise.checks.requests import excused
from clausewise.contract import Clause, Contract, Level, listed, statuses
from clausewise.exchange import Exchange
from clausewise.record import Unstable
from clausewise.run.tally import Tally
from clausewise.text import one_line
from clausewise.wording import phrase

_LEVELS = {
    Level.MUST: "the document states it",
    Level.SHOULD: "the document's examples show it",
    Level.MAY: "the document permits it",
    Level.SILENT: "the document does not speak of it",
}


def level(clause: Clause) -> str:
    """The level of a clause, and what it rests on."""
    if clause.rests_on:
        return f"{clause.level.value}: it rests on {clause.rests_on}"
    if clause.supplementary:
        return f"{clause.level.value}: other material of the vendor shows it"
    return f"{clause.level.value}: {_LEVELS[clause.level]}"


def source(contract: Contract, clause: Clause) -> str:
    """Where the clause comes from: document, section, lines."""
    section = next(section.title for section in contract.sections if section.id == clause.section)
    lines = ", ".join(source.lines for source in clause.sources)
    origin = "other material than the document; see also " if clause.supplementary else ""
    return f"{origin}{contract.document.title}, {section}, lines {lines}"


def broken_message(contract: Contract, clause: Clause, tally: Tally) -> str:
    """The clause and its level, its source, what was expected, what came, the request's id, and one curl line."""
    exchange, finding = tally.evidence[0]
    expected, received = one_line(finding.expected), one_line(finding.received)
    return "\n".join(
        [
            f"{clause.id} is broken ({level(clause)})",
            f"  {clause.says}",
            f"  source:        {source(contract, clause)}",
            f"  expected:      {expected}",
            f"  received:      {received}",
            f"  x-request-id:  {one_line(exchange.request_id or 'none came')}",
            f"  seen:          in {tally.broken} of {tally.judged} answers; the smallest request is {exchange.id}, "
            f"case {exchange.case}",
            f"  again:         {one_line(exchange.curl)}",
        ]
    )


def never_seen(clause: Clause) -> str:
    """Why a clause about answers stayed untested: none was of the kind that it is about."""
    if "status" not in clause.arguments:
        return phrase("no-answer-judged")
    status = listed(statuses(clause.arguments["status"]))
    place = phrase("and-place", pointer=" or ".join(clause.places)) if any(clause.places) else ""
    return phrase("never-seen-when" if clause.when else "never-seen", status=status, place=place)


def undecided(contract: Contract, exchange: Exchange) -> Cause | None:
    """Why an answer decides nothing: it may rightly have this status for a reason of its own."""
    expected = expectation(contract, exchange.operation, exchange.tags)
    status = exchange.response.status if exchange.response else 0
    if status in expected.inconclusive:
        return excused(status, expected.inconclusive[status])
    return None


def unstable(exchange: Exchange, finding: Finding) -> Unstable:
    """What was broken once, and kept when the request was sent again."""
    facts = {
        "exchange": exchange.id,
        "case": exchange.case,
        "expected": finding.expected,
        "received": one_line(finding.received),
    }
    return Unstable(text=phrase("unstable-entry", **facts), **facts)
