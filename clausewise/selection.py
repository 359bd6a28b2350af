"""Which clauses a run judges: those that ``--clause`` selects, without those that ``--exclude`` leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from clausewise.cause import Cause, Code
from clausewise.contract import Contract
from clausewise.errors import UsageError
from clausewise.wording import phrase


@dataclass(frozen=True)
class Selection:
    """Ids of clauses, or shell patterns of such. Without ``clauses`` all are selected."""

    clauses: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def includes(self, clause_id: str) -> bool:
        """Whether the run judges the clause."""
        return self.cause(clause_id) is None

    def cause(self, clause_id: str) -> Cause | None:
        """Why the run does not judge the clause, if so."""
        for pattern in self.excluded:
            if fnmatchcase(clause_id, pattern):
                return Cause(Code.NOT_SELECTED, phrase("deselected", pattern=pattern))
        if self.clauses and not any(fnmatchcase(clause_id, pattern) for pattern in self.clauses):
            return Cause(Code.NOT_SELECTED, phrase("not-selected"))
        return None

    def require_known(self, contracts: Iterable[Contract]) -> None:
        """Raise ``UsageError`` for a pattern that no clause of these contracts meets."""
        known = [clause.id for contract in contracts for clause in contract.clauses]
        for option, patterns in (("--clause", self.clauses), ("--exclude", self.excluded)):
            for pattern in patterns:
                if not any(fnmatchcase(name, pattern) for name in known):
                    nearest = get_close_matches(pattern, known, n=1, cutoff=0)
                    hint = f"; the nearest is {nearest[0]}" if nearest else ""
                    raise UsageError(f"{option} {pattern}: no clause of the selected APIs has such an id{hint}")
