"""When sets of a scripted course are taken, and what is measured then. Standard library only."""

import math
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from demo.courses import ROOM_AIR, Phase, Script, at_hour

# Minutes between sets at each level, as the ward's schedule asks for.
_EVERY_MINUTES: Final = (225, 112, 55, 55, 55)
# A newly seen rise is looked at again soon.
_RECHECK_MINUTES: Final = (225, 27, 13, 13, 13)
# youngest age, heart rate, respirations, at rest and without fever
_REST: Final = ((18, 76, 15), (12, 80, 16), (5, 92, 20), (1, 116, 27), (0, 128, 34))
_RATE_PER_DEGREE: Final = 10
_WARMEST_HOUR: Final = 17.5


@dataclass(frozen=True, slots=True)
class SetTaken:
    """One set of a course; `values` are fields of an entry, decimals as text."""

    at: datetime
    values: dict[str, Any]


def sets_between(
    script: Script, *, start: float, end: float, origin: datetime, seed: int
) -> list[SetTaken]:
    """Return the sets from hour `start` up to but not at `end`, oldest first.

    The whole course is walked from admission, so that two halves join exactly.
    """
    taken = []
    for hour in _hours(script, end=end, seed=seed):
        if hour >= start and not script.is_silent(hour):
            at = at_hour(hour, origin=origin)
            taken.append(SetTaken(at, values_at(script, hour=hour, at=at, seed=seed)))
    return taken


def values_at(script: Script, *, hour: float, at: datetime, seed: int) -> dict[str, Any]:
    """Return what is measured at this hour; `at` is the ward's clock, for the time of day.

    Raises LookupError before the first phase.
    """
    phase = script.phase_at(hour)
    if phase is None:
        raise LookupError(f"{script.person.mrn} has no course at hour {hour:.1f}")
    noise = _Noise(f"{seed}:{script.person.mrn}", hour)
    celsius = _glided(script, phase, "celsius", hour) + noise.smooth("t", 0.22, hours=5)
    celsius += 0.2 * math.cos((at.hour + at.minute / 60 - _WARMEST_HOUR) / 24 * math.tau)
    celsius += noise.sharp("t", 0.06)
    systolic = round(
        _glided(script, phase, "systolic_mmhg", hour)
        + noise.smooth("bp", 4, hours=3)
        + noise.sharp("bp", 2)
    )
    diastolic = round(systolic * (0.52 if phase.level >= 2 else 0.6) + noise.sharp("d", 2))
    spo2 = _glided(script, phase, "spo2_percent", hour) + noise.sharp("o", 0.8)
    values = {
        "temperature_celsius": f"{celsius:.1f}",
        **_rates(script, phase, celsius=celsius, noise=noise),
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "mean_arterial_mmhg": round((systolic + 2 * diastolic) / 3),
        "spo2_percent": str(max(80, min(100, round(spo2)))),
        **_oxygen(phase),
        "consciousness": phase.consciousness,
        "vasopressors": script.running_pressors(hour),
        "vasopressin": False,
        "hypotension": phase.hypotension,
        "note": phase.note or None,
    }
    return {k: v for k, v in values.items() if v is not None and k not in phase.omit}


def _hours(script: Script, *, end: float, seed: int) -> list[float]:
    """The hours at which sets are taken, by level, sooner after a rise."""
    hours = []
    hour = script.phases[0].at if script.phases else end
    before = 0
    while hour < end:
        hours.append(hour)
        phase = script.phase_at(hour)
        assert phase is not None  # the first hour is the first phase's
        rising = phase.level > before
        before = phase.level
        by_level = (_RECHECK_MINUTES if rising else _EVERY_MINUTES)[phase.level]
        haste = 0.9 + 0.1 * random.Random(f"{seed}:{script.person.mrn}:{hour:.3f}").random()
        planned = hour + (phase.every_minutes or by_level) * haste / 60
        hour = min([planned, *_sooner(script, phase, hour, planned)])
    return hours


def _sooner(script: Script, phase: Phase, hour: float, planned: float) -> list[float]:
    """Somebody who gets worse, or needs another rhythm, is not left to the next round."""
    return [
        shows
        for each in script.phases
        if each.level > phase.level or each.every_minutes is not None
        if hour < (shows := each.at + min(each.glide_hours, 1.0) * (each.level > phase.level))
        if shows < planned
    ]


def _glided(script: Script, phase: Phase, name: str, hour: float) -> float:
    """Move smoothly from the target before to this phase's target."""
    index = script.phases.index(phase)
    target = float(getattr(phase, name))
    if index == 0:
        return target
    before = float(getattr(script.phases[index - 1], name))
    part = min(1.0, (hour - phase.at) / phase.glide_hours)
    return before + (target - before) * part * part * (3 - 2 * part)


def _rates(script: Script, phase: Phase, *, celsius: float, noise: "_Noise") -> dict[str, int]:
    """Heart rate rises with fever and with a failing pressure, breathing with lack of oxygen."""
    age = script.person.age_years
    heart, breaths = next((h, b) for youngest, h, b in _REST if age >= youngest)
    fever = max(0.0, celsius - 37.0)
    shock = 8 * max(0, phase.level - 1)
    ventilated = phase.device == "invasive_ventilation"
    hypoxic = 0 if phase.device == ROOM_AIR else 3 * max(1, phase.level - 1)
    rate = breaths * (1 + 0.08 * fever) + hypoxic + noise.sharp("rr", 1.2)
    return {
        "heart_rate_bpm": round(
            heart + _RATE_PER_DEGREE * fever + shock + noise.smooth("hr", 5, hours=4)
        ),
        "respirations_per_minute": 18 if ventilated else round(rate),
    }


def _oxygen(phase: Phase) -> dict[str, Any]:
    return {
        "oxygen_device": phase.device,
        "oxygen_flow_lpm": None if phase.flow_lpm is None else str(phase.flow_lpm),
        "fio2_percent": None if phase.fio2_percent is None else str(phase.fio2_percent),
        "ventilation_reason": "hypoxia" if phase.device == "invasive_ventilation" else None,
    }


class _Noise:
    """Chance that a name, a seed and an hour decide, and nothing else."""

    def __init__(self, name: str, hour: float) -> None:
        self.name = name
        self.hour = hour

    def sharp(self, field: str, size: float) -> float:
        """An error of measurement: another each time, within `size` mostly."""
        return random.Random(f"{self.name}:{field}:{self.hour:.3f}").gauss(0, size / 1.5)

    def smooth(self, field: str, size: float, *, hours: float) -> float:
        """A drift: chance at whole multiples of `hours`, joined by a soft curve."""
        place = self.hour / hours
        left = math.floor(place)
        ends = [
            random.Random(f"{self.name}:{field}~{index}").uniform(-size, size)
            for index in (left, left + 1)
        ]
        part = place - left
        return ends[0] + (ends[1] - ends[0]) * part * part * (3 - 2 * part)
