"""An age is by exact birthday, and not known where the birth date cannot be right."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.age import completed_months, completed_years


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
    assert completed_months(born, on=on) == months


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2020, 6, 15), date(2025, 6, 14), 4),
        (date(2020, 6, 15), date(2025, 6, 15), 5),
        (date(2020, 2, 29), date(2025, 2, 28), 4),
        (date(2020, 2, 29), date(2025, 3, 1), 5),
        (date(2020, 2, 29), date(2024, 2, 29), 4),
        (date(2016, 3, 15), date(2016, 3, 15), 0),
        (date(2016, 3, 15), date(2016, 3, 14), None),
        (date(1906, 3, 15), date(2027, 3, 14), 120),
        (date(1906, 3, 15), date(2027, 3, 15), None),
        (date(1726, 3, 15), date(2026, 3, 15), None),
        (None, date(2026, 3, 15), None),
    ],
)
def test_years_are_whole_and_nobody_has_any_before_birth_or_past_120(born, on, years):
    assert completed_years(born, on=on) == years


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.integers(0, 36_000))
def test_years_change_on_the_birthday_itself(born, days):
    on = date.fromordinal(born.toordinal() + days)
    by_calendar = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert completed_years(born, on=on) == by_calendar
