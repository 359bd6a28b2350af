"""The package of the benchmarks, which is a part of the checkout and not installed."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def _make_importable(name: str) -> None:
    """Makes one package of the checkout known, and nothing else that lies beside it."""
    spec = spec_from_file_location(name, PROJECT / name / "__init__.py")
    assert spec
    assert spec.loader
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


_make_importable("benchmarks")

from benchmarks import defects, document, figures, goals, places, schemathesis_cli, synthetic  # noqa: E402 importable only now
from benchmarks.__main__ import PARTS, main  # noqa: E402 importable only now
from benchmarks.hunt import Hunt  # noqa: E402 importable only now

__all__ = [
    "PARTS",
    "PROJECT",
    "Hunt",
    "defects",
    "document",
    "figures",
    "goals",
    "main",
    "places",
    "schemathesis_cli",
    "synthetic",
]
