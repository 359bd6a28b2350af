"""Which defects are found, with how many requests and in how much time: this suite and Schemathesis side by side.

For each defect of the sample all tools run one after the other, each as a process against a fresh mock with that
defect; requests are counted where they arrive. A tool has found a defect if it complains of it in a way in which it
does not complain of the mock as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from typing import Any

from benchmarks import schemathesis_cli, suite_cli
from benchmarks.figures import found_after, ratios, sample
from benchmarks.hunt import Hunt
from benchmarks.places import APIS
from clausewise.variants import DERIVED, WRITTEN
from clausewise.variants.catalogue import variants

STEP = 10
"""Of all defects of an API, by name, each so-manieth is tried."""
JOBS = 2
MARKS = (1, 5, 10, 20, 30, 40, 60, 80, 100, 150, 200, 250, 300)
_TOOLS = (suite_cli.full, schemathesis_cli.hunt, suite_cli.quick)


@dataclass(frozen=True)
class _Trial:
    """One defect, on which each tool is tried."""

    api: str
    defect: str

    def tried(self) -> list[Hunt]:
        return [tool(self.api, self.defect) for tool in _TOOLS]


def measure(tell: Callable[[str], object], *, step: int = STEP) -> dict[str, Any]:
    """Each tool against each defect of the sample."""
    honest = [hunt for api in APIS for hunt in _Trial(api, "unchanged").tried()]
    tell(f"the mocks as they are: {_told(honest)}")
    chosen = [_Trial(api, defect) for api in APIS for defect in sample(_defects(api), step)]
    hunts: list[Hunt] = []
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
        for number, done in enumerate(pool.map(_Trial.tried, chosen), start=1):
            hunts += [judged(hunt, honest) for hunt in done]
            tell(f"defect {number} of {len(chosen)}: {_told(done)}")
    return {
        "step": step,
        "defects": {api: len(_defects(api)) for api in APIS},
        "honest": [asdict(hunt) for hunt in honest],
        "hunts": [asdict(hunt) for hunt in hunts],
        "marks": MARKS,
        "tools": {tool: _summary(hunts, tool) for tool in dict.fromkeys(hunt.tool for hunt in hunts)},
    }


def judged(hunt: Hunt, honest: list[Hunt]) -> Hunt:
    """The same, but that nothing is found where the tool complains in the same ways of the mock as it is."""
    known = {
        complaint
        for other in honest
        if (other.tool, other.api) == (hunt.tool, hunt.api)
        for complaint in other.complaints
    }
    is_new = not known or bool(set(hunt.complaints) - known)
    return hunt if is_new else replace(hunt, found=False, first=None)


def _defects(api: str) -> list[str]:
    return [one.name for one in variants(api) if one.kind in (WRITTEN, DERIVED)]


def _summary(hunts: list[Hunt], tool: str) -> dict[str, Any]:
    own = [hunt for hunt in hunts if hunt.tool == tool]
    others = [hunt for hunt in hunts if hunt.tool == schemathesis_cli.TOOL]
    found = sum(hunt.found for hunt in own)
    requests, seconds = sum(hunt.requests for hunt in own), sum(hunt.seconds for hunt in own)
    cpu_seconds = sum(hunt.cpu_seconds for hunt in own)
    return {
        "tried": len(own),
        "found": found,
        "requests": requests,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "found_per_1000_requests": 1000 * found / requests,
        "found_per_minute": 60 * found / seconds,
        "requests_ratio": asdict(ratios([hunt.requests for hunt in own], [hunt.requests for hunt in others])),
        "seconds_ratio": asdict(ratios([hunt.seconds for hunt in own], [hunt.seconds for hunt in others])),
        "cpu_ratio": asdict(ratios([hunt.cpu_seconds for hunt in own], [hunt.cpu_seconds for hunt in others])),
        "found_after": found_after((hunt.first for hunt in own), MARKS),
        "missed": [f"{hunt.api} {hunt.defect}" for hunt in own if not hunt.found],
        "by_api": {api: _by_api(own, api) for api in APIS},
    }


def _by_api(own: list[Hunt], api: str) -> dict[str, int]:
    here = [hunt for hunt in own if hunt.api == api]
    return {"tried": len(here), "found": sum(hunt.found for hunt in here)}


def _told(hunts: list[Hunt]) -> str:
    return ", ".join(_words(hunts))


def _words(hunts: list[Hunt]) -> Iterator[str]:
    for hunt in hunts:
        yield f"{hunt.api} {hunt.defect} {hunt.tool} {'found' if hunt.found else 'nothing'} ({hunt.requests})"
