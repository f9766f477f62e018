"""Laboratory results of a scripted course: who rises first, who follows. Standard library only."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from demo.courses import Script, at_hour, hour_at

_DRAWN_AT: Final = 6  # o'clock, ward time
# The same day's further draws, from the severity on that asks for them.
_DRAWN_AGAIN: Final = {0: 4, 12: 4, 18: 2}
_DRAWN_AFTER_RISE_HOURS: Final = 0.4
# Told of the last day alone: older ones would only make filling slow.
_AGAIN_FROM_HOUR: Final = -24.0
_DRAWN_ALWAYS: Final = ("crp", "lactate", "creatinine", "platelets", "fibrinogen")
_DAILY_UNTIL: Final = 14  # days after the first dose
_NEVER_LYMPHODEPLETED: Final = ((-30, 2.6), (30, 2.2))
# day of the course and count in 10*9/L, joined by straight lines
_NEUTROPHILS: Final = (
    (-3, 3.1), (-1, 1.4), (1, 0.62), (3, 0.31), (6, 0.14), (9, 0.22), (14, 0.84), (21, 1.6),
    (30, 2.3),
)  # fmt: skip
_PLATELETS: Final = ((-3, 138), (0, 96), (4, 52), (8, 31), (13, 44), (21, 88), (30, 121))
_HEMOGLOBIN: Final = ((-3, 108), (2, 96), (7, 84), (12, 82), (21, 91), (30, 99))


@dataclass(frozen=True, slots=True)
class Result:
    """One laboratory value with its unit and reference range, as a report prints them."""

    at: datetime
    loinc: str
    name: str
    value: str
    unit: str
    reference: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Test:
    loinc: str
    name: str
    unit: str
    reference: tuple[str, str]
    digits: int


_TESTS: Final = {
    "crp": _Test("1988-5", "C-reactive protein", "mg/L", ("0", "5"), 0),
    "ferritin": _Test("2276-4", "Ferritin", "ng/mL", ("15", "300"), 0),
    "il6": _Test("26881-3", "Interleukin 6", "pg/mL", ("0", "7"), 1),
    "lactate": _Test("32693-4", "Lactate", "mmol/L", ("0.5", "2.0"), 1),
    "leukocytes": _Test("6690-2", "White cells", "10*9/L", ("4.0", "11.0"), 2),
    "neutrophils": _Test("751-8", "Neutrophils", "10*9/L", ("2.0", "7.5"), 2),
    "lymphocytes": _Test("731-0", "Lymphocytes", "10*9/L", ("1.0", "4.0"), 2),
    "hemoglobin": _Test("718-7", "Hemoglobin", "g/L", ("120", "160"), 0),
    "platelets": _Test("777-3", "Platelets", "10*9/L", ("150", "400"), 0),
    "creatinine": _Test("2160-0", "Creatinine", "mg/dL", ("0.50", "1.10"), 2),
    "alt": _Test("1742-6", "ALT", "U/L", ("5", "45"), 0),
    "fibrinogen": _Test("3255-7", "Fibrinogen", "g/L", ("2.0", "4.0"), 2),
}
_SHORT: Final = frozenset(_TESTS[code].loinc for code in _DRAWN_ALWAYS)
_CHILD_CREATININE: Final = ("0.20", "0.50")
_CHILD_BEFORE_YEARS: Final = 12


def results_between(
    script: Script, *, start: float, end: float, origin: datetime, seed: int
) -> list[Result]:
    """Return the results drawn from hour `start` up to but not at `end`, oldest first.

    Each morning the whole panel; the very ill, and whoever just got worse, a short one more.
    """
    if not script.phases:
        return []
    first = at_hour(max(start, script.phases[0].at), origin=origin)
    draw = first.replace(hour=_DRAWN_AT, minute=0, second=0, microsecond=0)
    results: list[Result] = []
    while hour_at(draw, origin=origin) < end:
        if draw >= first and _is_drawn(script, draw, origin):
            results += _drawn(script, draw, origin=origin, seed=seed)
        draw += timedelta(days=1)
    for draw in _drawn_again(script, start=start, end=end, origin=origin):
        short = _drawn(script, draw, origin=origin, seed=seed)
        results += [each for each in short if each.loinc in _SHORT]
    return sorted(results, key=lambda each: each.at)


def _drawn_again(
    script: Script, *, start: float, end: float, origin: datetime
) -> Iterator[datetime]:
    """Draws beside the morning's: by severity through the day, and soon after it rises to 2."""
    start = max(start, _AGAIN_FROM_HOUR, script.phases[0].at)
    for before, phase in pairwise(script.phases):
        hour = phase.at + _DRAWN_AFTER_RISE_HOURS
        if phase.level >= 2 and phase.level > before.level and start <= hour < end:
            yield at_hour(hour, origin=origin)
    midnight = at_hour(start, origin=origin).replace(hour=0, minute=0, second=0, microsecond=0)
    while hour_at(midnight, origin=origin) < end:
        for o_clock, level in _DRAWN_AGAIN.items():
            draw = midnight.replace(hour=o_clock)
            hour = hour_at(draw, origin=origin)
            if start <= hour < end and script.level_at(hour) >= level:
                yield draw
        midnight += timedelta(days=1)


