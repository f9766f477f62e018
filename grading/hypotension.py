"""When a systolic pressure is presumed to be hypotension, until a clinician has judged it.

The consensus scale has no number. These limits only ask the question, and keep
the answer visible as presumed. Source: PALS, about the 5th centile for age;
90 mmHg above 10 years. Not yet clinically approved.
"""

from datetime import date
from typing import Final

from patients.age import completed_months

_ADULT_MMHG: Final = 90
_INFANT_MMHG: Final = 70
_NEWBORN_MMHG: Final = 60


def limit_mmhg(born: date | None, *, on: date) -> int:
    """Return the systolic pressure below which hypotension is presumed.

    Under 1 month 60, under 1 year 70, 1 to 10 years 70 + 2 x completed years,
    older or of unknown age 90 mmHg.
    """
    months = completed_months(born, on=on)
    if months is None:
        return _ADULT_MMHG
    if months < 1:
        return _NEWBORN_MMHG
    if months < 12:
        return _INFANT_MMHG
    return min(_INFANT_MMHG + 2 * (months // 12), _ADULT_MMHG)
