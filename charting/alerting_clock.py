"""What becomes true by waiting, for one patient: looked at by a sweep, no fact has to come in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from alerts import rulebook, services
from alerts.models import Alert, AlertState, RotaSlot
from alerts.policy import Condition, Family, Rule, watch
from alerts.policy.facts import ClockFacts, DoseTiming
from alerts.services import Raised
from charting import state
from charting.alerting_settle import Ground, settle, standing_of
from charting.models import PatientState
from charting.planned import next_plan
from charting.window_days import days_of
from grading import course_state
from grading.models import Assessment
from grading.services import SCALE
from patients.medicines import TreatmentCode
from patients.models import BodyWeight, Treatment
from patients.windows import Dose, course_start
from vitals.models import NeuroAssessment, ObservationSet

_BLOCKERS: Final = (TreatmentCode.TOCILIZUMAB, TreatmentCode.SILTUXIMAB)
_BASELINE_WITHIN: Final = timedelta(hours=48)
_BASELINE_SETS: Final = 3
_FAMILIES: Final = frozenset(
    {Family.CRS_GRADE, Family.DRUG_TIMING, Family.WINDOW, Family.DATA_QUALITY}
)


@transaction.atomic
def evaluate_clock(patient_id: int, *, now: datetime) -> tuple[Raised, ...]:
    """Close and raise what time alone decides for a patient on a ward; run it as often as wished.

    What stands already is left as it is, and what a person closed after it became true is
    not raised again. Raises Patient.DoesNotExist.
    """
    current = state.locked(patient_id)
    if current.ward is None:
        return ()
    book, open_now = rulebook.current(), services.open_alerts(patient_id)
    standing = standing_of(open_now)
    waits = any(held.rule is Rule.A36 for held in standing.values())
    facts = clock_facts(current, now=now, looks_for_baselines=waits)
    closings = watch.closings(standing, facts=facts, book=book)
    ended = {closing.family for closing in closings}
    left = {family: alert for family, alert in open_now.items() if family not in ended}
    found = [
        each for each in watch.conditions(facts, book) if _is_news(each, left.get(each.family))
    ]
    found = _not_closed_since(patient_id, found)
    return settle(
        current, found=found, closings=closings, among=open_now, ground=Ground({}), now=now
    )


def _is_news(condition: Condition, held: Alert | None) -> bool:
    """Whether it says more than the alert that stands: time passing is no repeat to count."""
    return held is None or condition.step > held.step or condition.severity.value < held.severity


def _not_closed_since(patient_id: int, found: Sequence[Condition]) -> list[Condition]:
    """Leave out what was closed after it had become true."""
    since = [each.since for each in found if each.since is not None]
    if not since:
        return list(found)
    closed = Alert.objects.filter(
        patient_id=patient_id,
        state=AlertState.CLOSED,
        closed_at__gte=min(since),
        family__in=_FAMILIES,
    ).values_list("rule", "step", "closed_at")
    rows = [(rule, step, at) for rule, step, at in closed.order_by("pk") if at is not None]
    return [
        each
        for each in found
        if not any(
            rule == each.rule and step >= each.step and each.since and closed_at >= each.since
            for rule, step, closed_at in rows
        )
    ]


def clock_facts(
    current: PatientState, *, now: datetime, looks_for_baselines: bool = False
) -> ClockFacts:
    """Read what the rules of time need; a patient without a grade or dose costs few queries.

    Baselines are looked for in the hours after the first dose, and while an alert asks.
    """
    latest = current.latest_assessment
    course = course_state.from_json(latest.course if latest else {})
    doses = state.doses_of(current)
    at_least = latest.at_least if latest else 0
    blockers = _blockers(current, doses, now=now)
    of_toci = [at for at, code in blockers if code == TreatmentCode.TOCILIZUMAB]
    days = days_of(doses, at=now, zone=state.zone_of(current))
    return ClockFacts(
        at=now,
        at_least=at_least,
        grade=latest.grade if latest else None,
        graded_at=latest.taken_at if latest else None,
        fever_since=_fever_since(current, course.episode_opened_at) if at_least == 1 else None,
        last_fever_at=course.last_fever_at,
        first_blocker=_timing(current, blockers[0][0]) if blockers else None,
        last_tocilizumab=_timing(current, of_toci[-1]) if of_toci else None,
        pump_stopped_at=_pump_stopped_at(doses, now=now),
        days_to_opening=days.to_opening,
        days_to_closing=days.to_closing,
        days_to_end=days.to_end,
        opened_today=days.opened_today,
        first_dose_at=days.first_dose_at,
        missing_baselines=_missing(
            current, days.first_dose_at, now=now, anyway=looks_for_baselines
        ),
        plan=next_plan(current, doses, at_least=at_least, now=now),
    )


def _fever_since(current: PatientState, opened_at: datetime | None) -> datetime | None:
    """Since when grade 1 has lasted: the episode's begin, or the last graver grade in it."""
    if opened_at is None:
        return None
    graver = (
        Assessment.objects.filter(
            patient_id=current.pk, scale=SCALE, at_least__gte=2, taken_at__gte=opened_at
        )
        .in_force()
        .order_by("-taken_at")
        .values_list("taken_at", flat=True)
        .first()
    )
    return graver or opened_at


