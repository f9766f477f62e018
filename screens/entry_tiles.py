"""The tiles of the charting page: one number or one choice, with its limits and what was before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from charting.doubts import LOOK_BACK_SETS
from charting.entry import VASOPRESSORS, FieldError
from patients.medicines import TreatmentCode
from screens import labels, words
from screens.entry_form import CHOICES, NONE_RUNNING, NUMBERS, YES_OR_NO, Typed
from screens.sparkline import POINTS, sparkline
from vitals import plausibility
from vitals.models import ObservationSet

LABELS: Final = {
    "respirations_per_minute": "Resp. rate",
    "spo2_percent": "SpO₂",
    "oxygen_device": "Oxygen",
    "oxygen_flow_lpm": "O₂ flow",
    "fio2_percent": "FiO₂",
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Heart rate",
    "temperature_celsius": "Temperature",
    "temperature_site": "Site",
    "consciousness": "Consciousness",
    "pain_score": "Pain",
    "urine_ml": "Urine",
    "hypotension": "Hypotension?",
    "fluid_bolus_ml": "Fluid bolus",
    "vasopressors": "Vasopressors running",
    "vasopressin": "Vasopressin?",
    "carer_says": "Parent or carer says",
    "mean_arterial_mmhg": "Mean BP",
    "glasgow_coma_score": "Glasgow score",
    "capillary_refill_seconds": "Capillary refill",
    "baseline_home_oxygen_lpm": "Home oxygen",
    "blood_pressure_method": "Pressure by",
    "respiratory_distress": "Work of breathing",
    "ventilation_reason": "Why ventilated",
    "spo2_scale": "SpO₂ scale",
    "oxygen_for_comfort": "Comfort oxygen?",
    "fluid_responsive": "Fluid helped?",
    "hypotension_refractory": "Low on pressors?",
    "vasopressor_intensity": "Pressor dose",
    "life_threatening": "Life-threatening?",
    "hospitalized_for_crs": "In hospital for it?",
    "fever_attributed_elsewhere": "Fever not CRS?",
    "hypotension_attributed_elsewhere": "Low BP not CRS?",
}
_DECIMAL: Final = frozenset(
    {"temperature_celsius", "spo2_percent", "oxygen_flow_lpm", "fio2_percent",
     "baseline_home_oxygen_lpm"}
)  # fmt: skip
YES_NO: Final = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Known:
    """The newest value of a field, when it was true, and the last few numbers, oldest first."""

    value: Any
    at: datetime
    lately: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the tiles are drawn from."""

    form: Typed
    earlier: Mapping[str, Known]
    errors: Sequence[FieldError]
    age_months: int | None
    now: datetime


def earlier_values(patient_id: int, *, besides: int | None) -> dict[str, Known]:
    """Return for each field what the last sets recorded; one query."""
    sets = ObservationSet.objects.for_patient(patient_id).in_force()
    newest_first = list(sets.order_by("-taken_at", "-pk")[:LOOK_BACK_SETS])
    found: dict[str, Known] = {}
    for name in (*NUMBERS, *CHOICES, *YES_OR_NO, "vasopressors"):
        values = [
            (getattr(row, name), row.taken_at)
            for row in newest_first
            if row.pk != besides and getattr(row, name) not in (None, "")
        ]
        if values:
            lately = [float(value) for value, _ in values[:POINTS]] if name in NUMBERS else ()
            found[name] = Known(*values[0], tuple(reversed(lately)))
    return found


def number(name: str, page: Page) -> dict[str, Any]:
    """A number with its limits for the age, the value before and the line of the last six."""
    limits = plausibility.limits_for(name, age_months=page.age_months)
    known = page.earlier.get(name)
    return {
        "name": name,
        "label": LABELS[name],
        "unit": words.UNITS.get(name, ""),
        "input_mode": "decimal" if name in _DECIMAL else "numeric",
        "step": "0.1" if name == "temperature_celsius" else "1",
        "previous": _previous(name, page),
        "spark": sparkline(known.lately) if known else None,
        "hard_low": limits.hard_low,
        "hard_high": limits.hard_high,
        "soft_low": limits.soft_low,
        "soft_high": limits.soft_high,
        "jump": limits.jump,
        "before_at": known.at.isoformat() if known else "",
        "value": page.form.text(name),
        "error": _error(name, page),
        "offer": _offer(name, page),
    }


def choice(name: str, choices: Iterable[tuple[str, str]], page: Page) -> dict[str, Any]:
    """One of a few answers; nothing chosen is not recorded."""
    chosen, known = page.form.text(name), page.earlier.get(name)
    return {
        "name": name,
        "label": LABELS.get(name) or labels.sentence(words.field(name)),
        "choices": [
            {"value": value, "label": label, "checked": value == chosen}
            for value, label in [*choices, ("", "Not recorded")]
        ],
        "previous": _previous(name, page),
        "before": known.value if known else "",
        "error": _error(name, page),
    }


def pressors(page: Page) -> dict[str, Any]:
    """The vasopressors that run; none ticked was not asked."""
    offered = [(NONE_RUNNING, "None running")]
    offered += [(code, TreatmentCode(code).label) for code in VASOPRESSORS]
    return {
        "name": "vasopressors",
        "label": LABELS["vasopressors"],
        "choices": [
            {"value": value, "label": label, "checked": value in page.form.vasopressors}
            for value, label in offered
        ],
        "previous": _previous("vasopressors", page),
        "error": _error("vasopressors", page),
    }


def _previous(name: str, page: Page) -> dict[str, str] | None:
    known = page.earlier.get(name)
    if known is None:
        return None
    return {"value": _said(name, known.value), "age_label": labels.ago(known.at, now=page.now)}


def _offer(name: str, page: Page) -> str:
    """What an impossible temperature may have meant, for the tap that chooses it."""
    text = page.form.text(name)
    if name != "temperature_celsius" or not text.replace(".", "", 1).isdecimal():
        return ""
    limits = plausibility.limits_for(name, age_months=None)
    exact = Decimal(text)
    meant = plausibility.celsius_meant(exact)
    return "" if meant is None or limits.is_possible(exact) else f"{meant:.1f}"


def _said(name: str, value: Any) -> str:
    if name in NUMBERS:
        return labels.number(value)
    return words.consciousness(value) if name == "consciousness" else words.shown(name, value)


def _error(name: str, page: Page) -> str | None:
    return next((error.message for error in page.errors if error.field == name), None)
