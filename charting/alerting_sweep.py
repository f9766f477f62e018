"""Every patient on a ward is looked at by the clock in turn: a part of them each minute."""

from datetime import datetime, timedelta
from typing import Final

from charting import alerting
from charting.models import PatientState

# What only waiting makes true is counted in hours, so ten minutes more change nothing.
ROUND_MINUTES: Final = 10


def look_at_the_clock(*, now: datetime) -> int:
    """Evaluate the patients whose turn this minute is; return how many were looked at.

    One patient's failure keeps nobody else from being looked at; it is raised at the end.
    """
    turn = int(now.timestamp() // timedelta(minutes=1).total_seconds()) % ROUND_MINUTES
    on_wards = PatientState.objects.filter(ward__isnull=False).order_by("pk")
    todo = [pk for pk in on_wards.values_list("pk", flat=True) if pk % ROUND_MINUTES == turn]
    failures: list[Exception] = []
    for patient_id in todo:
        try:
            alerting.evaluate_clock(patient_id, now=now)
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
    return len(todo)
