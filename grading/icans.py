"""From a neuro check to its ICANS assessment."""

from datetime import datetime, tzinfo
from typing import Final

from grading.models import Assessment, columns_of
from grading.rules.icans_astct import SCALE, grade_icans
from grading.rules.icans_findings import IcansFindings, IcansPolicy
from grading.rules.vocabulary import UnableReason
from patients.models import Patient
from vitals.models import NeuroAssessment

# Wards look for edema only on suspicion: what nobody imaged is taken as not found.
# Why a bedside score could not be done; delay in development means CAPD at any age.
DEVELOPMENTAL_DELAY: Final = "developmental_delay"
UNABLE_REASONS: Final = (*(each.value for each in UnableReason), DEVELOPMENTAL_DELAY)
POLICY = IcansPolicy(imaging_only_when_found=True)


def assess(check: NeuroAssessment, patient: Patient, *, zone: tzinfo, now: datetime) -> Assessment:
    """Grade one neuro check; nothing is stored yet."""
    verdict = grade_icans(_findings(check, patient, zone=zone), POLICY)
    return Assessment(
        patient=patient,
        neuro_check=check,
        taken_at=check.taken_at,
        scale=SCALE,
        assessed_at=now,
        **columns_of(verdict),
    )


def _findings(check: NeuroAssessment, patient: Patient, *, zone: tzinfo) -> IcansFindings:
    baseline = (
        NeuroAssessment.objects.filter(patient=patient, is_baseline=True, capd_score__isnull=False)
        .in_force()
        .order_by("-taken_at")
        .values_list("capd_score", flat=True)
        .first()
    )
    by_ice = check.capd_score is None
    delayed = check.unable_reason == DEVELOPMENTAL_DELAY
    reason = None if delayed else check.unable_reason or None
    return IcansFindings(
        age_years=patient.age_years(check.taken_at.astimezone(zone).date()),
        ice_score=check.ice_score,
        ice_unable_reason=reason if by_ice else None,
        capd_score=check.capd_score,
        capd_baseline=baseline,
        capd_unable_reason=None if by_ice else reason,
        developmental_delay=True if delayed else None,
        consciousness=check.consciousness or None,
        seizure=check.seizure or None,
        motor_focal_weakness_deep=check.motor_weakness,
    )
