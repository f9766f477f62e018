"""Below which systolic pressure hypotension is presumed, on each birthday."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.hypotension import limit_mmhg

BORN = date(2016, 3, 15)


@pytest.mark.parametrize(
    ("on", "mmhg"),
    [
        # the day before a birthday, and the day itself
        (date(2016, 3, 15), 60),
        (date(2016, 4, 14), 60),
        (date(2016, 4, 15), 70),
        (date(2017, 3, 14), 70),
        (date(2017, 3, 15), 72),
        (date(2018, 3, 14), 72),
        (date(2018, 3, 15), 74),
        (date(2022, 3, 14), 80),
        (date(2022, 3, 15), 82),
        (date(2025, 3, 15), 88),
        (date(2026, 3, 14), 88),
        (date(2026, 3, 15), 90),
        (date(2027, 3, 15), 90),
        (date(2096, 3, 15), 90),
    ],
)
def test_the_limit_changes_on_the_birthday(on, mmhg):
    assert limit_mmhg(BORN, on=on) == mmhg


@pytest.mark.parametrize(
    ("born", "on"), [(None, BORN), (BORN, date(2016, 3, 14)), (date(1716, 3, 15), BORN)]
)
def test_an_unknown_age_has_the_highest_limit(born, on):
    assert limit_mmhg(born, on=on) == 90


@given(st.dates(date(2006, 1, 1), date(2026, 1, 1)), st.integers(0, 7000), st.integers(0, 400))
def test_the_limit_never_falls_as_a_child_grows(born, days, later):
    first = date.fromordinal(born.toordinal() + days)
    then = date.fromordinal(first.toordinal() + later)
    assert 60 <= limit_mmhg(born, on=first) <= limit_mmhg(born, on=then) <= 90
