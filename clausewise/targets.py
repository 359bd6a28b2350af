"""Which target each API gets: a configured address, or the embedded mock where nothing is configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values
from rapidfuzz.distance import Levenshtein

from clausewise.contract import Contract
from clausewise.errors import UsageError
from clausewise.guard import Permission, assure_allowed
from clausewise.target import Target, resolve

_TYPOS = 2
"""Edits by which a name may differ from that of a variable to be taken for a misspelling of it."""


@dataclass(frozen=True)
class Wanted:
    """What the command line and the environment say of the targets.

    ``base_url`` is the address given by ``--base-url``, for one API alone. ``folder`` is where the run starts: the
    ``.env`` file there is part of the ``environment``.
    """

    environment: Mapping[str, str] = field(repr=False)  # it holds secrets
    folder: Path
    base_url: str | None = None
    mock: bool = False
    permission: Permission = field(default_factory=Permission)


def choose(contracts: Iterable[Contract], wanted: Wanted) -> dict[str, Target | None]:
    """Return the target of each API; ``None`` stands for the embedded mock.

    The mock is used by ``--mock``, or where no variable of the API has a value and nobody speaks of a sandbox.

    Raises:
        UsageError: with one line for everything that is missing or malformed, of all APIs.
    """
    found: dict[str, Target | None] = {}
    problems: list[str] = []
    for contract in contracts:
        try:
            found[contract.api] = _target(contract, wanted)
        except UsageError as error:
            problems.append(str(error))
    if problems:
        raise UsageError("\n".join(problems))
    return found


def environment_of(folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that have a value; what they leave out may stand in the ``.env`` file of the folder."""
    return {**_values(dotenv_values(folder / ".env")), **_values(variables)}


def _values(variables: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if value is not None and value.strip()}


def _target(contract: Contract, wanted: Wanted) -> Target | None:
    if wanted.base_url is not None and not wanted.base_url.strip():
        raise UsageError(
            f"{contract.api}: --base-url is empty (was a variable not set?): give an address, or leave the option out"
        )
    if wanted.mock:
        if wanted.base_url is not None:
            raise UsageError("--mock and --base-url exclude each other: leave one of them out")
        return None
    url = wanted.base_url or wanted.environment.get(contract.base_url_variable)
    if url:
        target = resolve(contract, url, wanted.environment)
        assure_allowed(contract, target, wanted.permission)
        return target
    reasons = list(_signs_of_a_target(contract, wanted))
    if reasons:
        raise UsageError(
            f"{contract.api}: {contract.base_url_variable} is not set, although {' and '.join(reasons)}: set it, or "
            "give --base-url, or use the embedded mock by --mock"
        )
    return None


def _signs_of_a_target(contract: Contract, wanted: Wanted) -> Iterator[str]:
    """Why somebody may have meant a target of their own, and not the embedded mock."""
    names = [contract.base_url_variable, *contract.variables]
    given = [name for name in names if name in wanted.environment]
    if given:
        yield f"{', '.join(given)} {'is' if len(given) == 1 else 'are'}"
    for name, meant in _misspelt(names, wanted.environment).items():
        yield f"{name} is (a misspelling of {meant}?)"
    if wanted.permission.sandbox:
        yield "the target is said to be a sandbox"
    if not given and (file := _file_above(names, wanted.folder)):
        yield f"{file} sets variables of this API (only the .env file of the folder in which a run starts is read)"


def _misspelt(names: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the names in the environment that look like a misspelling of one of these, each with that one."""
    known = set(names)
    found: dict[str, str] = {}
    for name in environment.keys() - known:
        distances = {one: Levenshtein.distance(name.upper(), one, score_cutoff=_TYPOS) for one in known}
        nearest = min(distances, key=lambda one: distances[one])
        if distances[nearest] <= _TYPOS:
            found[name] = nearest
    return dict(sorted(found.items()))


def _file_above(names: Iterable[str], folder: Path) -> Path | None:
    """Return the nearest ``.env`` file in the folders above that gives any of these variables a value."""
    for parent in folder.absolute().parents:
        file = parent / ".env"
        try:
            if file.is_file() and _values(dotenv_values(file)).keys() & set(names):
                return file
        except (OSError, UnicodeDecodeError):
            continue  # another user's file says nothing about this run
    return None
