"""The ward's words for field names, events and alert rules; one table each."""

from collections.abc import Iterable, Mapping
from typing import Final

from alerts.policy import LABELS, Rule
from vitals.vocabulary import Consciousness, OxygenDevice

FIELD_WORDS: Final[dict[str, str]] = {
    "respirations_per_minute": "respiratory rate",
    "spo2_percent": "SpO₂",
    "oxygen_device": "oxygen device",
    "oxygen_flow_lpm": "oxygen flow",
    "fio2_percent": "FiO₂",
    "systolic_mmhg": "systolic pressure",
    "diastolic_mmhg": "diastolic pressure",
    "mean_arterial_mmhg": "mean arterial pressure",
    "blood_pressure_method": "where the pressure was measured",
    "heart_rate_bpm": "heart rate",
    "temperature_celsius": "temperature",
    "temperature_site": "where the temperature was measured",
    "consciousness": "consciousness",
    "glasgow_coma_score": "Glasgow coma score",
    "hypotension": "hypotension",
    "hypotension_present": "blood pressure, or whether hypotension is present",
    "hypotension_attributed_elsewhere": "another cause of the hypotension",
    "fever_attributed_elsewhere": "another cause of the fever",
    "fever_within_course": "whether there was fever in this course",
    "fluid_bolus_ml": "fluid bolus",
    "fluid_bolus_given": "whether a fluid bolus was given",
    "vasopressors": "running vasopressors",
    "vasopressor_doses": "vasopressor doses",
    "vasopressor_intensity": "whether the vasopressor dose is high",
    "vasopressin": "vasopressin",
    "fluid_responsive": "whether fluid helped",
    "fluid_bolus_count": "how many fluid boluses were given",
    "hypotension_refractory": "hypotension despite vasopressors",
    "hours_on_vasopressor": "since when a vasopressor runs",
    "life_threatening": "life-threatening",
    "hospitalized_for_crs": "whether CRS is why the patient is in hospital",
    "febrile_neutropenia": "fever with few neutrophils",
    "iv_antibiotics_given": "whether an antibiotic is given by vein",
    "organ_toxicities": "organ toxicities: kidney and liver at least",
    "constitutional_symptoms": "constitutional symptoms",
    "capillary_refill_seconds": "capillary refill",
    "respiratory_distress": "respiratory distress",
    "spo2_scale": "prescribed SpO₂ scale",
    "inotropes": "running inotropes",
    "oxygen_for_comfort": "oxygen for comfort only",
    "baseline_home_oxygen_lpm": "home oxygen",
    "ventilation_reason": "reason for ventilation",
    "worried": "worried",
    "carer_worried": "family or carer worried",
    "carer_says": "parent or carer says",
    "pain_score": "pain",
    "urine_ml": "urine",
    "skipped": "not measured",
    "late_reason": "why charted late",
    "note": "note",
    "taken_at": "measured at",
    "charted_at": "charted at",
    "client_id": "form number",
    "reason": "reason",
    "entry": "set",
    "ice_score": "ICE score",
    "capd_score": "CAPD score",
    "seizure": "seizure",
    "motor_focal_weakness_deep": "weakness",
    "motor_weakness": "weakness",
    "cerebral_edema": "cerebral edema",
    "raised_pressure_signs": "signs of raised intracranial pressure",
    "age_years": "age",
}
UNITS: Final[dict[str, str]] = {
    "respirations_per_minute": "/min",
    "spo2_percent": "%",
    "oxygen_flow_lpm": "L/min",
    "fio2_percent": "%",
    "systolic_mmhg": "mmHg",
    "diastolic_mmhg": "mmHg",
    "mean_arterial_mmhg": "mmHg",
    "heart_rate_bpm": "/min",
    "temperature_celsius": "°C",
    "fluid_bolus_ml": "mL",
    "capillary_refill_seconds": "s",
    "baseline_home_oxygen_lpm": "L/min",
    "pain_score": "0–10",
    "urine_ml": "mL",
}
SHORT_RULES: Final[Mapping[Rule, str]] = LABELS
CLOSING_REASONS: Final = (
    ("treated", "Being treated"),
    ("other_cause", "Another cause was found"),
    ("recorded_wrongly", "Recorded wrongly, corrected"),
    ("resolved", "Resolved at the bedside"),
)
_DEVICES: Final[dict[str, str]] = dict(OxygenDevice.choices)
_CONSCIOUSNESS: Final[dict[str, str]] = dict(Consciousness.choices)
_SHORT_DEVICES: Final[dict[str, str]] = {
    OxygenDevice.ROOM_AIR: "Air",
    OxygenDevice.NASAL_CANNULA: "Cannula",
    OxygenDevice.HIGH_FLOW_NASAL_CANNULA: "High flow",
    OxygenDevice.SIMPLE_FACEMASK: "Mask",
    OxygenDevice.VENTURI: "Venturi",
    OxygenDevice.NON_REBREATHER: "Non-rebreather",
    OxygenDevice.INVASIVE_VENTILATION: "Ventilated",
}


def field(name: str) -> str:
    """Return the ward's word for a field; an unlisted name without its underscores."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def fields(names: Iterable[str]) -> list[str]:
    """Return the ward's words for fields, in the order given."""
    return [field(name) for name in names]


def device(code: str, *, short: bool = False) -> str:
    """Return an oxygen device in words; nothing when it was not recorded."""
    label = _DEVICES.get(code) or _as_sent(code)
    return _SHORT_DEVICES.get(code, label) if short else label


def consciousness(code: str) -> str:
    """Return the level of consciousness in words; nothing when it was not recorded."""
    return _CONSCIOUSNESS.get(code) or _as_sent(code)


def _as_sent(code: str) -> str:
    """A word that another system sent and nobody lists is still shown, never an error."""
    return code.replace("_", " ")


def shown(name: str, value: object) -> str:
    """Return a recorded value of a field as text with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value) or "none running"
    if name == "oxygen_device":
        return device(str(value))
    unit = UNITS.get(name, "")
    spaced = unit if unit in {"%", "/min"} else f" {unit}"
    return f"{str(value).replace('_', ' ')}{spaced if unit else ''}"
