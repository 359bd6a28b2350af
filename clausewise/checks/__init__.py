"""The checks: neutral functions that say of exchanges what a clause needs to know. They never send anything.

Each is made for one clause by ``make(contract, clause)``. Those about requests speak on every exchange whose request
the clause is about, those about answers on every exchange that was answered so; those about pairs compare two.
"""

from clausewise.checks.answers import body_schema, header_present, header_unique, media_type, names_fault, observe_body
from clausewise.checks.pairs import same_answer
from clausewise.checks.registry import Check, Kind, PairCheck, assure, kind_of, known_checks, make, make_pair
from clausewise.checks.requests import credentials_accepted, observe_status, status

__all__ = [
    "Check",
    "Kind",
    "PairCheck",
    "assure",
    "body_schema",
    "credentials_accepted",
    "header_present",
    "header_unique",
    "kind_of",
    "known_checks",
    "make",
    "make_pair",
    "media_type",
    "names_fault",
    "observe_body",
    "observe_status",
    "same_answer",
    "status",
]
