"""Where things are."""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SUITE = PROJECT / "tests" / "conformance"
CONTRACTS = PROJECT / "contracts"
APIS = ("moov", "mx", "persona")


def script(name: str) -> str:
    """The command of that name, of the environment that this Python belongs to."""
    return str(Path(sys.executable).with_name(name))
