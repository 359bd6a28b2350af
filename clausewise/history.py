"""A folder of run records, so that a run can be held against those before it."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clausewise.errors import UsageError
from clausewise.record import Api, RecordData, RecordError, read, settle
from clausewise.record.lines import Lines

RETAIN = 30
"""How many records a history keeps, and how many of them the reports show."""

# Only files with such a name are ever removed: the time of the run, and the start of the record's digest.
_OWN_NAME = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{12}\.jsonl", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record of the history, without its exchanges."""

    path: Path
    record: RecordData


@dataclass(frozen=True, slots=True)
class Past:
    """The runs before one, the oldest first."""

    runs: tuple[Kept, ...] = ()
    notices: tuple[str, ...] = ()
    """What could not be read, one sentence each."""

    def latest(self, api: Api) -> Kept | None:
        """The last run against the same target that came to its end and really tested something of this API."""
        return next((kept for kept in reversed(self.runs) if _got_somewhere(kept.record, api)), None)

    @property
    def records(self) -> tuple[RecordData, ...]:
        """The records alone."""
        return tuple(kept.record for kept in self.runs)


def prepare(directory: Path) -> None:
    """Make the folder if it is not there; `UsageError` if that cannot be."""
    with _writing_to(directory):
        directory.mkdir(parents=True, exist_ok=True)


def past_of(record: RecordData, directory: Path, most: int = RETAIN) -> Past:
    """The last runs before this one that are about any of its APIs, as the records in the folder tell them."""
    names = {api.api for api in record.header.apis}
    this = started(record)
    found: list[tuple[datetime, Kept]] = []
    notices: list[str] = []
    for path in sorted(directory.glob("*.jsonl")):
        try:
            one = read(path, exchanges=False)
            then = started(one, path)
        except RecordError as error:
            notices.append(f"A record of the history was passed over: {error}")
            continue
        if then < this and any(api.api in names for api in one.header.apis):
            found.append((then, Kept(path, one)))
    found.sort(key=lambda entry: entry[0])
    return Past(tuple(kept for _, kept in found[-most:]), tuple(notices))


def keep(path: Path, directory: Path, retain: int = RETAIN) -> Path:
    """Copy the record into the folder, and remove the oldest that were copied there before if there are too many."""
    if retain < 1:
        raise ValueError("a history holds one record at least")
    kept = directory / _name(path)
    prepare(directory)
    with _writing_to(directory):
        # Whoever looks into the folder meanwhile sees a whole record or none.
        part = directory / f".{kept.name}.part"
        try:
            shutil.copyfile(path, part)
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)
        for old in _own(directory)[:-retain]:
            old.unlink(missing_ok=True)
    return kept


def started(record: RecordData, name: object = "the record") -> datetime:
    """When the run started; `RecordError` if its record does not tell."""
    text = record.header.started
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordError(f"{name} says that its run started at {text!r}, which is no time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _name(path: Path) -> str:
    """A name that sorts by time, and is another one for every other record."""
    began = started(read(path, exchanges=False), path).astimezone(UTC)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{began:%Y%m%dT%H%M%S}{began.microsecond // 1000:03}Z-{digest[:12]}.jsonl"


def _own(directory: Path) -> list[Path]:
    """The records that were copied into the folder, the oldest first."""
    return sorted(path for path in directory.iterdir() if _OWN_NAME.fullmatch(path.name) and _is_record(path))


def _is_record(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        try:
            first = next(iter(Lines(file)), None)
        except RecordError:
            return False
    return first is not None and first["kind"] == "header"


def _got_somewhere(record: RecordData, api: Api) -> bool:
    if record.footer is None or record.footer.interrupted:
        return False
    return any(
        one.outcome in ("kept", "broken", "known")
        for earlier in record.header.apis
        if earlier.has_target_of(api)
        for one in settle(earlier.clauses, (verdict for verdict in record.verdicts if verdict.api == api.api))
    )


@contextmanager
def _writing_to(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"the history {directory} cannot be written to ({error.strerror}): name another folder by --history"
        ) from error
