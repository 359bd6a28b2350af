"""Each request that a clause asks to try gets the answer that the clause promises."""

from clausewise.cases import Case
from clausewise.run import Run


def test_clause(api: Run, named_case: Case) -> None:
    api.expect(named_case)
