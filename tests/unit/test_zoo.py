"""The zoo of broken designs: each mutant still finds the line that it changes."""

import pytest

from simulation import slips
from simulation.slips import StaleMutantError, one
from simulation.zoo import ZOO


@pytest.mark.parametrize("mutant", ZOO, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_the_code_and_leaves_it_as_it_was(mutant):
    functions = list(slips._by_function(mutant))
    before = [function.__code__ for function in functions]
    with slips.broken(mutant):
        changed = [function.__code__ for function in functions]
    assert all(then != now for then, now in zip(before, changed, strict=True))
    assert [function.__code__ for function in functions] == before
    assert functions or mutant.port


def test_each_mutant_has_a_name_of_its_own():
    assert len({mutant.name for mutant in ZOO}) == len(ZOO) >= 20


def test_a_mutant_whose_line_has_moved_says_so():
    moved = one("moved", "A line that is not there.", slips._by_function, "no such" + " line", "")
    with pytest.raises(StaleMutantError), slips.broken(moved):
        pass
