"""What a run left behind on its targets, for those who clean up there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.record import Api, Creation
from clausewise.report.text import harmless
from clausewise.report.view import RunView
from clausewise.report.words import counted

_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Created:
    """One thing that was created, how often, and the exchange that did so first."""

    what: str
    id: str
    times: int
    exchange: str


@dataclass(frozen=True, slots=True)
class Creations:
    """What was created on one target."""

    api: Api
    requests: int
    listed: tuple[Created, ...]
    unlisted: int
    """How many ids are in the record alone."""

    @property
    def says(self) -> str:
        """How much it is, in one sentence."""
        ids = counted(len(self.listed) + self.unlisted, "id")
        return f"{counted(self.requests, 'request')} created something on {self.api.base_url}, under {ids}."


def creations(run: RunView) -> Iterator[Creations]:
    """What was created on each target, but for the embedded mocks: these forget it."""
    for api in run.header.apis:
        made = [creation for creation in run.record.creations if creation.api == api.api]
        if made and not api.embedded:
            found = _distinct(made)
            listed = harmless(tuple(found[:_MOST_LISTED]))
            yield Creations(api, len(made), listed, unlisted=len(found) - len(listed))


def _distinct(made: Sequence[Creation]) -> list[Created]:
    times = Counter((one.what, one.id) for one in made)
    first: dict[tuple[str, str], str] = {}
    for one in made:
        first.setdefault((one.what, one.id), one.exchange)
    return [Created(what, id_, times[what, id_], exchange) for (what, id_), exchange in first.items()]
