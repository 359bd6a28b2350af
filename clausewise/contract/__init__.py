"""What a vendor promises: the contract of one API, read from its folder of data files."""

from clausewise.contract.load import available, contracts_folder, load
from clausewise.contract.model import (
    UNIQUE,
    VARIABLE,
    Clause,
    Contract,
    Creation,
    CredentialKind,
    Document,
    Level,
    Operation,
    Parameter,
    Production,
    Rate,
    Reason,
    Section,
    Source,
    Try,
    Use,
    Variable,
)
from clausewise.contract.schemas import Schemas, Violation
from clausewise.contract.statuses import listed, statuses

__all__ = [
    "UNIQUE",
    "VARIABLE",
    "Clause",
    "Contract",
    "Creation",
    "CredentialKind",
    "Document",
    "Level",
    "Operation",
    "Parameter",
    "Production",
    "Rate",
    "Reason",
    "Schemas",
    "Section",
    "Source",
    "Try",
    "Use",
    "Variable",
    "Violation",
    "available",
    "contracts_folder",
    "listed",
    "load",
    "statuses",
]
