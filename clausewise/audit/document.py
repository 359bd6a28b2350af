"""What a contract says of its document that the document does not bear out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from clausewise.contract import Clause, Contract, Source


def document_complaints(contract: Contract, documents: Path) -> list[str]:
    """A sentence for a missing or changed document, for each clause to reread, and for lines no clause accounts for."""
    file = documents / contract.document.file
    if not file.is_file():
        return [f"{contract.api}: the document {contract.document.file} is not in {documents}"]
    content = file.read_bytes()
    lines = content.decode("utf-8", "replace").splitlines()
    found = []
    if hashlib.sha256(content).hexdigest() != contract.document.sha256:
        found.append(f"{contract.api}: {file.name} is not the document that was read (its SHA-256 differs)")
    for clause in contract.clauses:
        found += [f"{file.name}: reread {clause.id}: {complaint}" for complaint in _clause(clause, lines)]
    return found + list(_unaccounted(contract, lines, file.name))


def _clause(clause: Clause, lines: list[str]) -> Iterator[str]:
    for source in clause.sources:
        cited = " ".join(" ".join(lines[source.first - 1 : source.last]).split())
        for text in source.has:
            if text not in cited:
                yield f"lines {source.lines} do not hold {text!r}"


def _unaccounted(contract: Contract, lines: list[str], name: str) -> Iterator[str]:
    """Lines with text that no clause cites and that are not passed over for a reason."""
    sources = [source for clause in contract.clauses for source in clause.sources]
    accounted = _numbers([*sources, *contract.document.passed_over])
    for number, line in enumerate(lines, start=1):
        if line.strip() and number not in accounted:
            yield f"{name}, line {number}: no clause accounts for {line.strip()!r}"


def _numbers(sources: Iterable[Source]) -> set[int]:
    return {number for source in sources for number in range(source.first, source.last + 1)}
