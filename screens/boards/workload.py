"""How much there is to do for each nurse, as points; a hint, and nobody is moved by it.

Points: 60 / interval in minutes for each patient, 2 for each at grade 2 or more, 1 for each
infusion that runs. Shipped default, not yet clinically approved.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

GRAVE_FROM: Final = 2
_POINTS_GRAVE: Final = 2


@dataclass(frozen=True, slots=True)
class Patient:
    """What a patient asks for; `interval_minutes` None where nothing is planned."""

    interval_minutes: int | None
    at_least: int
    running: int
    nurses: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """One nurse's patients and points; `unplanned` patients ask for sets nobody counted."""

    nurse: str
    patients: int
    points: float
    unplanned: int


def points(patient: Patient) -> Fraction:
    """Return the points of one patient."""
    sets = Fraction(60, patient.interval_minutes) if patient.interval_minutes else Fraction(0)
    grave = _POINTS_GRAVE if patient.at_least >= GRAVE_FROM else 0
    return sets + grave + patient.running


def loads(patients: Iterable[Patient]) -> list[Load]:
    """Return the points of each nurse, the most first, and of those whom nobody has as “”.

    A patient of two nurses counts whole for both: each of them may be called.
    """
    found: dict[tuple[int, str], list[Patient]] = {}
    for patient in patients:
        for nurse in patient.nurses or ((0, ""),):
            found.setdefault(nurse, []).append(patient)
    rows = [
        Load(
            name,
            len(own),
            round(float(sum(map(points, own), Fraction(0))), 1),
            sum(each.interval_minutes is None for each in own),
        )
        for (_, name), own in found.items()
    ]
    return sorted(rows, key=lambda row: (row.nurse == "", -row.points, row.nurse))
