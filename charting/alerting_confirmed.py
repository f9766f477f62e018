"""From a clinician's word on a grade to alerts: a graver grade pages, a difference is listed."""

from datetime import datetime
from typing import Final

from alerts import rulebook, services
from alerts.policy import Condition, Family, Rule, grade
from alerts.services import Raised
from charting.alerting_settle import Ground, settle
from charting.models import PatientState
from grading import course_state
from grading.models import Confirmation

_DEATH: Final = 5  # nobody is called to a death by this


def alert_on_confirmation(
    current: PatientState, said: Confirmation, *, now: datetime
) -> tuple[Raised, ...]:
    """Raise what a clinician's grade asks for when it is above the computed one, or differs.

    A lower one closes nothing: the alert of the computed grade is its person's to end.
    """
    computed, clinician = said.assessment.computed, said.grade
    if current.ward is None or clinician is None or clinician == _DEATH:
        return ()
    open_now = services.open_alerts(current.pk)
    found = _conditions(clinician, at_least=computed.at_least, computed=computed.grade)
    if Family.CRS_GRADE in open_now:
        found = [each for each in found if each.rule is not Rule.A39]
    opened_at = course_state.from_json(said.assessment.course).episode_opened_at
    ground = Ground({"confirmation": said.pk}, episode_opened_at=opened_at)
    return settle(current, found=found, closings=(), among=open_now, ground=ground, now=now)


def _conditions(clinician: int, *, at_least: int, computed: int | None) -> list[Condition]:
    book = rulebook.current()
    if clinician > at_least:
        if clinician >= book.a04.from_grade:
            return [Condition(Rule.A04, Family.CRS_GRADE, book.a04.severity, clinician)]
        if clinician >= book.a03.from_grade:
            return [Condition(Rule.A03, Family.CRS_GRADE, book.a03.severity, clinician)]
    differs = grade.clinician_differs(computed=computed, clinician=clinician, book=book)
    return [differs] if differs else []
