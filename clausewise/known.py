"""Known failures: breaks that somebody accepted for a reason and until a day, read from a file that people edit."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from clausewise.contract import Contract
from clausewise.errors import UsageError


@dataclass(frozen=True)
class KnownFailure:
    """One entry: the clause, and what of it is accepted: the ids of cases, a symptom, or both.

    A symptom is the status, the media type and the place of a break, as the reports show it.
    """

    clause: str
    cases: tuple[str, ...]
    symptoms: tuple[str, ...]
    reason: str
    owner: str
    link: str
    expires: date

    def accepts(self, breaking: Collection[str], symptoms: Collection[str]) -> bool:
        """Whether breaks by these cases and with these symptoms are accepted."""
        by_case = not self.cases or set(breaking) <= set(self.cases)
        return by_case and (not self.symptoms or set(symptoms) <= set(self.symptoms))

    @property
    def says(self) -> str:
        """The entry in one line, for people who meet the break."""
        return f"{self.reason} ({self.owner}, until {self.expires}, {self.link})"


def read_known(file: Path, contracts: Iterable[Contract], apis: Iterable[str]) -> dict[str, dict[str, KnownFailure]]:
    """The entries of the file by API and clause; ``UsageError`` for what is wrong with it.

    ``apis`` are all that the file may speak of; what it says of others than those of the contracts is left alone.
    """
    content = _content(file)
    for api in content:
        _assure_known(file, api, apis, "an API")
    return {contract.api: dict(_entries(file, contract, content.get(contract.api, []))) for contract in contracts}


def _content(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise UsageError(f"{file}: the known failures cannot be read ({error.strerror}): mend --known") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise UsageError(f"{file}{line}: this is not YAML ({getattr(error, 'problem', error)})") from error
    try:
        plain = json.loads(json.dumps(content, default=str))  # YAML's dates as text, so that JSON Schema can judge them
    except (TypeError, ValueError) as error:  # a key that is no text, or what holds itself
        raise UsageError(f"{file}: this is not a file of known failures ({error})") from error
    wrong = best_match(Draft202012Validator(_schema(), format_checker=FormatChecker()).iter_errors(plain))
    if wrong is not None:
        place = wrong.json_path.removeprefix("$").lstrip(".") or "the top"
        raise UsageError(f"{file}, at {place}: {wrong.message}")
    assert isinstance(plain, dict)
    return plain


def _schema() -> Any:
    return json.loads(resources.files(__package__).joinpath("known.schema.json").read_text(encoding="utf-8"))


def _entries(file: Path, contract: Contract, entries: Collection[dict[str, Any]]) -> Iterator[tuple[str, KnownFailure]]:
    seen: set[str] = set()
    clauses = [clause.id for clause in contract.clauses if clause.excluded is None and clause.level.binding]
    case_ids = _case_ids(contract) if any("cases" in entry for entry in entries) else []
    for entry in entries:
        clause, cases, symptoms = entry["clause"], tuple(entry.get("cases", ())), tuple(entry.get("symptoms", ()))
        _assure_known(file, clause, clauses, f"a clause of {contract.api} that a target can break")
        if clause in seen:
            raise UsageError(f"{file}: {clause} has two entries: make one of them")
        seen.add(clause)
        if not cases and not symptoms:
            raise UsageError(
                f"{file}: {clause}: say which break is accepted, by `cases` or by `symptoms` (the report shows both), "
                "so that another one is not hidden"
            )
        for case in cases:
            _assure_known(file, case, case_ids, f"the id of a case of {contract.api} that is the same in every run")
        said = {name: entry[name] for name in ("reason", "owner", "link")}
        yield clause, KnownFailure(clause, cases, symptoms, expires=date.fromisoformat(entry["expires"]), **said)


def _assure_known(file: Path, name: str, names: Iterable[str], what: str) -> None:
    among = list(names)
    if name not in among:
        nearest = get_close_matches(name, among, n=1, cutoff=0)
        raise UsageError(f"{file}: {name!r} is not {what}; the nearest is {nearest[0]!r}")


def _case_ids(contract: Contract) -> list[str]:
    """The ids of all cases that are the same in every run; those generated at random have none to rely on."""
    from clausewise.cases import baseline_case, clause_cases
    from clausewise.cases.generated import boundary_cases  # Schemathesis is slow to import: only where needed
    from clausewise.cases.robust import robust_cases

    named = [case for _, case in clause_cases(contract)]
    baselines = [baseline_case(contract, operation=operation) for operation in contract.operations]
    return [case.id for case in (*baselines, *named, *boundary_cases(contract), *robust_cases(contract))]
