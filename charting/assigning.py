"""Say which nurse looks after a patient: alerts go to that nurse first."""

from datetime import datetime

from django.db import transaction

from alerts.models import NurseAssignment
from audit import trail
from charting import state
from staff.models import User


@transaction.atomic
def assign(*, patient_id: int, nurse: User | None, by: User, now: datetime) -> bool:
    """Give the patient to one nurse from now on, or to nobody; whether that changed anything.

    Who had the patient until now has not any more. What was stays on record. Asking
    twice changes nothing the second time. Raises Patient.DoesNotExist.
    """
    state.locked(patient_id)
    running = NurseAssignment.objects.filter(patient_id=patient_id, starts_at__lte=now).exclude(
        ends_at__lte=now
    )
    wanted = {nurse.pk} if nurse else set()
    if {row.nurse_id for row in running} == wanted:
        return False
    # One that began this very moment never was: an assignment ends after it starts.
    running.filter(starts_at=now).delete()
    running.filter(starts_at__lt=now).update(ends_at=now)
    if nurse is not None:
        NurseAssignment.objects.create(patient_id=patient_id, nurse=nurse, starts_at=now)
    trail.record(
        action="nurse.assigned",
        actor=by,
        scope=f"patient:{patient_id}",
        subject=f"patient:{patient_id}",
        at=now,
        detail={"nurse": nurse.pk if nurse else None},
    )
    return True
