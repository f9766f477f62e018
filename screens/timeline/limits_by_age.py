"""The usual range of heart and respiratory rate at a patient's age, from the published charts."""

from collections.abc import Sequence

from grading.rules import news2_bands, pews_bands
from grading.rules.news2 import ADULT_YEARS
from grading.rules.pews_bands import CHART_FROM_YEARS, Chart
from grading.rules.score_bands import Band
from patients.age import completed_years
from screens.timeline.course import Course

# Value, what the line says, color.
Limit = tuple[float, str, str]


def limits(course: Course) -> list[Limit]:
    """Return where points begin on NEWS2, or on the PEWS chart of a child.

    Nothing for an unknown age: there is no range for everybody.
    """
    day = (course.day_zero or course.end).astimezone(course.zone).date()
    years = completed_years(course.born, on=day)
    if years is None:
        return []
    if years >= ADULT_YEARS:
        return _of(news2_bands.PULSE, news2_bands.RESPIRATIONS, "NEWS2")
    chart = max(
        (each for each, first in CHART_FROM_YEARS.items() if first <= years),
        key=lambda each: CHART_FROM_YEARS[each],
        default=Chart.INFANT,
    )
    words = f"PEWS, {chart.label}"
    return _of(pews_bands.HEART_RATE[chart], pews_bands.RESPIRATIONS[chart], words)


def _of(heart: Sequence[Band], breaths: Sequence[Band], words: str) -> list[Limit]:
    return [
        *((value, f"Heart rate: {said} {words}", "heart-rate") for value, said in _ends(heart)),
        *((value, f"Resp. rate: {said} {words}", "respirations") for value, said in _ends(breaths)),
    ]


def _ends(table: Sequence[Band]) -> list[tuple[float, str]]:
    """The ends of the band that scores nothing; `high` is the first value that scores."""
    free = next(band for band in table if band.points == 0)
    found = []
    if free.low is not None:
        found.append((float(free.low), f"below {free.low} scores in"))
    if free.high is not None:
        found.append((float(free.high), f"from {free.high} scores in"))
    return found