def _blockers(
    current: PatientState, doses: Sequence[Dose], *, now: datetime
) -> list[tuple[datetime, str]]:
    """Tocilizumab and siltuximab of this course, oldest first."""
    given = Treatment.objects.filter(
        patient_id=current.pk, code__in=_BLOCKERS, started_at__lte=now
    ).in_force()
    start = course_start(doses, at=now)
    if start is not None:
        given = given.filter(started_at__gte=start.started_at)
    return list(given.order_by("started_at").values_list("started_at", "code"))


def _timing(current: PatientState, given_at: datetime) -> DoseTiming:
    """A dose, and the grade of the last set before it; 0 where there was none."""
    before = (
        Assessment.objects.filter(patient_id=current.pk, scale=SCALE, taken_at__lte=given_at)
        .in_force()
        .order_by("-taken_at", "-observation_set_id")
        .values_list("at_least", flat=True)
        .first()
    )
    return DoseTiming(given_at, before or 0)


def _pump_stopped_at(doses: Sequence[Dose], *, now: datetime) -> datetime | None:
    """Since when a continuous infusion stands still before its cycle ends; None while it runs."""
    numbers = rulebook.current().a27
    running = [dose for dose in doses if dose.profile.id in numbers.therapies]
    if not running:
        return None
    last = max(running, key=lambda dose: dose.started_at)
    start = course_start(running, at=now)
    ends = (start or last).started_at + timedelta(days=numbers.cycle_days)
    if last.stopped_at is None or last.stopped_at > now or last.stopped_at >= ends or now >= ends:
        return None
    return last.stopped_at


def _missing(
    current: PatientState, first_dose_at: datetime | None, *, now: datetime, anyway: bool
) -> tuple[str, ...] | None:
    """Which baselines are missing; None where nobody asks for them now."""
    hours = timedelta(hours=rulebook.current().a36.hours_after_dose)
    if first_dose_at is None or now < first_dose_at:
        return None
    if now >= first_dose_at + hours and not anyway:
        return None
    around = first_dose_at + hours
    sets = ObservationSet.objects.for_patient(current.pk).in_force()
    before = sets.between(first_dose_at - _BASELINE_WITHIN, first_dose_at)
    present = {
        "weight": BodyWeight.objects.filter(patient_id=current.pk, measured_at__lt=around)
        .in_force()
        .exists(),
        "blood_pressure": before.filter(systolic_mmhg__isnull=False).count() >= _BASELINE_SETS,
        "neuro": NeuroAssessment.objects.filter(patient_id=current.pk, is_baseline=True)
        .in_force()
        .exists(),
        "rota": RotaSlot.objects.filter(ward=current.ward).on_at(now).exists(),
    }
    return tuple(name for name, is_there in present.items() if not is_there)
