"""A ward in which there is one of everything, so that an address finds what it names."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from alerts import rota_plan, rule_changes
from alerts.models import Alert, OffWardReason, OrderKind, RotaRole
from alerts.rota_plan import NewSlot
from charting import care, confirming, orders, planning, results
from charting.break_glass import opening as glass
from charting.break_glass.models import Reason
from charting.break_glass.opening import Asked
from charting.results import LabEntry
from grading.confirming import Word
from grading.models import Decision
from interop.csv.report import RejectsFile, Report
from interop.imports.models import ImportJob
from staff.models import Role, User, Ward
from tablets import agency, registering
from tests.factories.ward import (
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
    check_neuro,
    give,
    report_symptoms,
)
from vitals.vocabulary import Source


def a_lab(patient: Any, *, minutes_ago: float = 60) -> Any:
    """A laboratory result of some minutes ago."""
    at = NOW - timedelta(minutes=minutes_ago)
    entry = LabEntry(
        client_id=uuid.uuid4(),
        taken_at=at,
        loinc="1988-5",
        display="CRP",
        value=Decimal(54),
        unit="mg/L",
    )
    return results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=a_person(), now=NOW, source=Source.NURSE
    )


def _ordered(patient: Any, doctor: User, nurse: User) -> dict[str, Any]:
    """What was ordered and planned of a patient."""
    away = orders.go_off_ward(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        why=OffWardReason.IMAGING,
        back_at=NOW + timedelta(minutes=20),
        accompanied_by="a nurse",
        recorded_by=nurse,
        now=NOW,
    )
    watched = care.order_care(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        kind=OrderKind.ICU,
        until=NOW + timedelta(days=1),
        why="watched",
        ordered_by=doctor,
        now=NOW,
    )
    plan = planning.plan_dose(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        therapy="tisa-cel",
        kind="infusion",
        planned_at=NOW + timedelta(days=9),
        planned_by=doctor,
        now=NOW,
    )
    return {"order_id": away.pk, "end_care": watched.pk, "plan_id": plan.pk}


def _arranged(ward: Ward, doctor: User, nurse: User) -> dict[str, Any]:
    """What belongs to the ward itself: its rota, a tablet, an agency account, a proposed rule."""
    slot = rota_plan.add(
        ward,
        NewSlot(
            role=RotaRole.PHARMACIST,
            starts_at=NOW - timedelta(hours=1),
            ends_at=NOW + timedelta(hours=9),
            person=a_person(Role.ONCOLOGIST, ward),
        ),
        by=doctor,
        now=NOW,
    )
    device, _ = registering.register(name="Bay 1", ward=ward, by=nurse, now=NOW)
    slip = agency.open_account(first_name="Ann", last_name="A", ward=ward, by=doctor, now=NOW)
    change = rule_changes.propose(
        ward=ward,
        minutes={"P2": {"longest_snooze": 30}},
        why="busy nights",
        by=a_person(Role.SAFETY_OFFICER, ward),
        now=NOW,
    )
    return {
        "slot_id": slot.pk,
        "device_id": device.pk,
        "username": slip.user.username,
        "change_id": change.pk,
    }


def of(ward: Ward, doctor: User) -> dict[str, Any]:
    """Make one of everything; return by operation, or by name of the part of an address, its id."""
    patient, other = a_patient(ward), a_patient(ward)
    tested = a_lab(patient, minutes_ago=90)
    running = give(patient, "norepinephrine", minutes_ago=60)
    chart_set(patient, WELL, minutes_ago=30)
    charted = chart_set(patient, GRADE_3, minutes_ago=5, by=doctor)
    nurse = a_person(Role.NURSE, ward)
    nurse.username = "nurse"  # as the examples call them
    nurse.save()
    said = confirming.confirm_grade(
        assessment_id=charted.assessment.pk,
        client_id=uuid.uuid4(),
        word=Word(Decision.CHANGED, 1, "", "another cause of both"),
        by=a_person(Role.ONCOLOGIST, ward),
        now=NOW,
    )
    far = a_patient(a_ward())
    opened = glass.open_patient(
        Asked(far.mrn, far.birth_date, Reason.EMERGENCY, "called"), by=doctor, now=NOW
    )
    assert opened.opening is not None
    job = ImportJob.objects.create(
        created_at=NOW, created_by=doctor, ward=ward, name="x.csv", file_name="x.csv",
        size_bytes=1, state="done", summary=Report(RejectsFile(None)).as_json(),
    )  # fmt: skip
    return (
        _ordered(patient, doctor, nurse)
        | _arranged(ward, doctor, nurse)
        | {
            "opening": opened.opening.code,
            "job_id": job.pk,
            "far_mrn": far.mrn,
            "patient_id": patient.pk,
            "mrn": patient.mrn,
            "other_mrn": other.mrn,
            "set_id": charted.observations.pk,
            "assessment_id": charted.assessment.pk,
            "confirmation_id": said.pk,
            "treatment_id": running.pk,
            "result_id": tested.pk,
            "check_id": check_neuro(patient, minutes_ago=20, ice_score=10).pk,
            "report_id": report_symptoms(patient, {"headache": 1}, minutes_ago=20)[0].report.pk,
            "code": ward.code,
            "alert": Alert.objects.filter(patient=patient, closed_at=None).order_by("pk")[0].code,
            "bed_id": patient.state.bed_id,
        }
    )
