"""What a vendor promises: the contract of one API, read from its folder of data files."""

from clausewise.contract.load import available, contracts_folder, load
from clausewise.contract.model import (
    VARIABLE,
    Clause,
    Contract,
    CredentialKind,
    Document,
    Level,
    Operation,
    Parameter,
    Reason,
    Section,
    Source,
    Try,
    Variable,
)
from clausewise.contract.schemas import Schemas, Violation

__all__ = [
    "VARIABLE",
    "Clause",
    "Contract",
    "CredentialKind",
    "Document",
    "Level",
    "Operation",
    "Parameter",
    "Reason",
    "Schemas",
    "Section",
    "Source",
    "Try",
    "Variable",
    "Violation",
    "available",
    "contracts_folder",
    "load",
]
