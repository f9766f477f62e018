"""How a ward's day goes: how long alerts waited, and how many due sets were done in grace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Protocol

from django.db.models import Count, Q, Sum

from alerts.events import Happened
from alerts.models import AlertEvent, AnsweredDue
from staff.models import Ward
from vitals import schedule


@dataclass(frozen=True, slots=True)
class Answers:
    """The median minutes from raising to the first acknowledgement; None when there was none."""

    median_minutes: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Compliance:
    """Due sets of today and how many were done within grace; `percent` None: none was due."""

    kept: int
    due: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means every one."""
        return 100 * self.kept // self.due if self.due else None


class Plan(Protocol):
    """What is due next of a patient; None: no plan."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def interval_minutes(self) -> int | None: ...


def midnight(ward: Ward, *, now: datetime) -> datetime:
    """Return when the ward's calendar day began."""
    return now.astimezone(ward.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def answers(ward: Ward, *, now: datetime) -> Answers:
    """Return how long the alerts raised today that somebody has acknowledged waited; one query.

    An alert that nobody has acknowledged is not in it: the open alerts stand beside it.
    """
    rows = AlertEvent.objects.filter(
        alert__ward=ward,
        alert__raised_at__gte=midnight(ward, now=now),
        alert__raised_at__lte=now,
        kind=Happened.ACKNOWLEDGED,
    ).order_by("alert_id", "seq")
    first: dict[int, float] = {}
    for alert_id, raised_at, at in rows.values_list("alert_id", "alert__raised_at", "at"):
        first.setdefault(alert_id, (at - raised_at) / timedelta(minutes=1))
    return Answers(median(first.values()) if first else None, len(first))


def answered(ward: Ward, *, now: datetime) -> Compliance:
    """Return the due sets of today that a set has answered since; one query.

    Today by the ward's calendar, by when a set was due. Counted are the sets done, and the
    due times that passed their grace before one came, one each interval.
    """
    since = midnight(ward, now=now)
    rows = AnsweredDue.objects.filter(ward=ward, due_at__gte=since, due_at__lte=now)
    found = rows.aggregate(kept=Count("pk", filter=Q(lost=0)), lost=Sum("lost", default=0))
    return Compliance(found["kept"], found["kept"] + found["lost"])


def with_waiting(
    known: Compliance, plans: Iterable[Plan], *, since: datetime, now: datetime
) -> Compliance:
    """Add the due sets whose grace has passed now without a set; no query.

    `plans` are the ward's patients who are asked for now: nobody who is off the ward, or
    not to be woken. `since` is when the ward's day began.
    """
    waiting = sum(_lost_now(plan, since=since, now=now) for plan in plans)
    return Compliance(known.kept, known.due + waiting)


def _lost_now(plan: Plan, *, since: datetime, now: datetime) -> int:
    if plan.due_at is None or plan.interval_minutes is None or plan.due_at < since:
        return 0
    return schedule.lost_count(now=now, due_at=plan.due_at, interval_minutes=plan.interval_minutes)
