"""What a person reads when a clause is broken, in the order of what they need first."""

from __future__ import annotations

from clausewise.contract import Clause, Contract, Level
from clausewise.run.tally import Tally

_LEVELS = {
    Level.MUST: "must: the document states it",
    Level.SHOULD: "should: the document's examples show it",
    Level.MAY: "may: the document permits it",
    Level.SILENT: "silent: the document does not speak of it",
}


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
            f"{clause.id} is broken ({_LEVELS[clause.level]})",
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


def one_line(text: str) -> str:
    """The text on one line, control characters escaped: what a server sends must not forge lines of a message."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