def _is_drawn(script: Script, draw: datetime, origin: datetime) -> bool:
    """Daily for two weeks after the first dose, then every third day."""
    days = round(_day(script, draw, origin))
    return days <= _DAILY_UNTIL or days % 3 == 0


def _drawn(script: Script, draw: datetime, *, origin: datetime, seed: int) -> list[Result]:
    hour = hour_at(draw, origin=origin)
    chance = random.Random(f"{seed}:{script.person.mrn}:labs:{_named(draw)}")
    results = []
    for code, value in _values(script, hour, day=_day(script, draw, origin)).items():
        test = _TESTS[code]
        is_child = script.person.age_years < _CHILD_BEFORE_YEARS
        reference = _CHILD_CREATININE if code == "creatinine" and is_child else test.reference
        shown = f"{value * chance.uniform(0.94, 1.06):.{test.digits}f}"
        results.append(Result(draw, test.loinc, test.name, shown, test.unit, reference))
    return results


def _named(draw: datetime) -> str:
    day = draw.date().isoformat()
    return day if draw.hour == _DRAWN_AT else f"{day}T{draw:%H:%M}"


def _values(script: Script, hour: float, *, day: float) -> dict[str, float]:
    """CRP answers within a day, ferritin a day later; counts follow lymphodepletion."""
    neutrophils = _line(_NEUTROPHILS if script.lymphodepleted else _NEVER_LYMPHODEPLETED, day)
    lymphocytes = 0.12 + 0.05 * max(0.0, min(day, 12.0))
    inflamed = _felt(script, hour, lag=10)
    child = script.person.age_years < _CHILD_BEFORE_YEARS
    values = {
        "crp": 6 + 62 * inflamed,
        "ferritin": 420 * math.exp(1.05 * _felt(script, hour, lag=34)),
        "leukocytes": neutrophils + lymphocytes + 0.1,
        "neutrophils": neutrophils,
        "lymphocytes": lymphocytes,
        "hemoglobin": _line(_HEMOGLOBIN, day),
        "platelets": _line(_PLATELETS, day),
        "creatinine": (0.34 if child else 0.78) * (1 + 0.22 * inflamed),
        "alt": 24 + 34 * _felt(script, hour, lag=24),
        "fibrinogen": 3.9 - 0.55 * _felt(script, hour, lag=30),
    }
    if script.level_at(hour) >= 1 and round(day) % 2 == 0:
        values["il6"] = 14 * math.exp(1.5 * _felt(script, hour, lag=2))
    if script.level_at(hour) >= 2:
        values["lactate"] = 1.0 + 0.65 * inflamed
    return values


def _felt(script: Script, hour: float, *, lag: float) -> float:
    """The severity of the day before the lag, averaged: 0 to 4."""
    return sum(script.level_at(hour - lag - 4 * step) for step in range(6)) / 6


def _day(script: Script, draw: datetime, origin: datetime) -> float:
    doses = script.dose_times(origin=origin)
    return (draw - doses[0]) / timedelta(days=1) if doses else -1.0


def _line(points: Sequence[tuple[float, float]], day: float) -> float:
    """Follow straight lines between the points, and stay level beyond their ends."""
    if day <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if day <= right:
            return low + (high - low) * (day - left) / (right - left)
    return points[-1][1]
