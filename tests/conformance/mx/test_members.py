"""MX, "Create member": what the members of one user at one institution have in common (lines 38 and 54)."""

import pytest

from clausewise.cases import Case, baseline_case
from clausewise.run import Run


@pytest.mark.clause("mx.name.default")
def test_members_of_an_institution_share_its_name(api: Run) -> None:
    api.compare("mx.name.default", _member(api), _member(api))


@pytest.mark.clause("mx.session.one-user")
def test_members_of_a_session_belong_to_one_user(api: Run) -> None:
    api.compare("mx.session.one-user", _member(api), _member(api))


def _member(api: Run) -> Case:
    return baseline_case(api.contract, "a member of the institution")
