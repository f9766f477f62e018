"""What the CRS scales that grade by dose, FiO2 and organ toxicity read of one patient."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from grading.rules.crs_criteria import FEVER_CELSIUS
from grading.rules.organ import Toxicity
from grading.rules.pressors import Infusion, Intensity
from grading.rules.vocabulary import Inotrope, Labeled, OxygenDevice, VentilationReason


class BloodProduct(Labeled):
    """Products given for coagulopathy; only the first three count for any scale."""

    FRESH_FROZEN_PLASMA = "fresh_frozen_plasma", "fresh frozen plasma"
    CRYOPRECIPITATE = "cryoprecipitate", "cryoprecipitate"
    FIBRINOGEN_CONCENTRATE = "fibrinogen_concentrate", "fibrinogen concentrate"
    PLATELETS = "platelets", "platelets"
    RED_CELLS = "red_cells", "red cells"


@dataclass(frozen=True, slots=True)
class SupportFindings:
    """What was recorded at one time; None is "not recorded" and never "normal".

    Attributions, exclusions and a clinician's gravest words (`*_attributed_elsewhere`,
    `oxygen_for_comfort`, `baseline_home_oxygen_lpm`, `ventilation_reason`, `life_threatening`,
    `fluid_responsive`, `death_due_to_crs`) speak only when they are stated.

    Temperature in degrees Celsius, flow in L/min, FiO2 as a fraction from 0.21 to 1, pressure
    in mmHg, saturation in percent, age in years. `hours_on_dose` is at the dose of now,
    `hours_on_vasopressor` since the first vasopressor. `fluid_bolus_count` and
    `fluid_bolus_given` are boluses to correct pressure.
    """

    age_years: Decimal | int | None = None
    temperature_celsius: Decimal | None = None
    fever_attributed_elsewhere: bool | None = None
    constitutional_symptoms: tuple[str, ...] | None = None
    antipyretics_given: bool | None = None
    hypotension_present: bool | None = None
    hypotension_attributed_elsewhere: bool | None = None
    systolic_mmhg: Decimal | int | None = None
    fluid_bolus_given: bool | None = None
    fluid_bolus_count: int | None = None
    fluid_responsive: bool | None = None
    vasopressors: tuple[Infusion, ...] | None = None
    vasopressin: bool | None = None
    inotropes: frozenset[str] | None = None
    vasopressor_intensity: str | None = None
    hours_on_dose: Decimal | None = None
    hours_on_vasopressor: Decimal | None = None
    hypotension_refractory: bool | None = None
    oxygen_device: str | None = None
    oxygen_flow_lpm: Decimal | None = None
    fio2_fraction: Decimal | None = None
    oxygen_for_comfort: bool | None = None
    baseline_home_oxygen_lpm: Decimal | None = None
    ventilation_reason: str | None = None
    spo2_percent: Decimal | int | None = None
    organ_toxicities: frozenset[Toxicity] | None = None
    coagulopathy_products: frozenset[str] | None = None
    hospitalized_for_crs: bool | None = None
    febrile_neutropenia: bool | None = None
    iv_antibiotics_given: bool | None = None
    life_threatening: bool | None = None
    death_due_to_crs: bool | None = None


_CLOSED: dict[str, frozenset[str]] = {
    "oxygen_device": frozenset(OxygenDevice),
    "ventilation_reason": frozenset(VentilationReason),
    "vasopressor_intensity": frozenset(Intensity),
}
_LISTS: dict[str, frozenset[str]] = {
    "inotropes": frozenset(Inotrope),
    "coagulopathy_products": frozenset(BloodProduct),
}
_BOUNDS: dict[str, tuple[Decimal, Decimal]] = {
    "age_years": (Decimal(0), Decimal(130)),
    "temperature_celsius": (Decimal(25), Decimal(45)),
    "systolic_mmhg": (Decimal(0), Decimal(350)),
    "fluid_bolus_count": (Decimal(0), Decimal(100_000)),
    "hours_on_dose": (Decimal(0), Decimal(100_000)),
    "hours_on_vasopressor": (Decimal(0), Decimal(100_000)),
    "oxygen_flow_lpm": (Decimal(0), Decimal(80)),
    "fio2_fraction": (Decimal("0.21"), Decimal(1)),
    "baseline_home_oxygen_lpm": (Decimal(0), Decimal(80)),
    "spo2_percent": (Decimal(0), Decimal(100)),
}


def check(findings: SupportFindings) -> None:
    """Raise ValueError for a word no rule knows or a number outside its bounds.

    A word that matches no row would otherwise grade as "nothing". TypeError for a binary float.
    """
    for name, value in _recorded(findings):
        if isinstance(value, float):
            raise TypeError(f"{name} is a Decimal, never a binary float")
        if name in _CLOSED and value not in _CLOSED[name]:
            raise _unknown(name, {value}, _CLOSED[name])
        if name in _LISTS and not value <= _LISTS[name]:
            raise _unknown(name, value - _LISTS[name], _LISTS[name])
        if name in _BOUNDS:
            low, high = _BOUNDS[name]
            number = Decimal(value)
            if not (number.is_finite() and low <= number <= high):
                raise ValueError(f"{name} must be {low} to {high}, not {value}")


def has_fever(findings: SupportFindings) -> bool | None:
    """38.0 °C or above now, unless a clinician attributed it to something else."""
    if findings.fever_attributed_elsewhere:
        return False
    if findings.temperature_celsius is None:
        return None
    return findings.temperature_celsius >= FEVER_CELSIUS


def _recorded(findings: SupportFindings) -> Iterator[tuple[str, Any]]:
    for field in fields(findings):
        value = getattr(findings, field.name)
        if value is not None:
            yield field.name, value


def _unknown(name: str, given: set[str] | frozenset[str], known: frozenset[str]) -> ValueError:
    names = ", ".join(repr(str(word)) for word in sorted(given))
    return ValueError(f"unknown {name} {names}; known: {', '.join(sorted(map(str, known)))}")
