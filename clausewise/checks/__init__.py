"""The checks: neutral functions that say of exchanges what a clause needs to know. They never send anything.

Each is made for one clause by ``make(contract, clause)``. Those about requests speak on every exchange whose request
the clause is about, those about answers on every exchange that was answered so; those about pairs compare two.
"""

from clausewise.checks import answers, bodies, pairs, requests
from clausewise.checks.registry import Check, Kind, PairCheck, assure, kind_of, known_checks, make, make_pair

__all__ = [
    "Check",
    "Kind",
    "PairCheck",
    "answers",
    "assure",
    "bodies",
    "kind_of",
    "known_checks",
    "make",
    "make_pair",
    "pairs",
    "requests",
]
