"""After a dose was recorded or corrected: an open fever alert says the window as it now is."""

from datetime import datetime

from alerts import policy, rulebook, services
from alerts.models import Alert
from alerts.policy import WORDS, Condition, Family, Severity
from alerts.policy.worsening import gravest_first
from charting import state
from charting.alerting import ENTERED_LATE
from charting.alerting_facts import GradedSet, facts_of
from charting.alerting_settle import Ground, settle
from charting.models import PatientState
from grading import services as grading
from grading.models import Assessment
from staff.models import User


def follow(current: PatientState, *, by: User, now: datetime) -> bool:
    """Judge again the set on which the patient's open fever alert rests; true when it changed.

    What is graver by the new window is told like any worsening. What is not keeps its
    severity, for only a person takes urgency away, and says the new window. One query
    when no fever alert is open.
    """
    open_now = services.open_alerts(current.pk)
    held = open_now.get(Family.FEVER)
    graded = _rests_on(held, current) if held is not None else None
    if held is None or graded is None:
        return False
    current.refresh_from_db(fields=["doses"])  # as they are since this dose
    facts = facts_of(current, graded, grade_before=None, book=rulebook.current())
    found = [each for each in policy.conditions(facts, rulebook.current()) if _is_fever(each)]
    if not found:
        return False  # a window ends no alert
    condition = min(found, key=gravest_first)
    if condition.severity.is_graver_than(Severity(held.severity)):
        ground = Ground(held.evidence, facts.course.episode_opened_at)
        settle(current, found=[condition], closings=[], among=open_now, ground=ground, now=now)
        return True
    return services.reworded(
        held, rule=condition.rule, words=_words(condition, held), by=by, now=now
    )


def _rests_on(held: Alert, current: PatientState) -> GradedSet | None:
    rows = Assessment.objects.filter(patient_id=held.patient_id, scale=grading.SCALE).in_force()
    assessment = (
        rows.filter(observation_set_id=held.evidence.get("set"))
        .select_related("observation_set")
        .first()
    )
    if assessment is None:
        return None
    course = grading.course_of(current.patient, zone=state.zone_of(current))
    return GradedSet(assessment, course.drugs)


def _is_fever(condition: Condition) -> bool:
    return condition.family is Family.FEVER


def _words(condition: Condition, held: Alert) -> str:
    """The new words, and that the set was entered late if the alert says so."""
    if not held.words.endswith(ENTERED_LATE):
        return condition.words
    return (condition.words or WORDS[condition.rule]) + ENTERED_LATE
