"""From grades to alerts: what policy needs to know, and what it decided, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts import policy, rulebook, services
from alerts.models import DueSet
from alerts.policy import Condition, Facts, quality
from alerts.services import Raised
from charting import state
from charting.alerting_clock import evaluate_clock
from charting.alerting_facts import GRADE_CRITICAL, GradedSet, facts_of
from charting.alerting_labs import alert_on_labs
from charting.alerting_neuro import alert_on_neuro
from charting.alerting_settle import Ground, settle, standing_of
from charting.alerting_treatment import alert_on_treatment
from charting.models import PatientState
from grading import services as grading
from grading.course import DrugGiven
from grading.models import Assessment
from patients.windows import WindowState, window_status

__all__ = [
    "GRADE_CRITICAL",
    "alert",
    "alert_on_labs",
    "alert_on_neuro",
    "alert_on_treatment",
    "evaluate_clock",
    "in_high_risk",
    "standing",
]
# Entered later than this, a set is history: it is graded and pages nobody.
TOO_LATE_TO_ALERT: Final = timedelta(hours=24)
# A set that is still the newest says so when it was entered later than this.
ENTERED_LATE_AFTER: Final = timedelta(minutes=60)
ENTERED_LATE: Final = " (entered late)"


def alert(
    current: PatientState,
    *,
    charted: Assessment,
    newest: Assessment,
    drugs: Sequence[DrugGiven],
    unusual_values: int,
    now: datetime,
) -> tuple[Raised, ...]:
    """Close what ended and raise what needs a person; return the alerts that now stand.

    A set that is not the newest closes nothing. It is told like any other while it is
    young; an older one leaves a note.
    """
    if now - newest.taken_at > TOO_LATE_TO_ALERT:
        return ()
    book, open_now = rulebook.current(), services.open_alerts(current.pk)
    facts = facts_of(
        current,
        GradedSet(newest, drugs, unusual_values if charted is newest else 0),
        grade_before=_grade_before(current, newest),
        book=book,
    )
    found, closings = policy.conditions(facts, book), []
    if charted is newest:
        closings = policy.closings(
            standing_of(open_now),
            facts=facts,
            found=found,
            resolved=facts.course.episode_opened_at is None,
            book=book,
        )
    else:
        found = found + _late(current, GradedSet(charted, drugs, unusual_values), now=now)
    if _has_palliative_plan(current, now=now):
        found = policy.softened(found)
    if now - charted.taken_at > ENTERED_LATE_AFTER and charted is newest:
        found = [
            replace(each, words=(each.words or policy.WORDS[each.rule]) + ENTERED_LATE)
            for each in found
        ]
    return settle(
        current,
        found=found,
        closings=closings,
        among=open_now,
        ground=_ground(charted, facts),
        now=now,
    )


def _has_palliative_plan(current: PatientState, *, now: datetime) -> bool:
    plan: DueSet | None = getattr(current.patient, "due_set", None)
    return plan is not None and plan.is_palliative(now)


def _grade_before(current: PatientState, newest: Assessment) -> int | None:
    """The grade of the set before; a correction is not preceded by what it replaces."""
    before = current.latest_assessment
    replaced = newest.observation_set.supersedes_id if newest.observation_set else None
    if before is not None and before.observation_set_id == replaced:
        earlier = Assessment.objects.filter(
            patient_id=current.pk, scale=grading.SCALE, taken_at__lt=newest.taken_at
        )
        before = earlier.in_force().order_by("-taken_at", "-observation_set_id").first()
    return before.grade if before else None


def _late(current: PatientState, charted: GradedSet, *, now: datetime) -> list[Condition]:
    """What a set entered after newer ones asks for."""
    book = rulebook.current()
    facts = facts_of(current, charted, grade_before=None, book=book)
    return quality.of_late_entry(
        policy.conditions(facts, book),
        minutes_late=(now - charted.at) / timedelta(minutes=1),
        book=book,
    )


def _ground(charted: Assessment, facts: Facts) -> Ground:
    observations = charted.observation_set
    assert observations is not None, "a CRS grade is of a set"
    worried = observations.worried or observations.carer_worried
    return Ground(
        evidence={"set": observations.pk},
        episode_opened_at=facts.course.episode_opened_at,
        worried=observations.pk if worried else None,
    )


def standing(patient_id: int) -> tuple[Raised, ...]:
    """The alerts that stand, for a repeat of an entry: nobody is told again."""
    return tuple(
        Raised(alert, (), is_new=False) for alert in services.open_alerts(patient_id).values()
    )


def in_high_risk(current: PatientState, *, at: datetime) -> bool:
    """Whether any dose's high-risk window is open."""
    status = window_status(state.doses_of(current), at=at, zone=state.zone_of(current))
    return status.state is WindowState.HIGH_RISK
