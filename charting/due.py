"""Plan the next set, neuro check and labs, and keep the plan where the sweep finds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from alerts.models import DueSet
from charting import alerting, neuro_series, state
from charting.entry import Entry
from charting.models import PatientState
from grading import course_state
from grading.models import Assessment
from patients.windows import course_start, day_number
from vitals import schedule
from vitals.models import NeuroAssessment, ObservationSet
from vitals.schedule import Situation

# Without these a set does not answer for the grade, so it moves no due time.
GRADE_CRITICAL: Final = (
    "temperature_celsius", "systolic_mmhg", "spo2_percent", "oxygen_device",
)  # fmt: skip
_ALL_TOLD: Final = 2  # of a plan's `told_step`: overdue and missed
PLANNED_FOR: Final = timedelta(hours=24)  # a set older than this is history
# A warning sign at grade 0: a temperature in this range, and so much over the last 8 h.
_WARM_FROM: Final = Decimal("37.5")
_FEVER: Final = Decimal("38.0")
_RISE: Final = Decimal("0.5")
_RISE_WITHIN: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class _Set:
    """The set a plan is made from, and what is known around it."""

    current: PatientState
    assessment: Assessment
    entry: Entry
    existing: DueSet | None

    @property
    def at(self) -> datetime:
        return self.assessment.taken_at

    @property
    def at_least(self) -> int:
        return self.assessment.at_least


def planned(current: PatientState) -> DueSet | None:
    """The plan that stands; it came along when the state row was locked."""
    return getattr(current.patient, "due_set", None)


@dataclass(frozen=True, slots=True)
class _Stood:
    """The times of a plan before a set that leaves something out."""

    due_at: datetime
    overdue_at: datetime
    missed_at: datetime
    told_step: int

    @classmethod
    def of(cls, due: DueSet) -> "_Stood":
        return cls(due.due_at, due.overdue_at, due.missed_at, due.told_step)

    def hold(self, due: DueSet) -> None:
        """Let the new plan come earlier and never later; what was told need not be told again.

        Where everything was told, the new times are when silence is told of once more.
        """
        due.due_at = min(due.due_at, self.due_at)
        if self.told_step < _ALL_TOLD:
            due.overdue_at = min(due.overdue_at, self.overdue_at)
            due.missed_at = min(due.missed_at, self.missed_at)
            due.told_step = self.told_step
        due.look_at = due.next_look()


def is_partial(entry: Entry) -> bool:
    """Whether something without which the set cannot answer for the grade is missing."""
    return any(name not in entry.values for name in GRADE_CRITICAL)


def plan(
    current: PatientState, assessment: Assessment, entry: Entry, *, now: datetime
) -> DueSet | None:
    """Set the next due times from this set; a partial set keeps the earlier one.

    A partial set that shows a worse grade brings the due time forward, never back.
    """
    if now - assessment.taken_at > PLANNED_FOR:
        return None
    existing = planned(current)
    before = current.latest_assessment
    worse = before is None or assessment.at_least > before.at_least
    # At home a check-in is what the family can measure.
    partial = is_partial(entry) and not (existing and existing.is_at_home(assessment.taken_at))
    if existing and partial and not worse:
        return existing
    stood = _Stood.of(existing) if existing and partial else None
    due = _due_set(_Set(current, assessment, entry, existing))
    if stood is not None:
        stood.hold(due)
    if existing is None:
        due.save(force_insert=True)
    else:
        due.save(force_update=True)
    return due


def bring_forward(current: PatientState, newest: Assessment, *, now: datetime) -> DueSet | None:
    """Plan again from the newest set where an older one, late or corrected, made it worse."""
    due = planned(current)
    if due is None or newest.at_least <= due.at_least or now - newest.taken_at > PLANNED_FOR:
        return due
    stood = _Stood.of(due)
    due.at_least, due.sets_at_grade, due.told_step = newest.at_least, 1, 0
    situation = _situation(current, due, at=newest.taken_at, since_fever=_since_fever(newest))
    _place_vitals(due, schedule.vitals_minutes(situation), at=newest.taken_at)
    stood.hold(due)
    due.save(force_update=True)
    return due


def plan_neuro(current: PatientState, check: NeuroAssessment, icans: Assessment) -> None:
    """Set the next neuro check from this one; a new drop starts a half-hourly series.

    A check that was put off, the patient asleep or declining, keeps the due time.
    """
    due = planned(current)
    if due is None or (due.neuro_last_at is not None and check.taken_at < due.neuro_last_at):
        return
    if neuro_series.is_put_off(check, icans) and icans.at_least <= (due.icans_at_least or 0):
        return
    neuro_series.count(due, check, icans)
    _place_next_neuro(current, due, since=check.taken_at)


def plan_neuro_again(current: PatientState, *, now: datetime) -> None:
    """Set the next neuro check from all that count, after one of them was corrected."""
    due = planned(current)
    if due is None:
        return
    last_at = neuro_series.recount(due, current.pk)
    if last_at is None:
        due.neuro_due_at = None
    _place_next_neuro(current, due, since=last_at or current.latest_taken_at or now)


def _place_next_neuro(current: PatientState, due: DueSet, *, since: datetime) -> None:
    _place_neuro(due, _situation(current, due, at=since), since=since)
    due.look_at = due.next_look()
    due.save(force_update=True)


def plan_labs(current: PatientState, *, taken_at: datetime) -> None:
    """Set the next laboratory panel from this sample."""
    due = planned(current)
    if due is None or (due.labs_last_at is not None and taken_at <= due.labs_last_at):
        return
    due.labs_last_at = taken_at
    _place_labs(due, _situation(current, due, at=taken_at), since=taken_at)
    due.look_at = due.next_look()
    due.save(force_update=True)


def place_again(current: PatientState, due: DueSet) -> None:
    """Place the next set again after an order; the caller saves."""
    newest = current.latest_assessment
    if newest is None:
        return
    since_fever = _since_fever(newest)
    situation = _situation(current, due, at=newest.taken_at, since_fever=since_fever)
    _place_vitals(due, schedule.vitals_minutes(situation), at=newest.taken_at)


def _due_set(of: _Set) -> DueSet:
    existing = of.existing
    due = DueSet(patient_id=of.current.pk) if existing is None else existing
    _count(due, of, is_first=existing is None)
    due.ward, due.at_least, due.told_step = of.current.ward, of.at_least, 0
    situation = _situation(of.current, due, at=of.at, since_fever=_since_fever(of.assessment))
    minutes = schedule.vitals_minutes(situation)
    _place_vitals(due, minutes, at=of.at)
    _place_neuro(due, situation, since=due.neuro_last_at or of.at)
    _place_labs(due, situation, since=due.labs_last_at or of.at)
    if due.paused_since is not None and of.at >= due.paused_since:
        due.paused_since = due.paused_until = None  # a full set: the patient is back
    if of.at_least > 0:
        due.sleep_from = due.sleep_until = None
    due.look_at = due.next_look()
    return due


def _count(due: DueSet, of: _Set, *, is_first: bool) -> None:
    """Count the sets of this grade, hold a graver one that fell, and watch a warning sign."""
    if is_first or of.at_least > due.at_least:
        due.sets_at_grade = 1
    elif of.at_least == due.at_least:
        due.sets_at_grade = min(due.sets_at_grade + 1, schedule.SETTLED)
    else:
        zone = state.zone_of(of.current)
        due.sets_at_grade = schedule.SETTLED
        due.held_at_least = max(due.at_least, due.held_at_least or 0)
        due.held_until = schedule.held_until(
            from_at_least=due.held_at_least, at=of.at.astimezone(zone)
        )
    if due.held_until is not None and of.at >= due.held_until:
        due.held_at_least = due.held_until = None
    if of.at_least == 0 and _is_warning(of):
        due.watch_sets_left = schedule.WATCH_SETS
    else:
        due.watch_sets_left = max(due.watch_sets_left - 1, 0)


def _situation(
    current: PatientState, due: DueSet, *, at: datetime, since_fever: timedelta | None = None
) -> Situation:
    return Situation(
        at_least=due.at_least,
        in_high_risk=alerting.in_high_risk(current, at=at),
        sets_at_grade=due.sets_at_grade,
        day=_day(current, at=at),
        since_fever=since_fever,
        held_at_least=due.held_at_least,
        watch_sets_left=due.watch_sets_left,
        icans_at_least=due.icans_at_least,
        neuro_series_left=due.neuro_series_left,
        in_icu=due.is_in_icu(at),
        at_home=due.is_at_home(at),
    )


def _place_vitals(due: DueSet, minutes: int, *, at: datetime) -> None:
    """Place the next set; an order shortens it, or stretches it within the grade's ceiling."""
    interval, due_at = minutes, at + timedelta(minutes=minutes)
    ordered, until = due.ordered_interval_minutes, due.ordered_until
    if ordered is not None and until is not None and at < until:
        interval = min(ordered, max(minutes, schedule.longest_order_minutes(due.at_least)))
        # Where the order ends first, the schedule takes over again.
        due_at = min(at + timedelta(minutes=interval), max(until, due_at))
    due.due_at, due.interval_minutes = due_at, interval
    due.overdue_at = due_at + timedelta(minutes=schedule.grace_minutes(interval))
    due.missed_at = due_at + timedelta(minutes=interval)
    if due.is_at_home(at):
        due.overdue_at = due.missed_at = due_at + schedule.HOME_GRACE


