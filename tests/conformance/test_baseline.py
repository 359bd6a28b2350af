"""Before anything is judged: a known-good request succeeds."""

import pytest

from clausewise.cases import baseline_case
from clausewise.run import Run


@pytest.mark.baseline
def test_known_good_request_succeeds(api: Run, operation: str) -> None:
    api.require_baseline()
    api.expect(baseline_case(api.contract, operation=operation))
