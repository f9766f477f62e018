"""What the charting page shows: tiles, what opens only when it is needed, time, doubts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from charting import skips
from charting import state as charting_state
from charting.doubts import Doubt
from charting.entry import VASOPRESSORS, FieldError
from charting.entry_values import PRESSOR_UNITS
from charting.models import PatientState
from grading import hypotension
from patients.medicines import TreatmentCode
from screens import doubts as odd
from screens import labels, typed, words
from screens.entry_form import (
    CHOICES,
    NONE_RUNNING,
    NUMBERS,
    SKIPS,
    SPO2_SCALE,
    YES_OR_NO,
    Typed,
    doses_typed,
    skips_typed,
)
from screens.entry_tiles import LABELS, YES_NO, Page, choice, earlier_values, number, pressors
from screens.strip import zone_of
from vitals.models import ObservationSet
from vitals.plausibility import ADULT_FROM_MONTHS
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
    "temperature_site",
    "consciousness",
    "pain_score",
    "urine_ml",
)
_WORDS_OF: Final[dict[str, Iterable[tuple[str, str]]]] = {
    "oxygen_device": OxygenDevice.choices,
    "consciousness": Consciousness.choices,
    "temperature_site": TemperatureSite.choices,
    "carer_says": CarerSays.choices,
    "blood_pressure_method": BloodPressureMethod.choices,
    "respiratory_distress": RespiratoryDistress.choices,
    "ventilation_reason": VentilationReason.choices,
    "vasopressor_intensity": VasopressorIntensity.choices,
    "late_reason": LateReason.choices,
    SPO2_SCALE: (("1", "Scale 1"), ("2", "Scale 2: target 88–92 %")),
}
_MORE: Final = (
    "mean_arterial_mmhg", "blood_pressure_method", "glasgow_coma_score",
    "capillary_refill_seconds", "respiratory_distress", "ventilation_reason", SPO2_SCALE,
    "baseline_home_oxygen_lpm", "oxygen_for_comfort", "fluid_responsive",
    "hypotension_refractory", "vasopressor_intensity", "life_threatening",
    "hospitalized_for_crs", "fever_attributed_elsewhere", "hypotension_attributed_elsewhere",
)  # fmt: skip
_SUPPORT: Final = ("vasopressin", "hypotension", "fluid_bolus_ml")
# What ran so lately is shown open; older support is history.
_RAN_WITHIN: Final = timedelta(hours=24)


def context(
    state: PatientState,
    form: Typed,
    *,
    client_id: str,
    errors: Sequence[FieldError] = (),
    doubts: Sequence[Doubt] = (),
    now: datetime,
    correcting: int | None = None,
) -> dict[str, Any]:
    """Return the charting page's own part of the template context."""
    age = charting_state.age_months(state, at=now)
    page = Page(form, earlier_values(state.pk, besides=correcting), errors, age, now)
    born = state.patient.birth_date
    return {
        "client_id": client_id,
        "fields": [_tile(name, page) for name in _TILES],
        "hypotension": _tile("hypotension", page),
        "fluid_bolus": _tile("fluid_bolus_ml", page),
        "vasopressors": pressors(page),
        "vasopressin": _tile("vasopressin", page),
        "support_is_open": _support_is_open(state, page),
        "hypotension_below": hypotension.limit_mmhg(born, on=now.astimezone(zone_of(state)).date()),
        "more": [_tile(name, page) for name in _MORE],
        "doses": _doses(form),
        "skips": _skips(state, page),
        "note": {"value": form.text("note"), "error": _error("note", page)},
        "carer_says": None if _is_adult(age) else _tile("carer_says", page),
        "worried": {"checked": form.text("worried") == "yes"},
        "carer_worried": {"checked": form.text("carer_worried") == "yes"},
        "taken_at": _taken_at(page, zone=zone_of(state)),
        "late_reason": _tile("late_reason", page),
        "errors": [
            {
                "field": e.field,
                "label": labels.sentence(words.field(e.field)),
                "message": e.message,
            }
            for e in errors
        ],
        "doubts": odd.shown(doubts, confirmed=form.confirmed),
    }


def prefilled(observations: ObservationSet, *, zone: tzinfo) -> Typed:
    """Return a set as the form would have been filled in, for its correction."""
    texts = {"taken_at": typed.local_text(observations.taken_at, zone=zone)}
    for name in NUMBERS:
        texts[name] = labels.number(getattr(observations, name))
    for name in (*CHOICES, "note"):
        texts[name] = getattr(observations, name)
    for name in YES_OR_NO:
        answer = getattr(observations, name)
        texts[name] = "" if answer is None else ("yes" if answer else "no")
    texts[SPO2_SCALE] = labels.number(observations.spo2_scale)
    texts |= doses_typed(observations) | skips_typed(observations)
    running = observations.vasopressors
    ticked = () if running is None else (tuple(running) or (NONE_RUNNING,))
    return Typed(texts, ticked)


def _tile(name: str, page: Page) -> dict[str, Any]:
    if name in NUMBERS:
        return number(name, page)
    return choice(name, _WORDS_OF.get(name, YES_NO), page)


def _is_adult(age_months: int | None) -> bool:
    return age_months is None or age_months >= ADULT_FROM_MONTHS


def _support_is_open(state: PatientState, page: Page) -> bool:
    """From grade 1 on, when something ran, or when something stands in it already."""
    latest = state.latest_assessment
    if latest is not None and latest.at_least >= 1:
        return True
    if page.form.vasopressors or any(page.form.text(name) for name in _SUPPORT):
        return True
    if any(error.field in (*_SUPPORT, "vasopressors") for error in page.errors):
        return True
    ran = [page.earlier.get(name) for name in ("vasopressors", "vasopressin", "fluid_bolus_ml")]
    return any(known and known.value and page.now - known.at <= _RAN_WITHIN for known in ran)


def _doses(form: Typed) -> list[dict[str, Any]]:
    return [
        {
            "drug": drug,
            "label": TreatmentCode(drug).label,
            "value": form.text(f"dose_{drug}"),
            "units": [
                {"value": unit, "checked": form.text(f"unit_{drug}") == unit}
                for unit in PRESSOR_UNITS
            ],
        }
        for drug in VASOPRESSORS
    ]


def _skips(state: PatientState, page: Page) -> dict[str, Any]:
    """Why something is not measured; “asleep” only while an order lets the patient sleep."""
    may_sleep = skips.may_sleep(state, at=page.now)
    reasons = [each for each in SkipReason.choices if may_sleep or each[0] != SkipReason.ASLEEP]
    return {
        "error": _error("skipped", page),
        "set": choice("skip_set", reasons, page)["choices"][:-1],
        "fields": [
            {
                "name": f"skip_{name}",
                "label": "Blood pressure" if name == "systolic_mmhg" else LABELS[name],
                "choices": choice(f"skip_{name}", reasons, page)["choices"][:-1],
            }
            for name in SKIPS
            if name != "set"
        ],
    }


def _taken_at(page: Page, *, zone: tzinfo) -> dict[str, Any]:
    latest = typed.local_text(page.now, zone=zone)
    return {
        "value": page.form.text("taken_at") or latest,
        "max": latest,
        "now": page.now.isoformat(),
        "error": _error("taken_at", page),
    }


def _error(name: str, page: Page) -> str | None:
    return next((error.message for error in page.errors if error.field == name), None)
