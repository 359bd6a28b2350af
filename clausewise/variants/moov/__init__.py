"""Variants of the mock of Moov."""

from clausewise.variants.moov import (
    accounts,
    answers,
    callers,
    fields,
    ids,
    messages,
    permitted_answers,
    permitted_callers,
    permitted_pace,
    permitted_requests,
    requests,
    scopes,
    syntax,
    versions,
)
from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = (
    *callers.DEFECTS,
    *accounts.DEFECTS,
    *versions.DEFECTS,
    *syntax.DEFECTS,
    *requests.DEFECTS,
    *fields.DEFECTS,
    *scopes.DEFECTS,
    *answers.DEFECTS,
    *messages.DEFECTS,
    *ids.DEFECTS,
)
DIFFERENCES: tuple[Variant, ...] = (
    *permitted_callers.DIFFERENCES,
    *permitted_requests.DIFFERENCES,
    *permitted_answers.DIFFERENCES,
    *permitted_pace.DIFFERENCES,
)
