"""At the end of a shift: each alert that stands goes, by name, to whoever comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from alerts import acknowledging, events
from alerts.acknowledging import StaleAlertError
from alerts.events import Happened
from alerts.models import Alert, AlertQuerySet, AlertState, NurseAssignment
from staff.models import User, Ward

# Whose it is; nobody's while it is open.
_OWNER: Final = {AlertState.ACKNOWLEDGED: "acknowledged_by", AlertState.SNOOZED: "snoozed_by"}


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as it stood in the list that was read."""

    code: str
    version: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting a list: what is theirs now, and what changed before they could."""

    taken: tuple[Alert, ...]
    changed: tuple[Alert, ...]


def to_hand_over(ward: Ward, *, to: User) -> AlertQuerySet:
    """The ward's alerts that stand and are not this person's yet, gravest first."""
    mine = Q(state=AlertState.ACKNOWLEDGED, acknowledged_by=to)
    mine |= Q(state=AlertState.SNOOZED, snoozed_by=to)
    rows = Alert.objects.filter(ward=ward).not_closed().exclude(mine)
    return rows.order_by("severity", "raised_at", "pk")


def patients_of(nurse: User, *, at: datetime) -> frozenset[int]:
    """The patients this nurse looks after at a moment."""
    rows = NurseAssignment.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), nurse=nurse, starts_at__lte=at
    )
    return frozenset(rows.values_list("patient_id", flat=True))


def accept(ward: Ward, seen: Iterable[Seen], *, by: User, at: datetime) -> Accepted:
    """Take over every alert of the list that stands as it was read.

    Each alert is a transaction of its own: one that changed keeps no other from its new
    owner, and no two lists wait for each other. An alert nobody had is acknowledged.
    """
    taken, changed = [], []
    rows = {alert.code: alert for alert in to_hand_over(ward, to=by).select_related("ward")}
    for each in seen:
        alert = rows.get(each.code)
        if alert is None:
            continue
        try:
            taken.append(_accept_one(alert, each.version, by=by, at=at))
        except StaleAlertError as stale:
            changed.append(stale.alert)
    return Accepted(tuple(taken), tuple(changed))


@transaction.atomic
def _accept_one(alert: Alert, version_seen: int, *, by: User, at: datetime) -> Alert:
    field = _OWNER.get(AlertState(alert.state))
    had = getattr(alert, f"{field}_id") if field else None
    if field is None:
        acknowledging.acknowledge(alert, by=by, at=at, eta_minutes=None, version_seen=version_seen)
    else:
        _move(alert, version_seen, field=field, by=by)
    events.by_person(alert, Happened.HANDED_OVER, by=by, at=at, had=had, has=by.pk)
    return alert


def _move(alert: Alert, version_seen: int, *, field: str, by: User) -> None:
    """An answer or a snooze ends when it did: a new owner is no newer set."""
    rows = Alert.objects.filter(pk=alert.pk, state=alert.state, version=version_seen)
    won = rows.update(**{field: by}, version=F("version") + 1)
    alert.refresh_from_db()
    if not won:
        raise StaleAlertError(alert)
