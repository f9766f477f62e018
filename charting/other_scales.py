"""The scales that read symptoms and organs follow what was found: part of one transaction."""

from datetime import datetime

from charting import state
from charting.models import PatientState
from grading import services as grading


def follow(
    current: PatientState,
    *,
    at: datetime,
    now: datetime,
    reason: str,
    until: datetime | None = None,
) -> None:
    """Grade the sets again that a finding of this moment, or of `at` to `until`, reaches."""
    of = grading.course_of(current.patient, zone=state.zone_of(current))
    grading.reassess_other_scales(of, at=at, until=until, now=now, reason=reason)
