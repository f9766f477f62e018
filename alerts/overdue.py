"""Tell what nobody did in time: sets, neuro checks, labs, and patients who are not back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from alerts import policy, rulebook, services
from alerts.models import DueSet
from alerts.policy import Condition, Family, Rulebook


@dataclass(frozen=True, slots=True)
class _Late:
    """What is to be told of one patient, and the columns that say it was told."""

    condition: Condition
    told: dict[str, Any]


def raise_overdue(*, now: datetime) -> int:
    """Alert for whatever became overdue since the last look; one indexed query finds it.

    Returns for how many patients.
    """
    rows = DueSet.objects.filter(look_at__lt=now, ward__isnull=False).select_related("ward")
    return sum(_tell(due, now=now) for due in rows)


@transaction.atomic
def _tell(due: DueSet, *, now: datetime) -> bool:
    """Two sweeps may meet here: the conditional update lets one of them pass."""
    found = _what_is_late(due, now=now)
    for late in found:
        for name, value in late.told.items():
            setattr(due, name, value)
    columns = {name: value for late in found for name, value in late.told.items()}
    ours = DueSet.objects.filter(pk=due.pk, look_at=due.look_at, due_at=due.due_at)
    if not ours.update(**columns, look_at=due.next_look()) or not found:
        return False
    services.raise_or_update(
        max((late.condition for late in found), key=lambda condition: condition.step),
        patient_id=due.patient_id,
        ward=due.ward,
        now=now,
        existing=services.open_alerts(due.patient_id).get(Family.OBS_OVERDUE),
    )
    return True


def _what_is_late(due: DueSet, *, now: datetime) -> list[_Late]:
    book = rulebook.current()
    if due.paused_until is not None and due.paused_until < now:
        return [_Late(policy.pause_ran_out_condition(book), {"paused_until": None})]
    if due.place_ran_out(now):
        ended = {"icu_until": None, "home_until": None}
        return [_Late(policy.pause_ran_out_condition(book), ended)]
    found = []
    if due.is_set_late(now):
        found.append(_late_set(due, now=now, book=book))
    if not due.neuro_told_step and due.is_neuro_late(now):
        found.append(_Late(policy.check_overdue_condition(book), {"neuro_told_step": 1}))
    if not due.labs_told_step and due.are_labs_late(now):
        found.append(_Late(policy.check_overdue_condition(book), {"labs_told_step": 1}))
    return found


def _late_set(due: DueSet, *, now: datetime, book: Rulebook) -> _Late:
    """A round, a look at the grade in intensive care, or a check-in from home."""
    if due.is_at_home(now):
        condition = policy.check_in_missed_condition(at_least=due.at_least, book=book)
        return _Late(condition, {"told_step": 2})
    if due.is_in_icu(now):
        # Its own system watches the patient: nobody is called for a look at the grade.
        condition = policy.overdue_condition(is_missed=False, at_least=due.at_least, book=book)
        return _Late(condition, {"told_step": 2})
    is_missed = now > due.missed_at
    condition = policy.overdue_condition(is_missed=is_missed, at_least=due.at_least, book=book)
    return _Late(condition, {"told_step": 2 if is_missed else 1})