def _place_neuro(due: DueSet, situation: Situation, *, since: datetime) -> None:
    """Place the next neuro check; one that was never done keeps the earliest time it had."""
    interval = schedule.neuro_minutes(situation)
    due_at = since + timedelta(minutes=interval)
    if due.neuro_last_at is None and due.neuro_due_at is not None:
        due_at = min(due_at, due.neuro_due_at)
    due.neuro_due_at, due.neuro_interval_minutes, due.neuro_told_step = due_at, interval, 0


def _place_labs(due: DueSet, situation: Situation, *, since: datetime) -> None:
    interval = schedule.labs_minutes(situation)
    if interval is None:
        due.labs_due_at = due.labs_interval_minutes = None
        return
    due_at = since + timedelta(minutes=interval)
    if due.labs_last_at is None and due.labs_due_at is not None:
        due_at = min(due_at, due.labs_due_at)
    due.labs_due_at, due.labs_interval_minutes, due.labs_told_step = due_at, interval, 0


def _is_warning(of: _Set) -> bool:
    """Worry, or a temperature just below fever that has risen: asked only then."""
    values = of.entry.values
    if values.get("worried") or values.get("carer_worried"):
        return True
    celsius = values.get("temperature_celsius")
    if celsius is None or not _WARM_FROM <= celsius < _FEVER:
        return False
    earlier = ObservationSet.objects.for_patient(of.current.pk).in_force()
    return earlier.filter(
        taken_at__gte=of.at - _RISE_WITHIN,
        taken_at__lt=of.at,
        temperature_celsius__lte=celsius - _RISE,
    ).exists()


def _since_fever(assessment: Assessment) -> timedelta | None:
    last = course_state.from_json(assessment.course).last_fever_at
    return None if last is None else assessment.taken_at - last


def _day(current: PatientState, *, at: datetime) -> int | None:
    start = course_start(state.doses_of(current), at=at)
    if start is None or current.ward is None:
        return None
    return day_number(at, day_zero=start.started_at, zone=current.ward.zone)
