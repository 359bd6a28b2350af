"""What became of clauses over the recent runs, as the reports show it: a strip for each, and a trend for each API."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from clausewise.record import Api, Outcome, RecordData, Settled, count, settle
from clausewise.report.text import harmless
from clausewise.report.words import counted, time_in_words

_FAILED: tuple[Outcome, ...] = ("broken", "known")
_PASSED: tuple[Outcome, ...] = ("kept", "observed")


@dataclass(frozen=True, slots=True)
class Cell:
    """A clause in one run."""

    started: str
    outcome: Outcome | None
    """None, if the clause was not in the contract, or the API not in the run."""
    elsewhere: bool
    """Whether the run was against another target than the one shown."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cells alike, one after the other."""

    at: int
    cells: tuple[Cell, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The outcome of all of them."""
        return self.cells[0].outcome

    @property
    def elsewhere(self) -> bool:
        """Whether they are of another target."""
        return self.cells[0].elsewhere

    @property
    def says(self) -> str:
        """The stretch in words: `kept 9 times`."""
        times = "once" if len(self.cells) == 1 else f"{len(self.cells)} times"
        return f"{self.outcome or 'absent'} {times}{' against another target' if self.elsewhere else ''}"

    @property
    def dates(self) -> str:
        """When it began and when it ended."""
        first, last = self.cells[0].started, self.cells[-1].started
        return time_in_words(first) if first == last else f"{time_in_words(first)} to {time_in_words(last)}"


@dataclass(frozen=True, slots=True)
class Strip:
    """A clause over the recent runs, the oldest first and the one shown last."""

    cells: tuple[Cell, ...]

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The cells, those together that are alike."""
        found: list[Stretch] = []
        at = 0
        for _, group in groupby(self.cells, key=lambda cell: (cell.outcome, cell.elsewhere)):
            found.append(Stretch(at, tuple(group)))
            at += len(found[-1].cells)
        return tuple(found)

    @property
    def says(self) -> str:
        """The strip in words: `kept 9 times, then broken 3 times`."""
        return ", then ".join(stretch.says for stretch in self.stretches)

    @property
    def since(self) -> str | None:
        """Since when the clause is broken, if it is; runs that did not judge it, or another target, say nothing."""
        if self.cells[-1].outcome not in _FAILED:
            return None
        judged = [cell for cell in self.cells if _was_judged(cell) and not cell.elsewhere]
        failed = list(takewhile(lambda cell: cell.outcome in _FAILED, reversed(judged)))
        first = "this run" if len(failed) == 1 else f"{time_in_words(failed[-1].started)}, {len(failed)} runs"
        if len(failed) == len(judged):
            return f"{first}; no earlier run on record judged it"
        return f"{first}; last kept {time_in_words(judged[-len(failed) - 1].started)}"


@dataclass(frozen=True, slots=True)
class Turn:
    """An API in one run."""

    started: str
    broken: int
    tested: bool
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """An API over the recent runs, the oldest first and the one shown last."""

    turns: tuple[Turn, ...]
    other_contracts: int

    @property
    def most(self) -> int:
        """The largest number of broken clauses."""
        return max(1, *(turn.broken for turn in self.turns))

    @property
    def says(self) -> str:
        """The trend in words: `0 (9 times), 1, 0, 2 (3 times)`."""
        said = (str(turn.broken) if turn.tested else "nothing tested" for turn in self.turns)
        alike = ((words, len(list(group))) for words, group in groupby(said))
        return ", ".join(words if times == 1 else f"{words} ({times} times)" for words, times in alike)

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of the runs are not like the one shown."""
        elsewhere = sum(turn.elsewhere for turn in self.turns)
        found = ((elsewhere, "against another target"), (self.other_contracts, "with another contract"))
        return tuple(f"{counted(number, 'run')} {what}" for number, what in found if number)


@dataclass(frozen=True, slots=True)
class ApiPast:
    """What the runs before one say of an API."""

    trend: Trend
    strips: dict[str, Strip]


def recent_runs(api: Api, record: RecordData, earlier: Sequence[RecordData]) -> ApiPast | None:
    """The API over the earlier runs and this one; nothing, if no earlier run was about it."""
    sides = [(run, one) for run in (*earlier, record) for one in run.header.apis if one.api == api.api]
    if len(sides) < 2:
        return None
    turns: list[Turn] = []
    cells: dict[str, list[Cell]] = {clause.id: [] for clause in api.clauses}
    for run, one in sides:
        settled = settle(one.clauses, (verdict for verdict in run.verdicts if verdict.api == one.api))
        started, elsewhere = harmless(run.header.started), not one.has_target_of(api)
        turns.append(_turn(settled, started, elsewhere))
        outcomes = {clause.clause.id: clause.outcome for clause in settled}
        for name, found in cells.items():
            found.append(Cell(started, outcomes.get(name), elsewhere))
    others = sum(one.contract != api.contract for _, one in sides)
    strips = {name: Strip(tuple(found)) for name, found in cells.items() if any(map(_was_judged, found))}
    return ApiPast(Trend(tuple(turns), others), strips)


def _turn(settled: Sequence[Settled], started: str, elsewhere: bool) -> Turn:
    counts = count(settled)
    return Turn(started, counts["broken"], bool(counts["kept"] + counts["broken"] + counts["known"]), elsewhere)


def _was_judged(cell: Cell) -> bool:
    return cell.outcome in (*_FAILED, *_PASSED)
