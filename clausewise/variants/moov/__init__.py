"""Variants of the mock of moov."""

from clausewise.variants.variant import Variant

DEFECTS: tuple[Variant, ...] = ()
DIFFERENCES: tuple[Variant, ...] = ()
