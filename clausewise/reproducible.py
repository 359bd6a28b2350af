"""Make Hypothesis choose the same values for the same seed in every process and installation.

Two parts of Hypothesis prevent that, and no setting turns them off:

- It mixes the constants of all *local* modules, those outside ``site-packages``, into what it draws. So the values of a
  seed change with every module that is imported, and between the wheel and an editable install.
- One pass of the shrinker visits the labels of strategies in sorted order. A label is made from hashes, and some hashes
  are addresses in memory. So the order differs between two processes.

A backend (``settings(backend=...)``) would replace the first part only, and only while test cases are generated:
Hypothesis shrinks with its own backend.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.conjecture.shrinker import Shrinker
from hypothesis.internal.constants_ast import Constants


@contextmanager
def reproducible_draws() -> Iterator[None]:
    """While the context is open, what Hypothesis draws depends on the seed and the strategy alone.

    It replaces private parts of Hypothesis. ``tests/harness/test_same_requests.py`` fails with a version of Hypothesis
    that has renamed them; a run with such a version works, but is reproducible in the same installation only.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "_get_local_constants", Constants, raising=False)  # an empty collection
        patch.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024), raising=False)  # the other may hold local ones
        patch.setattr(Shrinker, "distinct_labels", property(_labels_in_order_of_draws), raising=False)
        yield


def _labels_in_order_of_draws(shrinker: Shrinker) -> list[int]:
    return list(shrinker.spans_by_label)
