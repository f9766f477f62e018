"""Rows and results as the JSON an integration relies on."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from alerts.models import Alert, AlertEvent
from charting.chart import Charted
from grading import reference
from grading.models import Assessment
from patients.dose_facts import DoseFacts, words_beyond
from patients.models import Infusion, Patient, Treatment
from vitals.models import ObservationSet

_HOUR: Final = timedelta(hours=1)
_SET_FIELDS = (
    "temperature_celsius", "temperature_site", "heart_rate_bpm", "respirations_per_minute",
    "systolic_mmhg", "diastolic_mmhg", "mean_arterial_mmhg", "blood_pressure_method",
    "spo2_percent", "oxygen_device", "oxygen_flow_lpm", "fio2_percent", "consciousness",
    "glasgow_coma_score", "hypotension", "fluid_bolus_ml", "fluid_responsive",
    "hypotension_refractory", "vasopressors", "vasopressor_doses", "vasopressor_intensity",
    "vasopressin", "life_threatening", "hospitalized_for_crs", "capillary_refill_seconds",
    "respiratory_distress", "spo2_scale", "oxygen_for_comfort",
    "baseline_home_oxygen_lpm", "ventilation_reason", "fever_attributed_elsewhere",
    "hypotension_attributed_elsewhere", "worried", "carer_worried", "carer_says",
    "pain_score", "urine_ml", "skipped", "late_reason", "doubted", "note",
)  # fmt: skip


def grade(assessment: Assessment) -> dict[str, Any]:
    """A grade as every scale answers: null with a lower bound when something is missing."""
    return {
        "grade": assessment.outcome or assessment.grade,
        "at_least": assessment.at_least,
        "because": [
            f"{row['words']} ({', '.join(row['inputs'])})" if row["inputs"] else row["words"]
            for row in assessment.because
        ],
        "missing": assessment.missing,
        "flags": assessment.flags,
        "ruleset": assessment.ruleset,
    }


def grades(assessments: Iterable[Assessment]) -> dict[str, Any]:
    """Grades by scale, with the scale's name as a key."""
    return {each.scale.replace("-", "_"): grade(each) for each in assessments}


def charted(result: Charted) -> dict[str, Any]:
    """The answer to a charted set."""
    return {
        "id": result.observations.pk,
        "client_id": str(result.observations.client_id),
        "patient": result.observations.patient_id,
        "taken_at": result.observations.taken_at,
        "grades": grades([result.assessment, *result.others]),
        "next_due_at": result.due.due_at if result.due else None,
        "alerts": [
            {**alert(raised.alert), "is_new": raised.is_new, "told": len(raised.told)}
            for raised in result.raised
        ],
        "doubts": [
            {"field": doubt.field, "value": doubt.value, "message": doubt.message}
            for doubt in result.doubts
        ],
    }


def alert(row: Alert) -> dict[str, Any]:
    """An alert by its opaque code; `version` is what an acknowledgement must name."""
    return {
        "code": row.code,
        "patient": row.patient_id,
        "family": row.family,
        "rule": row.rule,
        "severity": row.severity,
        "state": row.state,
        "what": row.words,
        "raised_at": row.raised_at,
        "last_seen_at": row.last_seen_at,
        "respond_by": row.respond_by,
        "count": row.count,
        "version": row.version,
        "is_provisional": row.is_provisional,
        "is_unanswered": row.is_unanswered,
        "rung": row.rung,
        "next_step_at": row.next_step_at,
        "snoozed_until": row.snoozed_until,
    }


def event(row: AlertEvent) -> dict[str, Any]:
    """One thing that happened to an alert."""
    return {
        "number": row.seq,
        "kind": row.kind,
        "at": row.at,
        "by": row.by.display_name() if row.by else None,
        "detail": row.detail,
    }


def observation_set(row: ObservationSet, assessments: Iterable[Assessment]) -> dict[str, Any]:
    """A set as recorded; a value that was not recorded is absent, never zero."""
    recorded = {
        name: getattr(row, name) for name in _SET_FIELDS if getattr(row, name) not in (None, "")
    }
    return {
        "id": row.pk,
        "client_id": str(row.client_id),
        "patient": row.patient_id,
        "taken_at": row.taken_at,
        "charted_at": row.charted_at,
        "received_at": row.received_at,
        "source": row.source,
        "supersedes": row.supersedes_id,
        "grades": grades(assessments),
        **recorded,
    }


def patient(row: Patient) -> dict[str, Any]:
    """A patient's demographics."""
    return {
        "id": row.pk,
        "mrn": row.mrn,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "birth_date": row.birth_date,
        "sex": row.sex,
        "diagnosis": row.diagnosis,
    }


def infusion(row: Infusion) -> dict[str, Any]:
    """A dose, with the profile edition it is pinned to."""
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "therapy": row.therapy,
        "therapy_edition": row.therapy_edition,
        "kind": row.kind,
        "started_at": row.started_at,
        "stopped_at": row.stopped_at,
        "dose_value": row.dose_value,
        "dose_unit": row.dose_unit,
    }


def treatment(row: Treatment) -> dict[str, Any]:
    """A medicine or support."""
    return {
        "id": row.pk,
        "client_id": str(row.client_id),
        "patient": row.patient_id,
        "code": row.code,
        "started_at": row.started_at,
        "stopped_at": row.stopped_at,
        "dose_value": row.dose_value,
        "dose_unit": row.dose_unit,
        "route": row.route,
        "note": row.note,
        "beyond_reason": row.beyond_reason,
    }


def dose_facts(facts: DoseFacts) -> dict[str, Any]:
    """How a dose stands to the others and to what is described; facts, never advice."""
    interval, nearest = facts.limits.minimum_interval, facts.nearest
    return {
        "in_24_hours": facts.in_24_hours,
        "in_episode": facts.in_episode,
        "in_course": facts.in_course,
        "hours_to_nearest": None if nearest is None else round(nearest / _HOUR, 2),
        "minimum_interval_hours": None if interval is None else interval / _HOUR,
        "most_in_24_hours": facts.limits.most_in_24_hours,
        "most_in_course": facts.limits.most_in_course,
        "most_mg": facts.limits.most_mg,
        "beyond": list(facts.beyond),
        "words": list(words_beyond(facts)),
        "reference": reference.card().name,
    }
