"""Situations of a tablet, and cases of the conformance corpus as a ward would chart them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from charting.browser import generate
from charting.browser.spans import Calendar, spans
from charting.entry_values import READERS
from grading import course_state
from grading.course import CourseState, DrugGiven, SetValues
from grading.rules.case_fields import CaseRefused
from grading.rules.crs_case import crs_findings
from grading.rules.crs_findings import VASOPRESSIN
from grading.rules.icans_scores import capd_points
from grading.rules.vocabulary import CapdAnswer
from patients.models import Patient
from vitals.models import NeuroAssessment

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
NO_RUNS: dict[str, list[str]] = {"pressure": [], "saturation": [], "heart_rate": []}
_SAME = (
    "fever_attributed_elsewhere", "hypotension_attributed_elsewhere", "vasopressin",
    "oxygen_device", "oxygen_flow_lpm", "oxygen_for_comfort", "baseline_home_oxygen_lpm",
    "ventilation_reason", "spo2_percent", "temperature_celsius",
)  # fmt: skip
# Case key: field of a neuro check.
_NEURO = {
    "ice_score": "ice_score", "ice_items": "ice_items", "capd": "capd_score",
    "capd_items": "capd_items", "ice_unable_reason": "unable_reason",
    "capd_unable_reason": "unable_reason", "consciousness": "consciousness",
    "consciousness_other_cause": "consciousness_other_cause", "seizure": "seizure",
    "seizure_minutes": "seizure_minutes", "motor_focal_weakness_deep": "motor_weakness",
    "cerebral_oedema": "cerebral_edema", "raised_icp_signs": "raised_pressure_signs",
    "intracranial_haemorrhage": "intracranial_hemorrhage",
    "oedema_due_to_haemorrhage": "edema_due_to_hemorrhage", "global_aphasia": "global_aphasia",
}  # fmt: skip
_NOT_SAID: dict[str, Any] = {
    "consciousness": "alert", "seizure": "none", "motor_weakness": False,
    "cerebral_edema": "none",
}  # fmt: skip
_SIGNS = {"papilledema": "papilloedema"}


def a_situation(
    course: CourseState | None = None,
    *,
    age_years: float = 40,
    drugs: tuple[DrugGiven, ...] = (),
    **changes: Any,
) -> dict[str, Any]:
    """What a tablet knows of a patient without any history, or with this one."""
    patient = Patient(birth_date=birthday(age_years))
    calendar = Calendar(patient, (), UTC)
    since, until = AT - timedelta(hours=24), AT + timedelta(hours=24)
    plain = course_state.to_json(course or CourseState())
    return {
        "table": generate.digest(),
        "as_of": AT.isoformat(),
        "newest_at": None,
        "until": until.isoformat(),
        "known": plain["known"],
        "episode": plain["episode"],
        "fever": plain["fever"],
        "zero": plain["zero"],
        "drugs": [_drug(drug) for drug in drugs],
        "spans": [
            each | {"runs": NO_RUNS} for each in spans(calendar, (), since=since, until=until)
        ],
        "device": None,
        "worried_at": None,
        "neutrophils": [],
        "resolved": None,
        "neuro": {"capd_baseline": None, "capd_baseline_at": None, "checks": []},
    } | changes


def birthday(age_years: float) -> date:
    """The day on which somebody of this age at AT was born."""
    days = int(Decimal(str(age_years)) * Decimal("365.25")) + 1
    return (AT - timedelta(days=days)).date()


def a_set(case: Mapping[str, Any]) -> tuple[SetValues, CourseState, tuple[DrugGiven, ...]]:
    """A case of the CRS scale as a set, the course before it, and the drugs given."""
    found = crs_findings(case, assume_normal=True)
    recorded: dict[str, Any] = {
        name: READERS[name](name, value)
        for name in _SAME
        if (value := getattr(found, name)) is not None
    }
    recorded["hypotension"] = found.hypotension_present
    recorded["fluid_bolus_ml"] = 500 if found.fluid_bolus_given else 0
    running = found.vasopressors or frozenset()
    recorded["vasopressors"] = sorted(map(str, running - VASOPRESSIN))
    recorded["vasopressin"] = bool(found.vasopressin or running & VASOPRESSIN)
    drugs = [DrugGiven(drug, AT, is_inotrope=True) for drug in sorted(found.inotropes or ())]
    if found.fever_waiving_treatment_given:
        codes = found.waiving_agents or ("paracetamol",)
        drugs += [DrugGiven(code, AT - timedelta(hours=1), waives_fever=True) for code in codes]
    fever = None
    if found.fever_within_course:
        fever = AT - timedelta(hours=float(found.hours_since_last_fever or 0))
    opened = None if fever is None else min(fever, AT - timedelta(hours=2))
    return (
        SetValues(1, AT, recorded),
        CourseState(episode_opened_at=opened, last_fever_at=fever),
        tuple(drugs),
    )


def a_check(case: Mapping[str, Any], age_years: float) -> dict[str, Any]:
    """A case of the ICANS scale as the fields of a neuro check; what is left out is normal."""
    fields = _NOT_SAID | {
        _NEURO[key]: value for key, value in case.items() if key in _NEURO and value is not None
    }
    if case.get("developmental_delay"):
        fields["unable_reason"] = "developmental_delay"
    answers = fields.get("capd_items")
    if answers and any(isinstance(each, str) for each in answers):
        fields["capd_items"] = capd_points([each and CapdAnswer(each) for each in answers])
    signs = fields.get("raised_pressure_signs") or []
    fields["raised_pressure_signs"] = [_SIGNS.get(sign, sign) for sign in signs]
    asked = {"ice_score", "ice_items", "unable_reason", "capd_score", "capd_items"}
    if asked.isdisjoint(fields):
        by_capd = age_years < 12
        fields |= {"capd_score": 0} if by_capd else {"ice_score": 10}
    return fields


def a_row(fields: Mapping[str, Any]) -> NeuroAssessment:
    """The same as a row, not stored."""
    known = {field.name for field in NeuroAssessment._meta.get_fields()}
    if strange := fields.keys() - known:
        raise CaseRefused([f"no fields of a neuro check: {strange}"])
    return NeuroAssessment(taken_at=AT, **fields)


def _drug(drug: DrugGiven) -> dict[str, Any]:
    kinds = ("waives_fever", "is_vasopressor", "is_vasopressin", "is_inotrope", "is_bolus")
    return {
        "code": drug.code,
        "from": drug.started_at.isoformat(),
        "until": drug.stopped_at and drug.stopped_at.isoformat(),
        "is": [name for name in kinds if getattr(drug, name)],
    }
