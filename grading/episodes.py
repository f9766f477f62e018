"""Episodes of CRS: when each began, how grave it was, when it ended, and which one came back.

Read from the grades in force, oldest first, each with the state of the course after it. Nothing
here is a grade: an episode repeats what its sets were graded, and a later one never touches it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Final

from grading.course import CARRY_TEMPERATURE
from patients.windows import Dose, course_start, day_number

# A fever that comes back this soon belongs to the same course. A configuration default, not yet
# clinically approved.
RECURS_WITHIN: Final = timedelta(days=7)
GRAVEST: Final = 5


@dataclass(frozen=True, slots=True)
class Graded:
    """One grade in force, with what the course knew after it.

    `grade` is None when what was not recorded could change it; `at_least` is then the lowest
    it can be. `febrile` says that the newest temperature, of `temperature_at`, is a fever that
    counts.
    """

    taken_at: datetime
    grade: int | None
    at_least: int
    episode_opened_at: datetime | None = None
    at_zero_since: datetime | None = None
    temperature_at: datetime | None = None
    febrile: bool = False


@dataclass(frozen=True, slots=True)
class Peak:
    """The gravest grade of an episode, first reached at `at`.

    It is known only when every set of the episode was fully graded: one that was not could
    have been graver.
    """

    at_least: int
    is_known: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch of CRS, from its first qualifying fever to 24 h without a sign of it.

    `grade` and `at_least` are those of the newest set, taken at `graded_at`; an open episode
    lasts to that set and no further. A closed one lasts to `signs_gone_at`, where the grade 0
    began that lasted, and was closed by the set of `resolved_at`. `fever` counts a temperature
    until the next one, but never for more than 4 h. `onset_day` is the ward's calendar day of
    the dose's course and `onset_hours` the hours since that dose, both None without a dose.
    """

    number: int
    onset_at: datetime
    onset_day: int | None
    onset_hours: Decimal | None
    grade: int | None
    at_least: int
    graded_at: datetime
    peak: Peak
    not_fully_graded: int
    signs_gone_at: datetime | None
    resolved_at: datetime | None
    recurrence_of: int | None
    fever: timedelta

    @property
    def lasted(self) -> timedelta:
        """From the onset until the signs were gone, or as far as it is known."""
        return (self.signs_gone_at or self.graded_at) - self.onset_at


def episodes(graded: Sequence[Graded], *, doses: Sequence[Dose], zone: tzinfo) -> list[Episode]:
    """The episodes in order, numbered from 1; `graded` is oldest first."""
    febrile = fever_spans(graded)
    found: list[Episode] = []
    stretches = [list(sets) for _, sets in groupby(graded, key=lambda each: each.episode_opened_at)]
    for sets, following in pairwise([*stretches, []]):
        onset_at = sets[0].episode_opened_at
        if onset_at is None:
            continue
        closing = following[0] if following and following[0].episode_opened_at is None else None
        newest = closing or sets[-1]
        day, hours = _since_dose(onset_at, doses, zone)
        found.append(
            Episode(
                number=len(found) + 1,
                onset_at=onset_at,
                onset_day=day,
                onset_hours=hours,
                grade=newest.grade,
                at_least=newest.at_least,
                graded_at=newest.taken_at,
                peak=_peak(sets),
                not_fully_graded=sum(each.grade is None for each in sets),
                signs_gone_at=(sets[-1].at_zero_since or newest.taken_at) if closing else None,
                resolved_at=closing.taken_at if closing else None,
                recurrence_of=_recurrence_of(found, onset_at),
                fever=_within(febrile, onset_at, newest.taken_at),
            )
        )
    return found


def fever_spans(graded: Iterable[Graded]) -> list[tuple[datetime, datetime]]:
    """When there was fever: from each febrile temperature to the next one, for 4 h at most."""
    by_time = {
        each.temperature_at: each.febrile for each in graded if each.temperature_at is not None
    }
    times = sorted(by_time)
    ends = [*times[1:], *(at + CARRY_TEMPERATURE for at in times[-1:])]
    return [
        (at, min(end, at + CARRY_TEMPERATURE))
        for at, end in zip(times, ends, strict=True)
        if by_time[at]
    ]


def _peak(sets: Sequence[Graded]) -> Peak:
    gravest = max(each.at_least for each in sets)
    first = next(each for each in sets if each.at_least == gravest)
    known = gravest == GRAVEST or all(each.grade is not None for each in sets)
    return Peak(gravest, known, first.taken_at)


def _recurrence_of(earlier: Sequence[Episode], onset_at: datetime) -> int | None:
    """The number of the episode before, when it closed no longer than 7 days ago."""
    closed_at = earlier[-1].resolved_at if earlier else None
    if closed_at is None or onset_at - closed_at > RECURS_WITHIN:
        return None
    return earlier[-1].number


def _within(
    spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> timedelta:
    """How much of the spans lies between two moments."""
    inside = (min(until, end) - max(since, start) for since, until in spans)
    return sum((span for span in inside if span > timedelta(0)), start=timedelta(0))


def _since_dose(
    at: datetime, doses: Sequence[Dose], zone: tzinfo
) -> tuple[int | None, Decimal | None]:
    """The ward's day number and the hours since the dose that is day 0; negative before it."""
    start = course_start(doses, at=at)
    if start is None:
        return None, None
    seconds = (at - start.started_at) // timedelta(seconds=1)
    return day_number(at, day_zero=start.started_at, zone=zone), Decimal(seconds) / 3600
