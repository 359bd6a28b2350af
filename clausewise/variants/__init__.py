"""Variants of the mocks: what goes wrong in servers, and what rightful servers do otherwise."""

from clausewise.variants.call import Call, Headers, Reply
from clausewise.variants.change import Change, Mock, chain, changed_app, honest, showing
from clausewise.variants.variant import BASELINE, DERIVED, PERMITTED, WRITTEN, Variant, Variants

__all__ = [
    "BASELINE",
    "DERIVED",
    "PERMITTED",
    "WRITTEN",
    "Call",
    "Change",
    "Headers",
    "Mock",
    "Reply",
    "Variant",
    "Variants",
    "chain",
    "changed_app",
    "honest",
    "showing",
]
