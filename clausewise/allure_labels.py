"""How the tests of a run are filed in Allure: by API, section of the document, and clause."""

from __future__ import annotations

from collections.abc import Iterable

import allure

from clausewise.contract import Contract


def label(contract: Contract, clause_ids: Iterable[str]) -> None:
    """Files the running test under epic (API), feature (section) and story (clause); it may have several clauses."""
    clauses = [contract.clause(clause_id) for clause_id in clause_ids]
    titles = {section.id: section.title for section in contract.sections}
    allure.dynamic.epic(contract.title)
    allure.dynamic.feature(*dict.fromkeys(titles[clause.section] for clause in clauses))
    allure.dynamic.story(*(clause.id for clause in clauses))
    allure.dynamic.description("\n\n".join(f"{clause.id} ({clause.level}): {clause.says}" for clause in clauses))
