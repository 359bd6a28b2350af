"""Variants of the mock of mx."""

from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = ()
DIFFERENCES: tuple[Variant, ...] = ()
