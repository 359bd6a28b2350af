"""Variants of the mock of Persona."""

from clausewise.variants.persona import (
    answers,
    callers,
    casings,
    connections,
    failures,
    fields,
    keys,
    options,
    permitted_answers,
    permitted_options,
    permitted_refusals,
    requests,
)
from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = (
    *callers.DEFECTS,
    *requests.DEFECTS,
    *failures.DEFECTS,
    *options.DEFECTS,
    *keys.DEFECTS,
    *casings.DEFECTS,
    *fields.DEFECTS,
    *answers.DEFECTS,
    *connections.DEFECTS,
)
DIFFERENCES: tuple[Variant, ...] = (
    *permitted_answers.DIFFERENCES,
    *permitted_refusals.DIFFERENCES,
    *permitted_options.DIFFERENCES,
)
