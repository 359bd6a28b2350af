"""Contracts and records as large as one likes, made of Moov's contract and of a run against its mock."""

from __future__ import annotations

import json
import re
import shutil
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from benchmarks.places import CONTRACTS
from clausewise.variants.change import Change, in_calls

API = "moov"
_PATH = "/accounts/{accountID}/connections"


def with_operations(folder: Path, times: int) -> None:
    """Moov's contract there, with its operation so many times under paths of their own, each with all its clauses."""
    contract = _copy(folder)
    openapi, clauses, target = (_read(contract / name) for name in ("openapi.yaml", "clauses.yaml", "target.yaml"))
    (operation,) = target["operations"]
    for number in range(2, times + 1):
        name = f"{operation}{number}"
        openapi["paths"][f"{_PATH}-{number}"] = deepcopy(openapi["paths"][_PATH])
        openapi["paths"][f"{_PATH}-{number}"]["post"]["operationId"] = name
        target["operations"][name] = target["operations"][operation]
    clauses["clauses"] += [
        _renamed(clause, f"-{number}") | {"operation": f"{operation}{number}"}
        for number in range(2, times + 1)
        for clause in clauses["clauses"]
    ]
    for name, content in (("openapi.yaml", openapi), ("clauses.yaml", clauses), ("target.yaml", target)):
        _write(contract / name, content)


def with_clauses(folder: Path, times: int) -> None:
    """Moov's contract there, with each clause so many times; only the first of each asks for requests."""
    contract = _copy(folder)
    clauses = _read(contract / "clauses.yaml")
    clauses["clauses"] += [
        {name: value for name, value in _renamed(clause, f"-{number}").items() if name != "try"}
        for number in range(2, times + 1)
        for clause in clauses["clauses"]
    ]
    _write(contract / "clauses.yaml", clauses)


def serving_all() -> Change:
    """What has Moov's mock serve every path of `with_operations` as its own."""
    return in_calls(lambda call: replace(call, path=re.sub(r"-\d+$", "", call.path)))


def multiply_record(source: Path, target: Path, exchanges: int) -> None:
    """The record of a run with its exchanges again and again, under ids of their own, until there are so many."""
    lines = source.read_text(encoding="utf-8").rstrip("\n").split("\n")  # a body may hold other line breaks
    own = [json.loads(line) for line in lines if '"kind": "exchange"' in line[:30]]
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines[:-1]:
            file.write(line + "\n")
        for number in range(len(own), exchanges):
            copied: dict[str, Any] = own[number % len(own)] | {"id": f"{API}-{number + 1:06d}"}
            file.write(json.dumps(copied, ensure_ascii=False) + "\n")
        file.write(lines[-1] + "\n")


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(CONTRACTS / API, folder / API))


def _renamed(clause: dict[str, Any], suffix: str) -> dict[str, Any]:
    renamed = clause | {"id": f"{clause['id']}{suffix}"}
    if "depends" in clause:
        renamed["depends"] = [f"{name}{suffix}" for name in clause["depends"]]
    return renamed


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _write(file: Path, content: Any) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
