"""Of which episode of CRS an alert is, by the facts as they stand now."""

from datetime import datetime

from alerts.models import Alert
from grading import course_state
from grading import services as grading
from grading.models import Assessment
from vitals.models import ObservationSet


def is_of_an_earlier(alert: Alert, *, opened_at: datetime | None) -> bool:
    """Whether the episode that opened then began after the alert's own was over.

    A corrected first fever moves the opening of an episode, and ends none. So where the
    opening is later than it was, the set on which the alert rests is asked again: while
    that set belongs to this episode, so does the alert. An alert that rests on a set which
    counts no more, or belongs to no episode, was of none; what is true now is told anew,
    for whoever answered a wrong reading has not heard of the right one.
    """
    before = alert.episode_opened_at
    if before is None or opened_at is None or before >= opened_at:
        return False
    return _opened_at(alert) != opened_at


def _opened_at(alert: Alert) -> datetime | None:
    """When the episode opened to which the alert's newest set belongs today; None: to none."""
    pk = _in_force(alert.evidence.get("set"))
    courses = Assessment.objects.filter(observation_set_id=pk, scale=grading.SCALE).in_force()
    course = courses.values_list("course", flat=True).first()
    return course_state.from_json(course).episode_opened_at if course else None


def _in_force(pk: int | None) -> int | None:
    """The set itself, or what replaced it, be it ever so often."""
    while pk is not None:
        newer = ObservationSet.objects.filter(supersedes_id=pk).values_list("pk", flat=True).first()
        if newer is None:
            return pk
        pk = newer
    return None
