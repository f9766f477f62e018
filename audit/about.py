"""Find what was done with one patient's record: by name, in a list, or on a ward they were on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit import reading
from audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class OnWard:
    """From when until when a patient was on a ward; None is still there."""

    ward_id: int
    code: str
    since: datetime
    until: datetime | None


def patient(patient_id: int, stays: Sequence[OnWard]) -> QuerySet[AuditEntry]:
    """Everything about a patient: the own chain, looks at the chart, and lists they stood in."""
    own = f"patient:{patient_id}"
    wanted = Q(scope=own) | Q(subject=own, action=reading.CHART)
    # Numbers stand between commas, so 5 is not found in 15.
    wanted |= Q(subject="patients", detail__patients__icontains=f",{patient_id},")
    for stay in stays:
        then = Q(at__gte=stay.since) & (Q() if stay.until is None else Q(at__lt=stay.until))
        wanted |= Q(subject=f"ward:{stay.code}", action=reading.WARD) & then
        listed = Q(detail__wards__icontains=f",{stay.ward_id},")
        wanted |= Q(subject="wards", action=reading.OWN_WARDS) & listed & then
    return AuditEntry.objects.filter(wanted)
