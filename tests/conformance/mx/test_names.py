"""MX, "Create member": the name that a member has when none is given (line 38)."""

import pytest

from clausewise.cases import baseline_case
from clausewise.run import Run


@pytest.mark.clause("mx.name.default")
def test_members_of_an_institution_share_its_name(api: Run) -> None:
    api.compare(
        "mx.name.default",
        baseline_case(api.contract, "a member"),
        baseline_case(api.contract, "another member of the same institution"),
    )
