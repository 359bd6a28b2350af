"""Odd texts, sizes and shapes: a server may accept or refuse them, but neither fail nor hang up."""

from clausewise.cases import Case
from clausewise.run import Run


def test_odd_request(api: Run, robust_case: Case) -> None:
    api.expect(robust_case)
