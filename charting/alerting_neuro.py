"""A neuro check came in: what it asks for, against its baseline and the hours before."""

from datetime import datetime, timedelta
from typing import Final

from alerts import rulebook, services
from alerts.policy import Family, neuro
from alerts.policy.facts import NeuroCheck, NeuroFacts
from alerts.services import Raised
from charting.alerting_settle import Ground, end_of_check, settle, standing_of
from charting.models import PatientState
from grading.models import Assessment
from grading.rules.vocabulary import CerebralEdema, UnableReason
from vitals.models import NeuroAssessment
from vitals.vocabulary import Consciousness

# A check entered later than this is history.
TOO_LATE_TO_ALERT: Final = timedelta(hours=24)
LOOK_BACK: Final = timedelta(hours=24)


def alert_on_neuro(
    current: PatientState, check: NeuroAssessment, assessment: Assessment, *, now: datetime
) -> tuple[Raised, ...]:
    """Close and raise what this check asks for; one that is not the newest closes nothing."""
    if now - check.taken_at > TOO_LATE_TO_ALERT:
        return ()
    book, open_now = rulebook.current(), services.open_alerts(current.pk)
    facts = neuro_facts(current, check)
    is_newest = (current.latest_icans_id or assessment.pk) == assessment.pk
    standing = standing_of(open_now)
    closings = neuro.closings(standing, facts=facts) if is_newest else []
    closings += end_of_check(current, standing, now=now)
    return settle(
        current,
        found=neuro.conditions(facts, book),
        closings=closings,
        among=open_now,
        ground=Ground({"neuro": check.pk}),
        now=now,
    )


def after_correction(
    current: PatientState,
    *,
    wrong: NeuroAssessment,
    right: NeuroAssessment,
    graded: Assessment,
    now: datetime,
) -> None:
    """End the alert that only the wrong check had raised; `right` may be a withdrawal.

    A replacement that is not fully graded ends nothing, nor does one while another check
    recorded since the alert began asks for it as well.
    """
    alert = services.open_alerts(current.pk).get(Family.NEURO)
    if alert is None or alert.evidence.get("neuro") != wrong.pk:
        return
    if not right.withdrawn and graded.grade is None:
        return
    since = NeuroAssessment.objects.filter(
        patient_id=current.pk, received_at__gte=alert.raised_at
    ).in_force()
    book = rulebook.current()
    asked_for = any(neuro.conditions(neuro_facts(current, each), book) for each in since)
    services.source_corrected(
        patient_id=current.pk,
        evidence={"neuro": wrong.pk},
        now=now,
        still_true=(Family.NEURO,) if asked_for else (),
    )


def ice_baseline(patient_id: int, *, before: datetime) -> int | None:
    """The newest ICE score that was charted as the baseline; None when there is none."""
    return _baseline(patient_id, "ice_score", before=before)


def _baseline(patient_id: int, field: str, *, before: datetime) -> int | None:
    scores = NeuroAssessment.objects.filter(
        patient_id=patient_id, is_baseline=True, taken_at__lte=before
    )
    known = scores.in_force().exclude(**{field: None}).order_by("-taken_at", "-pk")
    return known.values_list(field, flat=True).first()


def neuro_facts(current: PatientState, check: NeuroAssessment) -> NeuroFacts:
    """What the rules read of a check: three queries."""
    earlier = (
        NeuroAssessment.objects.filter(
            patient_id=current.pk,
            taken_at__gte=check.taken_at - LOOK_BACK,
            taken_at__lt=check.taken_at,
        )
        .in_force()
        .order_by("-taken_at", "-pk")
    )
    return NeuroFacts(
        newest=_check(check),
        earlier=tuple(_check(each) for each in earlier),
        ice_baseline=ice_baseline(current.pk, before=check.taken_at),
        capd_baseline=_baseline(current.pk, "capd_score", before=check.taken_at),
        consciousness=_consciousness(check),
        seizure=check.seizure,
        weakness=check.motor_weakness,
        raised_pressure=bool(check.raised_pressure_signs)
        or check.cerebral_edema not in {"", CerebralEdema.NONE},
    )


def _consciousness(check: NeuroAssessment) -> str:
    """The level charted; who could not be woken for the score cannot be woken."""
    if not check.consciousness and check.unable_reason == UnableReason.UNAROUSABLE:
        return Consciousness.UNAROUSABLE
    return check.consciousness


def _check(row: NeuroAssessment) -> NeuroCheck:
    return NeuroCheck(row.taken_at, row.ice_score, row.capd_score)
