"""Writes badge.json: what shields.io needs to draw a badge (its "endpoint" schema)."""

import json

from clausewise.report.headline import Headline, State, headline
from clausewise.report.view import RunView


def endpoint(run: RunView) -> bytes:
    """The badge of the run."""
    shown = headline(run)
    badge = {"schemaVersion": 1, "label": "conformance", "message": shown.text, "color": _colour(shown, run)}
    return json.dumps(badge).encode()


def _colour(shown: Headline, run: RunView) -> str:
    match shown.state:
        case State.FAILED:
            return "red" if shown.is_severe else "orange"
        case State.UNDECIDED:
            return "orange" if any(api.tested for api in run.apis) else "lightgrey"
        case State.PARTIAL:
            return "yellow"
        case _:
            return "brightgreen"
