"""From a neuro check to its ICANS assessment."""

from datetime import datetime, tzinfo
from typing import Any, Final

from grading.models import Assessment, columns_of
from grading.rules.icans_astct import SCALE, grade_icans
from grading.rules.icans_findings import NOT_ASSESSABLE_WHEN, IcansFindings, IcansPolicy
from grading.rules.icans_scores import capd_total, ice_total
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
    verdict = grade_icans(findings_of(check, patient, zone=zone), POLICY)
    return Assessment(
        patient=patient,
        neuro_check=check,
        taken_at=check.taken_at,
        scale=SCALE,
        assessed_at=now,
        **columns_of(verdict),
    )


def findings_of(check: NeuroAssessment, patient: Patient, *, zone: tzinfo) -> IcansFindings:
    """What a check of this patient says to the rules."""
    age_years = patient.age_years(check.taken_at.astimezone(zone).date())
    return findings_at(check, age_years=age_years, capd_baseline=_baseline_of(check))


def findings_at(
    check: NeuroAssessment, *, age_years: int | None, capd_baseline: int | None
) -> IcansFindings:
    """What a check says to the rules; what was not examined stays unknown."""
    signs = check.raised_pressure_signs
    return IcansFindings(
        age_years=age_years,
        **_scores(check),
        **_reasons(check, age_years),
        capd_baseline=capd_baseline,
        consciousness=check.consciousness or None,
        consciousness_other_cause=check.consciousness_other_cause,
        seizure=check.seizure or None,
        seizure_minutes=check.seizure_minutes,
        motor_focal_weakness_deep=check.motor_weakness,
        cerebral_edema=check.cerebral_edema or None,
        raised_pressure_signs=None if signs is None else frozenset(signs),
        intracranial_hemorrhage=check.intracranial_hemorrhage,
        edema_due_to_hemorrhage=check.edema_due_to_hemorrhage,
        global_aphasia=check.global_aphasia,
    )


def _scores(check: NeuroAssessment) -> dict[str, Any]:
    """Totals, and what a sheet with items left out already forces; a total is never made up.

    A sheet that sedation or paralysis broke off forces nothing: the drug answered.
    """
    by_drugs = check.unable_reason in NOT_ASSESSABLE_WHEN
    scores: dict[str, Any] = {"ice_score": check.ice_score, "capd_score": check.capd_score}
    if check.ice_items is not None:
        total, at_most = ice_total(check.ice_items)
        scores |= {"ice_score": total}
        scores |= {} if by_drugs and total is None else {"ice_score_at_most": at_most}
    if check.capd_items is not None:
        total, at_least = capd_total(check.capd_items)
        scores |= {"capd_score": total}
        scores |= {} if by_drugs and total is None else {"capd_score_at_least": at_least}
    return scores


def _reasons(check: NeuroAssessment, age_years: int | None) -> dict[str, Any]:
    """Which score the reason is about: the one of the age, and of what was charted instead.

    CAPD at 12 years or over stands where the reason says why ICE could not be done.
    """
    delayed = check.unable_reason == DEVELOPMENTAL_DELAY
    reason = None if delayed else check.unable_reason or None
    by_capd = check.capd_score is not None or check.capd_items is not None
    young = by_capd if age_years is None else age_years < POLICY.capd_below_age_years
    return {
        "developmental_delay": True if delayed else None,
        "ice_unable_reason": None if young else reason,
        "capd_unable_reason": reason if young else None,
    }


def _baseline_of(check: NeuroAssessment) -> int | None:
    """The newest CAPD charted as the baseline, up to this check; a baseline is its own."""
    return (
        NeuroAssessment.objects.filter(
            patient_id=check.patient_id,
            is_baseline=True,
            capd_score__isnull=False,
            taken_at__lte=check.taken_at,
        )
        .in_force()
        .order_by("-taken_at")
        .values_list("capd_score", flat=True)
        .first()
    )
