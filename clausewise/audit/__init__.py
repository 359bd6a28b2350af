"""What is wrong with the contracts: in themselves, against the suite, and against the vendors' documents."""

from __future__ import annotations

from pathlib import Path

from clausewise import contract as contracts
from clausewise.audit.contract import contract_complaints
from clausewise.audit.document import document_complaints
from clausewise.audit.places import place_complaints
from clausewise.audit.suite import Citations, collect, suite_complaints
from clausewise.errors import ContractError

__all__ = [
    "Citations",
    "audit_all",
    "collect",
    "contract_complaints",
    "document_complaints",
    "place_complaints",
    "suite_complaints",
]


def audit_all(tests: Path, documents: Path | None, folder: Path | None = None) -> list[str]:
    """A sentence for everything that is wrong, in the order contract, suite, document; an empty list if all is well.

    ``tests`` is the suite that must cite every clause, ``documents`` the folder with the vendors' pages, if they are
    to be held against the clauses, ``folder`` that of the contracts.
    """
    loaded, complaints = [], []
    for api in contracts.available(folder):
        try:
            loaded.append(contracts.load(api, folder))
        except ContractError as error:
            complaints.append(str(error))
    for contract in loaded:
        complaints += contract_complaints(contract) or place_complaints(contract)
    if not complaints:  # a suite is made from its contracts: broken ones would only be complained of twice
        complaints += suite_complaints(loaded, collect(tests, folder))
    if documents is not None:
        for contract in loaded:
            complaints += document_complaints(contract, documents)
    return complaints
