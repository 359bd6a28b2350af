"""Variants of the mock of persona."""

from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = ()
DIFFERENCES: tuple[Variant, ...] = ()
