"""The one seam where rows become what the rules read."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from grading.course import DrugGiven, SetValues
from patients.medicines import CLASS_OF, WAIVES_FEVER, TreatmentClass
from patients.models import Treatment
from vitals.models import ObservationSet

# What the ASTCT grade reads; its evidence names no other.
CRS_FIELDS: Final = (
    "temperature_celsius",
    "systolic_mmhg",
    "hypotension",
    "fluid_bolus_ml",
    "hypotension_attributed_elsewhere",
    "fever_attributed_elsewhere",
    "spo2_percent",
    "oxygen_device",
    "oxygen_flow_lpm",
    "oxygen_for_comfort",
    "ventilation_reason",
    "vasopressors",
    "vasopressin",
    "baseline_home_oxygen_lpm",
)
# What the other scales of a set read besides.
_OTHER_FIELDS: Final = (
    "respirations_per_minute",
    "heart_rate_bpm",
    "consciousness",
    "fio2_percent",
    "vasopressor_doses",
    "vasopressor_intensity",
    "fluid_responsive",
    "hypotension_refractory",
    "life_threatening",
    "hospitalized_for_crs",
    "capillary_refill_seconds",
    "respiratory_distress",
    "spo2_scale",
)
_FIELDS: Final = CRS_FIELDS + _OTHER_FIELDS


def values_of(observations: ObservationSet) -> SetValues:
    """Return what a set recorded; an empty text or None was not recorded."""
    recorded: dict[str, Any] = {}
    for name in _FIELDS:
        value = getattr(observations, name)
        if value is not None and value != "":
            recorded[name] = _plain(value)
    return SetValues(observations.pk, observations.taken_at, recorded)


def drugs_of(treatments: Iterable[Treatment]) -> list[DrugGiven]:
    """Return treatments as the course fold sees them."""
    return [_drug(treatment) for treatment in treatments]


def _plain(value: Any) -> Any:
    """Drop the zeros a column adds, so that a grade reads 38.6 before and after storage."""
    return value.normalize() + 0 if isinstance(value, Decimal) else value


def _drug(treatment: Treatment) -> DrugGiven:
    klass = CLASS_OF[treatment.code]
    return DrugGiven(
        code=treatment.code,
        started_at=treatment.started_at,
        stopped_at=treatment.stopped_at,
        waives_fever=klass in WAIVES_FEVER,
        is_vasopressor=klass is TreatmentClass.VASOPRESSOR,
        is_vasopressin=klass is TreatmentClass.VASOPRESSIN,
        is_inotrope=klass is TreatmentClass.INOTROPE,
        is_bolus=treatment.code == "fluid_bolus",
        kind=klass,
        dose=None if treatment.dose_value is None else _plain(treatment.dose_value),
        unit=treatment.dose_unit,
        route=treatment.route,
    )
