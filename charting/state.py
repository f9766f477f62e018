"""Keep the one current-state row of a patient: where they are, their doses, their newest grade."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from charting.models import PatientState
from grading import confirming
from grading.models import Assessment, Confirmation
from grading.services import SCALE
from patients import therapies
from patients.age import completed_months
from patients.models import Infusion, Patient, Stay
from patients.windows import Dose, DoseKind
from staff.prepared import Prepared
from vitals.models import ObservationSet


def locked(patient_id: int) -> PatientState:
    """Return the state row, held until the transaction ends: one writer per patient.

    Two statements: rows joined to one that had to be waited for would still be those
    of before the wait. Raises Patient.DoesNotExist when there is no such patient.
    """
    if not _HELD(patient=patient_id):
        refresh_place(Patient.objects.get(pk=patient_id))
    return _WHOLE(patient=patient_id)[0]


def refresh_place(patient: Patient) -> PatientState:
    """Read ward, bed and doses again, after an admission, a move or an infusion."""
    stay = Stay.objects.filter(patient=patient, discharged_at=None).first()
    state, _ = PatientState.objects.update_or_create(
        patient=patient,
        defaults={
            "ward_id": stay.ward_id if stay else None,
            "bed_id": stay.bed_id if stay else None,
            "doses": [
                _dose_to_json(infusion)
                for infusion in patient.infusions.filter(superseded_by=None, withdrawn=False)
            ],
        },
    )
    return state


def zone_of(state: PatientState) -> tzinfo:
    """The clock of the ward the patient is on, UTC for none."""
    return state.ward.zone if state.ward else UTC


def age_months(state: PatientState, *, at: datetime) -> int | None:
    """The patient's age in completed months on the ward's calendar; None when not known."""
    return completed_months(state.patient.birth_date, on=at.astimezone(zone_of(state)).date())


def doses_of(state: PatientState) -> list[Dose]:
    """Return the doses kept in the state, as window rules read them."""
    return doses_from(state.doses)


def doses_from(rows: Sequence[dict[str, Any]]) -> list[Dose]:
    """Return doses as window rules read them, from the rows a state keeps."""
    return [_dose_from_json(row) for row in rows]


def follow(state: PatientState, newest: ObservationSet, assessment: Assessment) -> None:
    """Point the state at the newest set and its grade, remembering the grade before it."""
    before = state.latest_assessment
    changed = before is None or before.at_least != assessment.at_least
    state.at_least_before = before.at_least if before else None
    state.at_least_since = assessment.taken_at if changed else state.at_least_since
    state.latest_set = newest
    state.latest_assessment = assessment
    state.latest_taken_at = newest.taken_at
    if state.latest_confirmation and not _still_stands(state.latest_confirmation, assessment):
        state.latest_confirmation = None
    state.save(
        update_fields=[
            "at_least_before", "at_least_since", "latest_set", "latest_assessment",
            "latest_taken_at", "latest_confirmation",
        ]
    )  # fmt: skip


def standing_word(patient_id: int, newest: Assessment) -> Confirmation | None:
    """The newest word of a clinician on the CRS grade that counts and nothing has overtaken."""
    said = (
        Confirmation.objects.filter(patient_id=patient_id, assessment__scale=SCALE)
        .in_force()
        .select_related("assessment")
        .order_by("-assessment__taken_at", "-recorded_at", "-pk")
    )
    return next((c for c in said if not c.waits_for_second and _still_stands(c, newest)), None)


def _still_stands(said: Confirmation, newest: Assessment) -> bool:
    return confirming.still_stands(said.assessment.computed, newest_at_least=newest.at_least)


def rebuild(patient: Patient) -> PatientState:
    """Derive the whole row again from the facts."""
    state = refresh_place(patient)
    rows = list(
        Assessment.objects.filter(patient=patient, scale=SCALE)
        .in_force()
        .select_related("observation_set")
        .order_by("-taken_at", "-observation_set_id")[:2]
    )
    if rows and rows[0].observation_set is not None:
        state.latest_assessment = rows[1] if len(rows) > 1 else None
        state.latest_confirmation = standing_word(patient.pk, rows[0])
        follow(state, rows[0].observation_set, rows[0])
    return state


def differs(state: PatientState, rebuilt: PatientState) -> list[str]:
    """Name the fields in which a kept row is not what the facts say."""
    fields: Sequence[str] = (
        "ward_id", "bed_id", "latest_set_id", "latest_assessment_id", "latest_taken_at", "doses",
        "latest_confirmation_id",
    )  # fmt: skip
    return [name for name in fields if getattr(state, name) != getattr(rebuilt, name)]


def _dose_to_json(infusion: Infusion) -> dict[str, Any]:
    return {
        "therapy": infusion.therapy,
        "edition": infusion.therapy_edition,
        "kind": infusion.kind,
        "started_at": infusion.started_at.isoformat(),
        "stopped_at": infusion.stopped_at.isoformat() if infusion.stopped_at else None,
    }


def _dose_from_json(row: dict[str, Any]) -> Dose:
    stopped = row["stopped_at"]
    return Dose(
        profile=therapies.profile(row["therapy"], row["edition"]),
        kind=DoseKind(row["kind"]),
        started_at=datetime.fromisoformat(row["started_at"]),
        stopped_at=datetime.fromisoformat(stopped) if stopped else None,
    )


_HELD: Final = Prepared(
    lambda patient: (
        PatientState.objects.select_for_update()
        .filter(pk=patient)
        .order_by()
        .values_list("pk", flat=True)
    )
)
_WHOLE: Final = Prepared(
    lambda patient: PatientState.objects.filter(pk=patient).select_related(
        "patient__due_set", "ward", "latest_assessment", "latest_set"
    )
)
