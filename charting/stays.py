"""Admit, move and discharge: where a patient is decides who watches and who is told."""

from datetime import datetime

from django.db import transaction

from alerts import services
from alerts.models import DueSet
from audit import trail
from charting import state
from patients.models import Patient, Stay
from staff.models import Bed, User, Ward


@transaction.atomic
def admit(
    patient: Patient, *, ward: Ward, bed: Bed | None, at: datetime, by: User | None, now: datetime
) -> Stay:
    """Open a stay and start watching; an IntegrityError says when the bed is taken."""
    stay = Stay.objects.create(patient=patient, ward=ward, bed=bed, admitted_at=at)
    follow(stay, action="patient.admitted", by=by, now=now)
    return stay


@transaction.atomic
def move(stay: Stay, *, ward: Ward, bed: Bed | None, by: User | None, now: datetime) -> Stay:
    """Move a patient to another bed or ward; what is due moves with them."""
    stay.ward, stay.bed = ward, bed
    stay.save(update_fields=["ward", "bed"])
    follow(stay, action="patient.moved", by=by, now=now)
    return stay


@transaction.atomic
def discharge(stay: Stay, *, at: datetime, by: User | None, now: datetime) -> None:
    """End a stay; the patient leaves the board and no set is due any more."""
    stay.discharged_at = at
    stay.save(update_fields=["discharged_at"])
    follow(stay, action="patient.discharged", by=by, now=now)


def follow(stay: Stay, *, action: str, by: User | None, now: datetime) -> None:
    """Let the board, the due set and the trail follow a stay that was saved."""
    patient = stay.patient
    current = state.refresh_place(patient)
    DueSet.objects.filter(pk=patient.pk).update(ward=current.ward)
    services.moved(patient_id=patient.pk, ward=current.ward, now=now)
    trail.record(
        action=action,
        actor=by,
        scope=f"patient:{patient.pk}",
        subject=f"stay:{stay.pk}",
        at=now,
        detail={"ward": stay.ward_id, "bed": stay.bed_id},
    )
