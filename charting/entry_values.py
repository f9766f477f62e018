"""How each value of a set of observations is read: its form, its bounds, its closed words."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices

from grading.rules.pressors import DoseUnit
from patients.medicines import CLASS_OF, TreatmentClass
from vitals import plausibility
from vitals.units import STORED_CELSIUS_DIGITS
from vitals.vocabulary import (
    BloodPressureMethod,
    CarerSays,
    Consciousness,
    LateReason,
    OxygenDevice,
    RespiratoryDistress,
    SkipReason,
    TemperatureSite,
    VasopressorIntensity,
    VentilationReason,
)

LONGEST_NOTE: Final = 500
LARGEST_DOSE: Final = 100_000
SPO2_SCALES: Final = (1, 2)
PRESSOR_UNITS: Final = tuple(str(unit.value) for unit in DoseUnit)
VASOPRESSORS: Final = tuple(
    sorted(code for code, klass in CLASS_OF.items() if klass is TreatmentClass.VASOPRESSOR)
)


WHOLE_SET: Final = "set"
# What may be left out with a reason; “set” speaks for all that was not recorded.
SKIPPABLE: Final = frozenset(
    {*plausibility.OF_A_SET, "oxygen_device", "consciousness", "vasopressors", WHOLE_SET}
)


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError("must be a finite number")
    words = plausibility.refusal(name, exact)
    if words:
        raise ValueError(words)
    return exact


def _decimals(places: int) -> Callable[[str, Any], Decimal]:
    step = STORED_CELSIUS_DIGITS if places == 4 else Decimal(1).scaleb(-places)

    def read(name: str, value: Any) -> Decimal:
        exact = _number(name, value)
        # Never rounded up over a limit: 37.99996 must not become 38.0.
        return exact.quantize(step, rounding="ROUND_DOWN").normalize() + 0

    return read


def _whole(name: str, value: Any) -> int:
    exact = _number(name, value)
    if exact != exact.to_integral_value():
        raise ValueError(f"must be a whole number, not {exact:f}")
    return int(exact)


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _choice(choices: type[TextChoices]) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in choices.values:
            raise ValueError(f"must be one of {', '.join(choices.values)}")
        return str(value)

    return read


def _drugs(name: str, value: Any) -> list[str]:
    """Names, or objects that name a drug beside its dose, which doses_among reads."""
    if not isinstance(value, list):
        raise ValueError("must be a list of drug names; empty when none is running")
    names: list[str] = []
    for each in value:
        drug = each.get("drug") if isinstance(each, dict) else each
        if drug not in VASOPRESSORS:
            raise ValueError(f"“{drug}” is not one of {', '.join(VASOPRESSORS)}")
        names.append(drug)
    return sorted(set(names))


def doses_among(sent: Any) -> list[dict[str, str]]:
    """The doses among vasopressors as sent, as text so that no digit is lost.

    Raises ValueError naming the drug, what was sent and the bound or the units that are known.
    """
    rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
    doses = [_dose(row) for row in rows if row.get("dose") is not None]
    return sorted(doses, key=lambda row: (row["drug"], Decimal(row["dose"])))


def _dose(row: dict[str, Any]) -> dict[str, str]:
    dose, unit, drug = row["dose"], row.get("unit"), row.get("drug")
    if isinstance(dose, bool) or not isinstance(dose, int | Decimal):
        raise ValueError(f"the dose of {drug} must be a number")
    if not (Decimal(dose).is_finite() and 0 <= dose <= LARGEST_DOSE):
        raise ValueError(f"the dose of {drug} must be 0 to {LARGEST_DOSE}, not {dose}")
    if unit not in PRESSOR_UNITS:
        known = ", ".join(PRESSOR_UNITS)
        raise ValueError(f"the unit of {drug} must be one of {known}, not {unit}")
    return {"drug": str(drug), "dose": f"{Decimal(dose):f}", "unit": str(unit)}


def _spo2_scale(name: str, value: Any) -> int:
    if isinstance(value, bool) or value not in SPO2_SCALES:
        raise ValueError("must be 1, or 2 where a target of 88 to 92 % is prescribed")
    return int(value)


def _note(name: str, value: Any) -> str:
    if isinstance(value, str) and not value.strip():
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NOTE:
        raise ValueError(f"must be text of at most {LONGEST_NOTE} characters")
    if any(ord(character) < 32 and character not in "\n\t" for character in value):
        raise ValueError("must not hold control characters")
    return value


def _skipped(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not value.keys() <= SKIPPABLE:
        known = ", ".join(sorted(SKIPPABLE))
        raise ValueError(f"must be an object of a reason for each of {known}")
    strange = [reason for reason in value.values() if reason not in SkipReason.values]
    if strange:
        raise ValueError(f"“{strange[0]}” is not one of {', '.join(SkipReason.values)}")
    return dict(sorted(value.items()))


READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "temperature_celsius": _decimals(4),
    "temperature_site": _choice(TemperatureSite),
    "heart_rate_bpm": _whole,
    "respirations_per_minute": _whole,
    "systolic_mmhg": _whole,
    "diastolic_mmhg": _whole,
    "mean_arterial_mmhg": _whole,
    "blood_pressure_method": _choice(BloodPressureMethod),
    "spo2_percent": _decimals(2),
    "oxygen_device": _choice(OxygenDevice),
    "oxygen_flow_lpm": _decimals(3),
    "fio2_percent": _decimals(2),
    "consciousness": _choice(Consciousness),
    "glasgow_coma_score": _whole,
    "hypotension": _boolean,
    "fluid_bolus_ml": _whole,
    "vasopressors": _drugs,
    "vasopressor_intensity": _choice(VasopressorIntensity),
    "vasopressin": _boolean,
    "fluid_responsive": _boolean,
    "hypotension_refractory": _boolean,
    "life_threatening": _boolean,
    "hospitalized_for_crs": _boolean,
    "capillary_refill_seconds": _whole,
    "respiratory_distress": _choice(RespiratoryDistress),
    "spo2_scale": _spo2_scale,
    "oxygen_for_comfort": _boolean,
    "baseline_home_oxygen_lpm": _decimals(2),
    "ventilation_reason": _choice(VentilationReason),
    "fever_attributed_elsewhere": _boolean,
    "hypotension_attributed_elsewhere": _boolean,
    "worried": _boolean,
    "carer_worried": _boolean,
    "carer_says": _choice(CarerSays),
    "pain_score": _whole,
    "urine_ml": _whole,
    "skipped": _skipped,
    "late_reason": _choice(LateReason),
    "note": _note,
}
