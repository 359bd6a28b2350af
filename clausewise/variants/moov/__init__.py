"""Variants of the mock of moov."""

from clausewise.variants.moov import (
    accounts,
    answers,
    callers,
    choices_about_callers,
    choices_about_contents,
    choices_in_answers,
    choices_of_pace,
    fields,
    ids,
    messages,
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
    *choices_about_callers.DIFFERENCES,
    *choices_about_contents.DIFFERENCES,
    *choices_in_answers.DIFFERENCES,
    *choices_of_pace.DIFFERENCES,
)
