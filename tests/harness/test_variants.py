"""The variants of each mock: enough of them, each told in a sentence, and every clause that binds has a defect."""

import re
from collections import Counter

import pytest

from clausewise.contract import available, load
from clausewise.errors import UsageError
from clausewise.variants import BASELINE, PERMITTED, WRITTEN
from clausewise.variants.catalogue import variant, variants


@pytest.mark.parametrize("name", available())
class TestCatalogue:
    def test_there_are_enough(self, name: str) -> None:
        kinds = Counter(one.kind for one in variants(name))

        assert kinds[WRITTEN] >= 40
        assert kinds[PERMITTED] >= 20

    def test_names_are_unique_words(self, name: str) -> None:
        names = [one.name for one in variants(name)]

        assert not [one for one, times in Counter(names).items() if times > 1]
        assert not [one for one in names if not re.fullmatch(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*", one)]

    def test_each_is_told_in_one_sentence_of_its_own(self, name: str) -> None:
        told = Counter(one.says for one in variants(name))

        assert not [says for says, times in told.items() if times > 1 or not re.fullmatch(r"[A-Z].{8,140}\.", says)]

    def test_defects_break_clauses_that_bind(self, name: str) -> None:
        binding = {clause.id for clause in load(name).clauses if clause.level.binding and clause.check}
        broken = {clause for one in variants(name) for clause in one.breaks}

        assert broken <= {*binding, BASELINE}

    def test_every_clause_that_binds_has_a_defect_written_for_it(self, name: str) -> None:
        binding = {clause.id for clause in load(name).clauses if clause.level.binding and clause.check}
        written = {clause for one in variants(name) if one.kind == WRITTEN for clause in one.breaks}

        assert sorted(binding - written) == []

    def test_one_is_found_by_its_name(self, name: str) -> None:
        assert [variant(name, one.name) for one in variants(name)] == list(variants(name))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("unchange", "did you mean unchanged?"), ("xyz", "--list-defects shows the defects")],
)
def test_a_name_that_is_none(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"the mock of moov has no variant '{name}': {hint}")):
        variant("moov", name)


@pytest.mark.parametrize("name", available())
def test_defects_break_something_and_differences_nothing(name: str) -> None:
    assert [one.name for one in variants(name) if bool(one.breaks) is (one.kind == PERMITTED)] == []
