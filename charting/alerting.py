"""From grades to alerts: what policy needs to know, and what it decided, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from alerts import policy, services
from alerts.models import Alert
from alerts.policy import Condition, Facts, Family
from alerts.services import Raised
from charting import state
from charting.entry import FieldError
from charting.models import PatientState
from grading import course_state
from grading.models import Assessment
from patients.windows import WindowState, window_status
from vitals.models import LabResult

# A late set alerts for itself only while it may still tell how the patient is.
LATE_SET_ALERTS_FOR: Final = timedelta(minutes=60)
# Entered later than this, a set is history: it is graded and pages nobody.
TOO_LATE_TO_ALERT: Final = timedelta(hours=24)
WORRY_HOLDS_FOR: Final = timedelta(hours=2)
NEUTROPHILS_HOLD_FOR: Final = timedelta(hours=48)
_PRESSURE_AND_RATE: Final = frozenset({"heart_rate_bpm", "systolic_mmhg", "diastolic_mmhg"})


def alert(
    current: PatientState,
    *,
    charted: Assessment,
    newest: Assessment,
    doubts: Sequence[FieldError],
    age_years: int | None,
    is_complete: bool,
    now: datetime,
) -> tuple[Raised, ...]:
    """Close what ended and raise what needs a person; return the alerts that now stand."""
    if now - newest.taken_at > TOO_LATE_TO_ALERT:
        return ()
    standing = services.open_alerts(current.pk)
    facts = replace(
        _facts(current, newest, doubts=doubts, age_years=age_years), is_complete=is_complete
    )
    if charted is newest:
        before = current.latest_assessment
        closings = policy.closings(
            services.rules_of(standing),
            facts=facts,
            grade_before=before.grade if before else None,
            resolved=course_state.from_json(newest.course).episode_opened_at is None,
        )
        standing = services.close_all(closings, among=standing, at=now)
    found = policy.conditions(_with_worry(facts, charted, standing, now=now))
    if charted is not newest and now - charted.taken_at <= LATE_SET_ALERTS_FOR:
        late = _facts(current, charted, doubts=doubts, age_years=age_years)
        found += policy.conditions(late)
    return tuple(
        services.raise_or_update(
            condition,
            patient_id=current.pk,
            ward=current.ward,
            now=now,
            existing=standing.get(condition.family),
        )
        for condition in _gravest_per_family(found, standing=standing)
    )


def _with_worry(
    facts: Facts, charted: Assessment, standing: Mapping[Family, Alert], *, now: datetime
) -> Facts:
    """Worry is of the set that was just charted; a second time within 2 h is graver."""
    observations = charted.observation_set
    before = standing.get(Family.HEMODYNAMIC)
    lately = before is not None and now - before.raised_at <= WORRY_HOLDS_FOR
    worried = observations is not None and bool(observations.worried)
    return replace(facts, worried=worried, worried_lately=lately)


def standing(patient_id: int) -> tuple[Raised, ...]:
    """The alerts that stand, for a repeat of an entry: nobody is told again."""
    return tuple(
        Raised(alert, (), is_new=False) for alert in services.open_alerts(patient_id).values()
    )


def in_high_risk(current: PatientState, *, at: datetime) -> bool:
    """Whether any dose's high-risk window is open."""
    status = window_status(state.doses_of(current), at=at, zone=state.zone_of(current))
    return status.state is WindowState.HIGH_RISK


def _facts(
    current: PatientState,
    assessment: Assessment,
    *,
    doubts: Sequence[FieldError],
    age_years: int | None,
) -> Facts:
    after = course_state.from_json(assessment.course)
    fever = after.last_fever_at == assessment.taken_at
    return Facts(
        at_least=assessment.at_least,
        grade=assessment.grade,
        fever=fever,
        in_high_risk=in_high_risk(current, at=assessment.taken_at),
        age_years=age_years,
        neutrophils_10e9_per_liter=_neutrophils(current.pk, at=assessment.taken_at)
        if fever and assessment.at_least < 2
        else None,
        other_vitals_abnormal=any(doubt.field in _PRESSURE_AND_RATE for doubt in doubts),
    )


def _neutrophils(patient_id: int, *, at: datetime) -> Decimal | None:
    """The newest count of the last 48 h; None when there is none."""
    return (
        LabResult.objects.filter(
            patient_id=patient_id,
            analyte="neutrophils",
            taken_at__gt=at - NEUTROPHILS_HOLD_FOR,
            taken_at__lte=at,
        )
        .in_force()
        .order_by("-taken_at")
        .values_list("canonical_value", flat=True)
        .first()
    )


def _gravest_per_family(
    found: Sequence[Condition], *, standing: Mapping[Family, Alert]
) -> list[Condition]:
    """One condition a family; a grade alert, new or still standing, includes the fever."""
    gravest: dict[Family, Condition] = {}
    for condition in found:
        held = gravest.get(condition.family)
        if held is None or condition.step > held.step:
            gravest[condition.family] = condition
    if Family.CRS_GRADE in gravest or Family.CRS_GRADE in standing:
        gravest.pop(Family.FEVER, None)
    return list(gravest.values())
