"""Derive what is due from the tables and do it: the promise that needs no broker."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from alerts import delivery, policy, services
from alerts.models import DueSet
from alerts.policy import Family


def sweep(*, now: datetime, name: str) -> None:
    """Raise what is overdue, deliver what is owed, and say that this loop turned."""
    raise_overdue(now=now)
    delivery.deliver_due(now=now)
    delivery.beat(name, now=now)


def raise_overdue(*, now: datetime) -> int:
    """Alert for every set that became overdue or missed; return how many."""
    late = DueSet.objects.filter(
        Q(told_step=0, overdue_at__lt=now) | Q(told_step=1, missed_at__lt=now), ward__isnull=False
    ).select_related("ward")
    return sum(_raise_one(due, now=now) for due in late)


@transaction.atomic
def _raise_one(due: DueSet, *, now: datetime) -> bool:
    """Two sweeps may meet here: the conditional update lets one of them pass."""
    is_missed = now > due.missed_at
    step = 2 if is_missed else 1
    ours = DueSet.objects.filter(
        pk=due.pk, told_step=due.told_step, overdue_at=due.overdue_at
    ).update(told_step=step)
    if not ours:
        return False
    services.raise_or_update(
        policy.overdue_condition(is_missed=is_missed, at_least=due.at_least),
        patient_id=due.patient_id,
        ward=due.ward,
        now=now,
        existing=services.open_alerts(due.patient_id).get(Family.OBS_OVERDUE),
    )
    return True
