"""Requests worth sending: named ones from the clauses, boundary values and random ones from the OpenAPI description."""

from clausewise.cases.case import Case, compose, curl
from clausewise.cases.named import baseline_case, clause_cases

__all__ = ["Case", "baseline_case", "clause_cases", "compose", "curl"]
