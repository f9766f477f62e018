"""A treatment was recorded: whether it is one dose too many to pass unseen."""

from datetime import datetime, timedelta
from typing import Final

from alerts import rulebook, services
from alerts.policy import Condition, Rulebook, dosing
from alerts.services import Raised
from charting import state
from charting.alerting_settle import Ground, settle
from charting.models import PatientState
from patients.medicines import TreatmentCode
from patients.models import Treatment
from patients.windows import course_start

# A dose recorded later than this is history.
TOO_LATE_TO_ALERT: Final = timedelta(hours=24)


def alert_on_treatment(
    current: PatientState, treatment: Treatment, *, now: datetime
) -> tuple[Raised, ...]:
    """Raise what a dose of tocilizumab asks for; its stop, and other treatments, ask nothing."""
    if treatment.code != TreatmentCode.TOCILIZUMAB or treatment.supersedes_id is not None:
        return ()
    if now - treatment.started_at > TOO_LATE_TO_ALERT:
        return ()
    found = dose_conditions(current, treatment, book=rulebook.current())
    return settle(
        current,
        found=found,
        closings=[],
        among=services.open_alerts(current.pk),
        ground=Ground({"treatment": treatment.pk}),
        now=now,
    )


def dose_conditions(
    current: PatientState, treatment: Treatment, *, book: Rulebook
) -> list[Condition]:
    """What a dose asks for, after those given before it; one query."""
    start = course_start(state.doses_of(current), at=treatment.started_at)
    given = Treatment.objects.filter(patient_id=current.pk, code=treatment.code).in_force()
    return dosing.of_doses(
        list(given.values_list("started_at", flat=True)),
        newest=treatment.started_at,
        course_began=start.started_at if start else None,
        book=book,
    )
