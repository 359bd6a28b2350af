"""Variants of the mock of MX."""

from clausewise.variants.mx import (
    answers,
    bodies,
    contents,
    fields,
    oauth,
    other_answers,
    other_refusals,
    other_requests,
    requests,
    sessions,
)
from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = (
    *sessions.DEFECTS,
    *requests.DEFECTS,
    *oauth.DEFECTS,
    *bodies.DEFECTS,
    *answers.DEFECTS,
    *contents.DEFECTS,
    *fields.DEFECTS,
)
DIFFERENCES: tuple[Variant, ...] = (
    *other_refusals.DIFFERENCES,
    *other_requests.DIFFERENCES,
    *other_answers.DIFFERENCES,
)
