"""One JSON case of the ASTCT CRS scale, read into findings."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grading.rules.case_fields import (
    CaseRefused,
    Reader,
    celsius,
    drugs,
    fahrenheit,
    number,
    one_of,
    read_all,
    words,
    yes_or_no,
)
from grading.rules.crs_findings import CrsFindings
from grading.rules.vocabulary import (
    Inotrope,
    OxygenDevice,
    VasopressinAnalog,
    Vasopressor,
    VentilationReason,
)

# Case key: the field of CrsFindings it fills.
FIELD_OF = {
    "temperature_c": "temperature_celsius",
    "temperature_f": "temperature_celsius",
    "fever_within_course": "fever_within_course",
    "antipyretic_or_anticytokine_given": "fever_waiving_treatment_given",
    "agents": "waiving_agents",
    "hours_since_last_fever": "hours_since_last_fever",
    "fever_attributed_elsewhere": "fever_attributed_elsewhere",
    "hypotension_present": "hypotension_present",
    "hypotension_attributed_elsewhere": "hypotension_attributed_elsewhere",
    "fluids_bolus": "fluid_bolus_given",
    "vasopressors": "vasopressors",
    "vasopressin": "vasopressin",
    "inotropes": "inotropes",
    "oxygen_device": "oxygen_device",
    "oxygen_flow_lpm": "oxygen_flow_lpm",
    "oxygen_for_comfort": "oxygen_for_comfort",
    "baseline_home_oxygen_lpm": "baseline_home_oxygen_lpm",
    "ventilation_reason": "ventilation_reason",
    "spo2": "spo2_percent",
    "death_due_to_crs": "death_due_to_crs",
}
_READERS: dict[str, Reader] = dict.fromkeys(FIELD_OF, yes_or_no) | {
    "temperature_c": celsius,
    "temperature_f": fahrenheit,
    "agents": words,
    "hours_since_last_fever": number(0, 100_000, "h"),
    "vasopressors": drugs(Vasopressor, VasopressinAnalog),
    "inotropes": drugs(Inotrope),
    "oxygen_device": one_of(OxygenDevice),
    "oxygen_flow_lpm": number(0, 80, "L/min"),
    "baseline_home_oxygen_lpm": number(0, 80, "L/min"),
    "ventilation_reason": one_of(VentilationReason),
    "spo2": number(30, 100, "%"),
    "fio2": number("0.21", 1),
}
# Said about the patient, read by no rule of this scale.
_CONTEXT = frozenset(
    {
        "baseline_sbp",
        "blood_culture",
        "cause",
        "constitutional",
        "day_post_infusion",
        "dbp",
        "died",
        "heart_rate",
        "hours_after_dose",
        "organ_toxicities",
        "respiratory_rate",
        "sbp",
        "therapy",
        "vasopressors_stopped_before",
    }
)
# The convention of case files for a key that is absent.
_ASSUMED: dict[str, Any] = {
    "fever_within_course": False,
    "fever_waiving_treatment_given": False,
    "hours_since_last_fever": Decimal(999_999),  # no time window is claimed
    "hypotension_present": False,
    "fluid_bolus_given": False,
    "vasopressors": frozenset(),
    "vasopressin": False,
    "inotropes": frozenset(),
    "oxygen_device": OxygenDevice.ROOM_AIR,
}


def crs_findings(
    case: Mapping[str, Any],
    *,
    age_years: Decimal | None = None,
    assume_normal: bool = False,
) -> CrsFindings:
    """The findings of a case; an absent key is not recorded unless `assume_normal`.

    The table does not read age; every scale is told it all the same. Raises CaseRefused naming
    every field, value and bound that was refused.
    """
    values = read_all(case, _READERS, _CONTEXT)
    celsius_read, fahrenheit_read = values.get("temperature_c"), values.get("temperature_f")
    if celsius_read is not None and fahrenheit_read is not None:
        raise CaseRefused(["temperature_c and temperature_f are both given; send one"])
    # A null in one unit beside a reading in the other says nothing more.
    if len(values.keys() & {"temperature_c", "temperature_f"}) == 2:
        del values["temperature_f" if fahrenheit_read is None else "temperature_c"]
    filled = {FIELD_OF[key]: value for key, value in values.items() if key in FIELD_OF}
    if filled.get("waiving_agents", ()) is None:
        del filled["waiving_agents"]
    if assume_normal:
        filled = _ASSUMED | filled
        if "temperature_celsius" not in filled:
            # No reading means no fever by that convention; no temperature is made up for it.
            filled["fever_attributed_elsewhere"] = True
    return CrsFindings(**filled)
