"""Two sets within five minutes, perhaps one typed twice by two people: kept, and said."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from screens import labels
from vitals.models import ObservationSet

NEAR: Final = timedelta(minutes=5)


def near(observations: ObservationSet) -> list[ObservationSet]:
    """Return the patient's other sets in force within five minutes of this one; one query."""
    window = (observations.taken_at - NEAR, observations.taken_at + NEAR)
    sets = ObservationSet.objects.for_patient(observations.patient_id).in_force()
    others = sets.filter(taken_at__range=window).exclude(pk=observations.pk)
    return list(others.select_related("charted_by").order_by("taken_at", "pk"))


def words(other: ObservationSet, *, zone: tzinfo, now: datetime) -> str:
    """Return when the other set was measured, and by whom."""
    at = labels.clock(other.taken_at, zone=zone, now=now)
    by = other.charted_by.display_name() if other.charted_by else "another system"
    return f"{at}, by {by}"
