"""Whether a reading is beyond a limit, how far, and whether a second one confirms it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import Enum
from typing import Final

from alerts.policy.facts import CourseFacts, Facts, Reading
from alerts.policy.numbers import ByAge
from alerts.policy.rulebook import Rulebook

ADULT_FROM_MONTHS: Final = 18 * 12


class Breach(Enum):
    """How a reading stands to its limit."""

    NORMAL = "normal"
    SOFT = "soft"  # near the limit: a second reading decides
    HARD = "hard"  # far beyond it: counts at once
    ACTION = "action"  # somebody acted or judged: no reading, counts at once


Judge = Callable[[Reading], Breach | None]


def is_adult(course: CourseFacts) -> bool:
    """Whether adult limits hold; an unknown age is an adult, as everywhere here."""
    return course.age_months is None or course.age_months >= ADULT_FROM_MONTHS


def limit_at(rows: ByAge, months: int) -> int:
    """The limit of the oldest band that has begun at this age."""
    return [limit for since, limit in rows if since <= months][-1]


def pressure(reading: Reading, course: CourseFacts, book: Rulebook) -> Breach | None:
    """Judge a blood pressure; None when neither pressure nor judgment was recorded.

    A clinician's “no hypotension” outweighs a pressure near the limit, not one far below.
    """
    if reading.vasopressors or reading.hypotension:
        return Breach.ACTION
    systolic, mean = reading.systolic_mmhg, reading.mean_mmhg
    if systolic is None and mean is None:
        return Breach.NORMAL if reading.hypotension is False else None
    if _is_hard(systolic, mean, course, book):
        return Breach.HARD
    if reading.hypotension is False:
        return Breach.NORMAL
    if systolic is not None and systolic < _systolic_limit(course, book):
        return Breach.SOFT
    if is_adult(course) and mean is not None and mean < book.a08.mean_below_mmhg:
        return Breach.SOFT
    return None if systolic is None else Breach.NORMAL


def _is_hard(
    systolic: int | None, mean: Decimal | None, course: CourseFacts, book: Rulebook
) -> bool:
    if not is_adult(course):
        return systolic is not None and systolic < course.hypotension_below_mmhg
    if systolic is not None and systolic < book.a08.hard_systolic_below_mmhg:
        return True
    return mean is not None and mean < book.a08.hard_mean_below_mmhg


def _systolic_limit(course: CourseFacts, book: Rulebook) -> Decimal:
    """The limit for the age, or a share of the adult's own baseline where that is higher."""
    limit = Decimal(course.hypotension_below_mmhg)
    baseline = course.baseline_systolic_mmhg
    if baseline is None or not is_adult(course):
        return limit
    own = min(baseline * book.a08.baseline_share, Decimal(book.a08.baseline_below_mmhg))
    return max(limit, own)


def oxygen(reading: Reading, before: int | None, book: Rulebook) -> Breach | None:
    """Judge oxygen; `before` is the class of the last known device, None when unknown.

    More oxygen than before is an action; the first device known at all is more, too.
    """
    device, spo2 = reading.oxygen_class, reading.spo2_percent
    if device and (before is None or device > before):
        return Breach.ACTION
    if spo2 is None:
        return None
    if spo2 < book.a09.hard_spo2_below_percent:
        return Breach.HARD
    return Breach.SOFT if spo2 < book.a09.spo2_below_percent else Breach.NORMAL


def saturation(reading: Reading, book: Rulebook) -> Breach | None:
    """Judge the saturation alone, whatever the device."""
    return oxygen(Reading(reading.taken_at, spo2_percent=reading.spo2_percent), 0, book)


def device_before(earlier: Sequence[Reading]) -> int | None:
    """The class of the last device that was recorded."""
    return next((each.oxygen_class for each in earlier if each.oxygen_class is not None), None)


def heart_rate(reading: Reading, course: CourseFacts, book: Rulebook) -> Breach | None:
    """Judge a heart rate against the age, and against the patient's own baseline."""
    rate, numbers = reading.heart_rate_bpm, book.a10
    if rate is None:
        return None
    months = course.age_months
    if months is None or months >= ADULT_FROM_MONTHS:
        limit = numbers.adult_above_bpm
    else:
        limit = limit_at(numbers.child_above_bpm, months)
    baseline = course.baseline_heart_rate_bpm
    rose = baseline is not None and rate - baseline >= numbers.rise_bpm
    return Breach.SOFT if rate > limit or rose else Breach.NORMAL


def breathing(reading: Reading, course: CourseFacts, book: Rulebook) -> Breach | None:
    """Judge a respiratory rate: an adult at the limit, a child above it."""
    rate, months = reading.respirations_per_minute, course.age_months
    if rate is None:
        return None
    if months is None or months >= ADULT_FROM_MONTHS:
        fast = rate >= book.a11.adult_from_per_minute
    else:
        fast = rate > limit_at(book.a11.child_above_per_minute, months)
    return Breach.SOFT if fast else Breach.NORMAL


def is_confirmed(facts: Facts, judge: Judge, *, apart_minutes: int) -> bool:
    """Whether an earlier reading, so long before and none normal between, was beyond too."""
    for reading in facts.seen.earlier:
        found = judge(reading)
        if found is Breach.NORMAL:
            return False
        apart = facts.seen.newest.taken_at - reading.taken_at
        if found is not None and apart >= timedelta(minutes=apart_minutes):
            return True
    return False


def counts(facts: Facts, judge: Judge, book: Rulebook) -> bool | None:
    """True: beyond the limit for certain; None: one soft reading; False: not known to be."""
    found = judge(facts.seen.newest)
    if found is None or found is Breach.NORMAL:
        return False
    if found is not Breach.SOFT:
        return True
    return is_confirmed(facts, judge, apart_minutes=book.a03.apart_minutes) or None
