"""One JSON case of a CRS scale of support, read into findings."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import (
    CaseRefused,
    Reader,
    celsius,
    drugs,
    fahrenheit,
    listing,
    number,
    one_of,
    read_all,
    shown,
    whole,
    words,
    yes_or_no,
)
from grading.rules.cases_crs_keys import CONTEXT, FIELD_OF, KEYS
from grading.rules.ctcae_crs import TERM
from grading.rules.organ import Toxicity
from grading.rules.pressors import DoseUnit, Infusion, Intensity
from grading.rules.support_findings import BloodProduct, SupportFindings
from grading.rules.support_oxygen import AIR_FRACTION
from grading.rules.vocabulary import (
    Inotrope,
    OxygenDevice,
    VasopressinAnalog,
    Vasopressor,
    VentilationReason,
)

_COAGULOPATHY = {
    "ffp": BloodProduct.FRESH_FROZEN_PLASMA,
    "plasma": BloodProduct.FRESH_FROZEN_PLASMA,
    "cryo": BloodProduct.CRYOPRECIPITATE,
    "fibrinogen": BloodProduct.FIBRINOGEN_CONCENTRATE,
}
_dose = number(0, 100_000)
_grade = whole(0, 5)
_product = one_of(BloodProduct, _COAGULOPATHY)
_unit = one_of(
    DoseUnit,
    {
        "mcg/min": DoseUnit.UG_MIN,
        "mcg/kg/min": DoseUnit.UG_KG_MIN,
        "µg/min": DoseUnit.UG_MIN,
        "µg/kg/min": DoseUnit.UG_KG_MIN,
        "units/min": DoseUnit.U_MIN,
        "units/h": DoseUnit.U_H,
    },
)
_drug = drugs(Vasopressor, VasopressinAnalog, Inotrope)


def _infusions(name: str, value: Any) -> tuple[Infusion, ...]:
    return tuple(_infusion(name, item) for item in listing(name, value))


def _infusion(name: str, item: Any) -> Infusion:
    (drug,) = _drug(name, [item])
    charted = item if isinstance(item, dict) else {}
    dose, unit = charted.get("dose"), charted.get("unit")
    return Infusion(
        drug,
        None if dose is None else _dose(f"{name}: dose", dose),
        None if unit is None else _unit(f"{name}: unit", unit),
    )


def _products(name: str, value: Any) -> frozenset[BloodProduct]:
    return frozenset(_product(name, word.lower()) for word in words(name, value))


def _toxicities(name: str, value: Any) -> frozenset[Toxicity]:
    if not isinstance(value, dict):
        raise CaseRefused([f"{name} must be an object of CTCAE terms, not {shown(value)}"])
    if not all(term.strip() for term in value):
        raise CaseRefused([f"{name}: a grade without a CTCAE term"])
    return frozenset(Toxicity(term, _grade(f"{name}: {term}", got)) for term, got in value.items())


def _term(name: str, value: Any) -> str:
    if not isinstance(value, str) or value.strip().lower() != TERM.lower():
        raise CaseRefused([f"{name} must be {TERM}, not {shown(value)}; see ctcae-symptom"])
    return TERM


_READERS: dict[str, Reader] = dict.fromkeys(FIELD_OF, yes_or_no) | {
    "age_years": number(0, 130, "years"),
    "temperature_c": celsius,
    "temperature_f": fahrenheit,
    "constitutional": words,
    "sbp": number(0, 350, "mmHg"),
    "fluid_boluses_n": whole(0, 100),
    "vasopressors": _infusions,
    "inotropes": drugs(Inotrope),
    "vasopressor_intensity": one_of(Intensity),
    "hours_on_dose": number(0, 100_000, "h"),
    "hours_on_vasopressor": number(0, 100_000, "h"),
    "oxygen_device": one_of(OxygenDevice),
    "oxygen_flow_lpm": number(0, 80, "L/min"),
    "fio2": number("0.21", 1),
    "baseline_home_oxygen_lpm": number(0, 80, "L/min"),
    "ventilation_reason": one_of(VentilationReason),
    "spo2": number(30, 100, "%"),
    "organ_toxicities": _toxicities,
    "coagulopathy_products": _products,
}
# The convention of case files for a key that is absent.
_ASSUMED: dict[str, Any] = {
    "age_years": Decimal(18),  # an adult, where a case file leaves the age blank
    "constitutional_symptoms": (),
    "antipyretics_given": False,
    "hypotension_present": False,
    "fluid_bolus_given": False,
    "vasopressors": (),
    "vasopressin": False,
    "hypotension_refractory": False,
    "organ_toxicities": frozenset(),
    "coagulopathy_products": frozenset(),
    "hospitalized_for_crs": False,
    "febrile_neutropenia": False,
    "iv_antibiotics_given": False,
}


def support_findings(
    scale: str,
    case: Mapping[str, Any],
    *,
    age_years: Decimal | None = None,
    assume_normal: bool = False,
) -> SupportFindings:
    """The findings of a case; an absent key is not recorded unless `assume_normal`.

    Raises CaseRefused naming every field, value and bound that was refused, and every key that
    no rule of this scale reads.
    """
    readers = {key: _READERS[key] for key in KEYS[scale]}
    if scale == "ctcae5-crs":
        readers["term"] = _term
    values = read_all(case, readers, CONTEXT.get(scale, frozenset()))
    values.pop("term", None)
    _one_temperature(values)
    _one_age(values, age_years)
    filled = {FIELD_OF[key]: value for key, value in values.items()}
    return SupportFindings(**(_assumed(filled) if assume_normal else filled))


def _one_temperature(values: dict[str, Any]) -> None:
    celsius_read, fahrenheit_read = values.get("temperature_c"), values.get("temperature_f")
    if celsius_read is not None and fahrenheit_read is not None:
        raise CaseRefused(["temperature_c and temperature_f are both given; send one"])
    # A null in one unit beside a reading in the other says nothing more.
    if len(values.keys() & {"temperature_c", "temperature_f"}) == 2:
        del values["temperature_f" if fahrenheit_read is None else "temperature_c"]


def _one_age(values: dict[str, Any], age_years: Decimal | None) -> None:
    if age_years is None:
        return
    if values.get("age_years", age_years) != age_years:
        raise CaseRefused([f"age_years {values['age_years']} is not the {age_years} beside it"])
    values["age_years"] = age_years


def _assumed(filled: dict[str, Any]) -> dict[str, Any]:
    fraction = filled.get("fio2_fraction")
    normal = dict(_ASSUMED)
    if fraction is None or fraction <= AIR_FRACTION:
        normal["oxygen_device"] = OxygenDevice.ROOM_AIR
    # A null about boluses, by the word or by the count, is not answered by the other.
    if filled.get("fluid_bolus_given", ...) is not None:
        normal["fluid_bolus_count"] = 1 if filled.get("fluid_bolus_given") else 0
    if filled.get("fluid_bolus_count", ...) is None:
        del normal["fluid_bolus_given"]
    if "temperature_celsius" not in filled:
        # No reading means no fever by that convention; no temperature is made up for it.
        normal["fever_attributed_elsewhere"] = True
    return normal | filled
