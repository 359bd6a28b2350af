"""A run that pytest-xdist spreads over processes: each of them records a shard, which are put together at the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex

from clausewise.conclusion import complaints, fails
from clausewise.record import (
    FILE_NAME,
    Complaint,
    Footer,
    RecordData,
    Settled,
    count,
    merge,
    part,
    read,
    settle,
    write_record,
)
from clausewise.settings import Settings
from clausewise.wording import phrase


class Shards:
    """The records of all processes, read when the last of them has ended."""

    def __init__(self, settings: Settings) -> None:
        self.report_directory = settings.report_directory
        self._settings = settings
        self._directory = settings.report_directory / f"shards-{token_hex(4)}"
        self._started = time.monotonic()

    def directory_of(self, worker: str) -> Path:
        """Where a worker records."""
        return self._directory / worker

    def found(self) -> bool:
        """Whether any process recorded anything: a run may hold no conformance test."""
        return any(self._paths())

    def complaints(self) -> list[Complaint]:
        """Return what turns the run red beside its broken clauses, and each process that came to no end."""
        sent: dict[str, set[str]] = {}
        succeeded: set[str] = set()
        for exchange in self._merged.exchanges.values():
            sent.setdefault(exchange.api, set()).add(exchange.case or "")
            if exchange.response and exchange.response.status // 100 == 2:
                succeeded.add(exchange.api)
        lost = (Complaint(phrase("cut-off", name=name), code="cut-off") for name in self._cut_off())
        return [*lost, *complaints(self._settings, self._settled(), succeeded, sent)]

    def is_red(self) -> bool:
        """Whether the record alone says that the run failed, whatever pytest makes of its tests."""
        return fails(self._settings, self._settled()) or bool(self.complaints())

    def finish(self, exit_code: int, *, interrupted: bool) -> RecordData:
        """Writes the one record of the run, reads it back, and removes the shards."""
        footer = Footer(
            finished=datetime.now(UTC).isoformat(timespec="milliseconds"),
            exit=exit_code,
            interrupted=interrupted,
            requests=len(self._merged.exchanges),
            seconds=round(time.monotonic() - self._started, 2),
            outcomes={api: count(settled) for api, settled in self._settled().items()},
            complaints=tuple(self.complaints()),
        )
        record = read(write_record(self.report_directory, replace(self._merged, footer=footer)))
        shutil.rmtree(self._directory)
        return record

    @cached_property
    def _records(self) -> dict[str, RecordData]:
        return {path.parent.name: read(path) for path in self._paths()}

    def _paths(self) -> list[Path]:
        return sorted(self._directory.glob(f"*/{FILE_NAME}"))

    @cached_property
    def _merged(self) -> RecordData:
        return merge(dict(self._parts()))

    def _parts(self) -> Iterator[tuple[str, RecordData]]:
        """What each process says of each API that it was given; of those that none was given, what the first says."""
        first = next(iter(self._records.values()))
        for api in first.header.apis:
            parts = {f"{api.api} by {name}": part(record, api.api) for name, record in self._records.items()}
            given = {name: one for name, one in parts.items() if one.exchanges or any(v.test for v in one.verdicts)}
            yield from (given or {api.api: part(first, api.api)}).items()

    def _cut_off(self) -> list[str]:
        return [name for name, record in self._records.items() if record.truncated]

    def _settled(self) -> dict[str, tuple[Settled, ...]]:
        return {api.api: settle(api.clauses, part(self._merged, api.api).verdicts) for api in self._merged.header.apis}
