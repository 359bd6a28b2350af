"""Writes badge.json: what shields.io needs to draw a badge (its "endpoint" schema)."""

import json

from clausewise.report.view import RunView
from clausewise.report.words import counted


def endpoint(run: RunView) -> bytes:
    """The badge of the run."""
    message, colour = _shown(run)
    badge = {"schemaVersion": 1, "label": "conformance", "message": message, "color": colour}
    return json.dumps(badge).encode()


def _shown(run: RunView) -> tuple[str, str]:
    """The message and its colour. What is worst is said, and nothing of which there is more to know is green."""
    if run.broken:
        stated = any(clause.clause.level == "must" for clause in run.broken)
        return f"{counted(len(run.broken), 'clause')} broken", "red" if stated else "orange"
    if errors := run.having("error"):
        return f"{counted(len(errors), 'clause')} could not be judged", "orange"
    if not any(api.tested for api in run.apis):
        return "nothing tested", "lightgrey"
    kept = f"{counted(len(run.having('kept')), 'clause')} kept"
    if missing := _missing(run):
        return f"{kept}, {missing}", "yellow"
    return kept, "brightgreen"


def _missing(run: RunView) -> str:
    """What keeps a run without breaks from being all that it could be; empty if nothing does."""
    parts = [f"{api.api.api} not tested" for api in run.apis if not api.tested]
    if known := run.having("known"):
        parts.append(f"{len(known):,} accepted as broken")
    if run.footer is None or run.footer.interrupted:
        parts.append("not finished")
    return ", ".join(parts)
