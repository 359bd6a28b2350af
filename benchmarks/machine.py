"""On what and with what was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = (
    "clausewise",
    "schemathesis",
    "hypothesis",
    "httpx",
    "jsonschema",
    "pytest",
    "pytest-benchmark",
    "uvicorn",
)
_CPUS = Path("/proc/cpuinfo")


def machine() -> dict[str, str | int | float]:
    """The machine, and how much others ask of it at the moment."""
    return {
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
    }


def versions() -> dict[str, str]:
    """Python's version and those of the libraries that matter."""
    return {"Python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def _processor() -> str:
    if _CPUS.exists():
        for line in _CPUS.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
