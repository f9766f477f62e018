"""Below which systolic pressure hypotension is presumed, on each birthday."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.hypotension import age_months, limit_mmhg

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


def test_an_unknown_age_has_the_highest_limit():
    assert limit_mmhg(None, on=BORN) == 90


@pytest.mark.parametrize(
    ("born", "on", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 31), date(2026, 3, 1), 1),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(2025, 12, 15), date(2026, 1, 14), 0),
        (date(2025, 12, 15), date(2026, 1, 15), 1),
    ],
)
def test_a_month_is_complete_on_its_day(born, on, months):
    assert age_months(born, on=on) == months


@given(st.dates(date(2006, 1, 1), date(2026, 1, 1)), st.integers(0, 7000), st.integers(0, 400))
def test_the_limit_never_falls_as_a_child_grows(born, days, later):
    first = date.fromordinal(born.toordinal() + days)
    then = date.fromordinal(first.toordinal() + later)
    assert 60 <= limit_mmhg(born, on=first) <= limit_mmhg(born, on=then) <= 90
