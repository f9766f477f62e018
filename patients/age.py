"""A patient's age on a day: not known where the birth date cannot be right."""

from datetime import date
from typing import Final

# A date further back was mistyped, or moved by centuries to hide who somebody very old is.
OLDEST_YEARS: Final = 120


def completed_months(born: date | None, *, on: date) -> int | None:
    """Return completed months on a day; None for no birth date, before it, or past 120 years.

    One of two dates is then wrong, and which is not known: neither is the age.
    """
    if born is None:
        return None
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return months if on >= born and months < 12 * (OLDEST_YEARS + 1) else None


def completed_years(born: date | None, *, on: date) -> int | None:
    """Return completed years on a day, by exact birthday; None as for completed_months.

    A child of 29 February has a birthday on 1 March in other years.
    """
    months = completed_months(born, on=on)
    return None if months is None else months // 12
