"""Treatments that run now, each with the button that stops it."""

from datetime import datetime
from typing import Any

from charting.models import PatientState
from patients.models import Treatment, TreatmentQuerySet
from screens import labels, strip
from screens.timeline.facts import dose
from screens.timeline.medicines_lane import BARS


def of(patient_id: int, *, now: datetime) -> TreatmentQuerySet:
    """Treatments of a patient that run from start to stop and were not stopped."""
    ours: TreatmentQuerySet = Treatment.objects.filter(patient_id=patient_id, code__in=BARS)
    return ours.in_force().running(now).order_by("started_at", "pk")


def rows(state: PatientState, *, now: datetime) -> list[dict[str, Any]]:
    """Return what the page lists of each."""
    zone = strip.zone_of(state)
    return [
        {
            "label": treatment.get_code_display(),
            "dose": dose(treatment.dose_value, treatment.dose_unit),
            "since_label": labels.clock(treatment.started_at, zone=zone, now=now),
            "stop_url": f"/patients/{state.pk}/record/treatment/{treatment.pk}/stop/",
        }
        for treatment in of(state.pk, now=now)
    ]
