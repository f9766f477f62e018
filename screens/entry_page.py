"""What the charting page shows: tiles with limits and earlier values, answers, time, doubts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from charting import state as charting_state
from charting.doubts import Doubt
from charting.entry import VASOPRESSORS, FieldError
from charting.models import PatientState
from patients.medicines import TreatmentCode
from screens import labels, typed, words
from screens.entry_form import CHOICES, NONE_RUNNING, NUMBERS, YES_OR_NO, Typed
from screens.strip import zone_of
from vitals import plausibility
from vitals.models import ObservationSet
from vitals.vocabulary import Consciousness, OxygenDevice

# The order in which nurses measure.
_TILES: Final = (
    "respirations_per_minute",
    "spo2_percent",
    "oxygen_device",
    "oxygen_flow_lpm",
    "fio2_percent",
    "systolic_mmhg",
    "diastolic_mmhg",
    "heart_rate_bpm",
    "temperature_celsius",
    "consciousness",
)
_LABELS: Final = {
    "respirations_per_minute": "Resp. rate",
    "spo2_percent": "SpO₂",
    "oxygen_device": "Oxygen",
    "oxygen_flow_lpm": "O₂ flow",
    "fio2_percent": "FiO₂",
    "systolic_mmhg": "Systolic",
    "diastolic_mmhg": "Diastolic",
    "heart_rate_bpm": "Heart rate",
    "temperature_celsius": "Temperature",
    "consciousness": "Consciousness",
    "hypotension": "Hypotension?",
    "fluid_bolus_ml": "Fluid bolus",
    "vasopressors": "Vasopressors running",
    "vasopressin": "Vasopressin?",
}
_DECIMAL: Final = frozenset(
    {"temperature_celsius", "spo2_percent", "oxygen_flow_lpm", "fio2_percent"}
)
# How many sets back an earlier value is looked for.
LOOK_BACK_SETS: Final = 24
_YES_NO: Final = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the tiles are drawn from."""

    form: Typed
    earlier: dict[str, tuple[str, datetime]]
    errors: Sequence[FieldError]
    age_months: int | None
    now: datetime


def context(
    state: PatientState,
    form: Typed,
    *,
    client_id: str,
    errors: Sequence[FieldError] = (),
    doubts: Sequence[Doubt] = (),
    now: datetime,
) -> dict[str, Any]:
    """Return the charting page's own part of the template context."""
    age = charting_state.age_months(state, at=now)
    page = Page(form, earlier_values(state.pk), errors, age, now)
    return {
        "client_id": client_id,
        "fields": [_tile(name, page) for name in _TILES],
        "hypotension": _choices("hypotension", _YES_NO, page),
        "fluid_bolus": _number("fluid_bolus_ml", page),
        "vasopressors": _pressors(page),
        "vasopressin": _choices("vasopressin", _YES_NO, page),
        "worried": {"checked": form.text("worried") == "yes"},
        "taken_at": _taken_at(page, zone=zone_of(state)),
        "errors": [
            {
                "field": e.field,
                "label": labels.sentence(words.field(e.field)),
                "message": e.message,
            }
            for e in errors
        ],
        "doubts": [_doubt(doubt, form) for doubt in doubts],
    }


def earlier_values(patient_id: int) -> dict[str, tuple[str, datetime]]:
    """Return for each field the newest value on record and its time; one query."""
    newest = (
        ObservationSet.objects.for_patient(patient_id)
        .in_force()
        .order_by("-taken_at", "-pk")[:LOOK_BACK_SETS]
    )
    found: dict[str, tuple[str, datetime]] = {}
    for observations in newest:
        for name in (*NUMBERS, *CHOICES, *YES_OR_NO, "vasopressors"):
            value = getattr(observations, name)
            if name not in found and value is not None and value != "":
                found[name] = (_said(name, value), observations.taken_at)
    return found


def prefilled(observations: ObservationSet, *, zone: tzinfo) -> Typed:
    """Return a set as the form would have been filled in, for its correction."""
    texts = {"taken_at": typed.local_text(observations.taken_at, zone=zone)}
    for name in NUMBERS:
        texts[name] = labels.number(getattr(observations, name))
    for name in CHOICES:
        texts[name] = getattr(observations, name)
    for name in YES_OR_NO:
        answer = getattr(observations, name)
        texts[name] = "" if answer is None else ("yes" if answer else "no")
    running = observations.vasopressors
    ticked = () if running is None else (tuple(running) or (NONE_RUNNING,))
    return Typed(texts, ticked)


def _tile(name: str, page: Page) -> dict[str, Any]:
    if name == "oxygen_device":
        return _choices(name, OxygenDevice.choices, page)
    if name == "consciousness":
        return _choices(name, Consciousness.choices, page)
    return _number(name, page)


def _number(name: str, page: Page) -> dict[str, Any]:
    limits = plausibility.limits_for(name, age_months=page.age_months)
    return {
        "name": name,
        "label": _LABELS[name],
        "unit": words.UNITS[name],
        "input_mode": "decimal" if name in _DECIMAL else "numeric",
        "step": "0.1" if name == "temperature_celsius" else "1",
        "previous": _previous(name, page),
        "hard_low": limits.hard_low,
        "hard_high": limits.hard_high,
        "soft_low": limits.soft_low,
        "soft_high": limits.soft_high,
        "value": page.form.text(name),
        "error": _error(name, page),
    }


def _choices(name: str, choices: Iterable[tuple[str, str]], page: Page) -> dict[str, Any]:
    chosen = page.form.text(name)
    return {
        "name": name,
        "label": _LABELS[name],
        "choices": [
            {"value": value, "label": label, "checked": value == chosen}
            for value, label in [*choices, ("", "Not recorded")]
        ],
        "previous": _previous(name, page),
        "error": _error(name, page),
    }


def _pressors(page: Page) -> dict[str, Any]:
    offered = [(NONE_RUNNING, "None running")]
    offered += [(code, TreatmentCode(code).label) for code in VASOPRESSORS]
    return {
        "name": "vasopressors",
        "label": _LABELS["vasopressors"],
        "choices": [
            {"value": value, "label": label, "checked": value in page.form.vasopressors}
            for value, label in offered
        ],
        "previous": _previous("vasopressors", page),
        "error": _error("vasopressors", page),
    }


def _taken_at(page: Page, *, zone: tzinfo) -> dict[str, Any]:
    latest = typed.local_text(page.now, zone=zone)
    return {
        "value": page.form.text("taken_at") or latest,
        "max": latest,
        "error": _error("taken_at", page),
    }


def _doubt(doubt: Doubt, form: Typed) -> dict[str, Any]:
    token = doubt.token
    return {
        "field": token,
        "label": labels.sentence(words.field(doubt.field)),
        "message": doubt.message,
        "value": doubt.value,
        "unit": words.UNITS.get(doubt.field, ""),
        "checked": token in form.confirmed,
    }


def _previous(name: str, page: Page) -> dict[str, str] | None:
    known = page.earlier.get(name)
    if known is None:
        return None
    return {"value": known[0], "age_label": labels.ago(known[1], now=page.now)}


def _said(name: str, value: Any) -> str:
    if name in NUMBERS:
        return labels.number(value)
    return words.consciousness(value) if name == "consciousness" else words.shown(name, value)


def _error(name: str, page: Page) -> str | None:
    return next((error.message for error in page.errors if error.field == name), None)
