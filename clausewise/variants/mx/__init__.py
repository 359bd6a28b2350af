"""Variants of the mock of MX."""

from clausewise.variants.mx import (
    answers,
    bodies,
    contents,
    fields,
    oauth,
    permitted_answers,
    permitted_refusals,
    permitted_requests,
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
    *permitted_refusals.DIFFERENCES,
    *permitted_requests.DIFFERENCES,
    *permitted_answers.DIFFERENCES,
)
