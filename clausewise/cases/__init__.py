"""Requests worth sending, what they are on the wire, and what the contract expects of their answers.

Named ones come from the clauses (``named``), boundary values and random ones from the OpenAPI description
(``generated``).
"""

from clausewise.cases.case import Case, compose, curl
from clausewise.cases.named import baseline_case, clause_cases, proof_case

__all__ = ["Case", "baseline_case", "clause_cases", "compose", "curl", "proof_case"]
