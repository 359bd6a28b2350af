"""Boundary values of every documented constraint, derived by Schemathesis from the OpenAPI description."""

from clausewise.cases import Case
from clausewise.run import Run


def test_boundary(api: Run, boundary_case: Case) -> None:
    api.expect(boundary_case)
