"""Which doses are still to be given, and what the rules read of the next one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.policy.planning import PlannedFacts
from charting import course, state
from charting.models import PatientState
from patients.models import Infusion, PlannedDose, SupplyCheck
from patients.windows import Dose, course_start, high_risk_spans

# Given so much before its time it was still this dose; so long after, it was not given.
_EARLY: Final = timedelta(hours=24)
_LATE: Final = timedelta(hours=12)


def plans(patient_id: int, *, now: datetime) -> list[PlannedDose]:
    """Return the doses that are still to be given, the next one first: two queries."""
    rows = PlannedDose.objects.filter(patient_id=patient_id, planned_at__gt=now - _LATE)
    ahead = list(rows.in_force().select_related("recorded_by").order_by("planned_at", "pk"))
    if not ahead:
        return []
    since = ahead[0].planned_at - _EARLY
    given = Infusion.objects.filter(patient_id=patient_id, started_at__gte=since).in_force()
    known = list(given.values_list("therapy", "kind", "started_at"))
    return [plan for plan in ahead if not _is_given(plan, known)]


def next_plan(
    current: PatientState, doses: Sequence[Dose], *, at_least: int, now: datetime
) -> PlannedFacts | None:
    """What the rules read of the next dose planned; None, after one query, without a plan."""
    ahead = plans(current.pk, now=now)
    if not ahead:
        return None
    plan, dose = ahead[0], ahead[0].as_dose()
    episodes = course.episodes_of(current)
    start = course_start(doses, at=now)
    spans = high_risk_spans([*doses, dose], zone=state.zone_of(current))
    checks = SupplyCheck.objects.filter(patient_id=current.pk).in_force()
    return PlannedFacts(
        therapy=plan.therapy,
        planned_at=dose.started_at,
        recorded_at=plan.recorded_at,
        at_least=at_least,
        window_opens_at=next((begins for begins, _, opener in spans if opener is dose), None),
        crs_ended_at=episodes[-1].resolved_at if episodes else None,
        worst_after_first=max(
            (
                each.peak.at_least
                for each in episodes
                if start and each.onset_at >= start.started_at
            ),
            default=0,
        ),
        supply_seen_at=checks.order_by("-recorded_at")
        .values_list("recorded_at", flat=True)
        .first(),
    )


def _is_given(plan: PlannedDose, known: Sequence[tuple[str, str, datetime]]) -> bool:
    return any(
        (therapy, kind) == (plan.therapy, plan.kind) and at >= plan.planned_at - _EARLY
        for therapy, kind, at in known
    )
