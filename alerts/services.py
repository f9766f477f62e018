"""Raise, worsen, acknowledge and close alerts; each call is part of one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from alerts import wake
from alerts.models import Alert, AlertEvent, AlertState, Notification
from alerts.policy import (
    RESPOND_WITHIN_MINUTES,
    TELL,
    Closing,
    Condition,
    Family,
    Rule,
    Severity,
)
from staff.models import Role, User, Ward


class StaleAlertError(Exception):
    """The alert changed since this person saw it; `alert` is how it stands now."""

    def __init__(self, alert: Alert) -> None:
        """Keep the current alert to show what changed."""
        super().__init__(f"{alert} changed in the meantime")
        self.alert = alert


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of a condition: the alert, and who is being told because of it."""

    alert: Alert
    told: tuple[User, ...]
    is_new: bool


def open_alerts(patient_id: int) -> dict[Family, Alert]:
    """Return the patient's alerts that are not closed, by family."""
    rows = Alert.objects.filter(patient_id=patient_id).not_closed()
    return {Family(alert.family): alert for alert in rows}


@transaction.atomic
def raise_or_update(
    condition: Condition,
    *,
    patient_id: int,
    ward: Ward | None,
    now: datetime,
    existing: Alert | None,
) -> Raised:
    """Make sure that an alert stands for this condition.

    A repeat counts up quietly. A worse step or severity re-opens the alert,
    acknowledged or not, and tells people again. What was closed in the meantime
    stays closed, and a new alert is raised.
    """
    if existing is not None:
        held = Alert.objects.select_for_update(of=("self",)).select_related("ward")
        existing = held.filter(pk=existing.pk).not_closed().first()
    if existing is None:
        alert = Alert.objects.create(
            patient_id=patient_id,
            ward=ward,
            family=condition.family,
            rule=condition.rule,
            severity=condition.severity,
            step=condition.step,
            raised_at=now,
            last_seen_at=now,
            respond_by=_respond_by(condition.severity, now),
        )
        _event(alert, "raised", at=now, rule=condition.rule, severity=condition.severity)
        return Raised(alert, _notify(alert, now=now), is_new=True)
    worse = condition.step > existing.step or condition.severity.is_graver_than(
        Severity(existing.severity)
    )
    existing.count += 1
    existing.last_seen_at = now
    if not worse:
        Alert.objects.filter(pk=existing.pk).update(count=F("count") + 1, last_seen_at=now)
        return Raised(existing, (), is_new=False)
    return Raised(existing, _worsen(existing, condition, now=now), is_new=False)


def _worsen(alert: Alert, condition: Condition, *, now: datetime) -> tuple[User, ...]:
    alert.rule = condition.rule
    alert.severity = min(condition.severity, Severity(alert.severity))
    alert.step = max(condition.step, alert.step)
    alert.state = AlertState.OPEN
    alert.acknowledged_by = None
    alert.acknowledged_at = None
    alert.eta_minutes = None
    alert.respond_by = _respond_by(Severity(alert.severity), now)
    alert.version += 1
    alert.save()
    _event(alert, "worsened", at=now, rule=alert.rule, severity=alert.severity, step=alert.step)
    return _notify(alert, now=now)


@transaction.atomic
def acknowledge(
    alert: Alert, *, by: User, at: datetime, eta_minutes: int | None, version_seen: int
) -> Alert:
    """Accept an alert in one's own name; raises StaleAlertError when it changed or is taken.

    One conditional update decides, so that of two people pressing at once one wins.
    """
    won = (
        Alert.objects.filter(pk=alert.pk, state=AlertState.OPEN, version=version_seen).update(
            state=AlertState.ACKNOWLEDGED,
            acknowledged_by=by,
            acknowledged_at=at,
            eta_minutes=eta_minutes,
            version=F("version") + 1,
        )
        == 1
    )
    alert.refresh_from_db()
    if not won:
        raise StaleAlertError(alert)
    _event(alert, "acknowledged", at=at, by=by, eta_minutes=eta_minutes)
    return alert


@transaction.atomic
def close(alert: Alert, *, reason: str, at: datetime, by: User | None = None) -> bool:
    """End an alert; false when it was closed already."""
    closed = (
        Alert.objects.filter(pk=alert.pk)
        .not_closed()
        .update(
            state=AlertState.CLOSED, closed_at=at, closed_reason=reason, version=F("version") + 1
        )
        == 1
    )
    if closed:
        _event(alert, "closed", at=at, by=by, reason=reason)
    return closed


def close_all(
    closings: Iterable[Closing], *, among: dict[Family, Alert], at: datetime
) -> dict[Family, Alert]:
    """End these alerts and return those that stay open."""
    left = dict(among)
    for closing in closings:
        close(left.pop(closing.family), reason=closing.reason, at=at)
    return left


def rules_of(alerts: dict[Family, Alert]) -> dict[Family, Rule]:
    """Return family and rule, as policy reads them."""
    return {family: Rule(alert.rule) for family, alert in alerts.items()}


def _respond_by(severity: Severity, now: datetime) -> datetime:
    return now + timedelta(minutes=RESPOND_WITHIN_MINUTES[severity])


def _event(alert: Alert, kind: str, *, at: datetime, by: User | None = None, **detail: Any) -> None:
    last = AlertEvent.objects.filter(alert=alert).order_by("-seq").values_list("seq", flat=True)
    AlertEvent.objects.create(
        alert=alert, seq=(last.first() or 0) + 1, kind=kind, at=at, by=by, detail=detail
    )


def _notify(alert: Alert, *, now: datetime) -> tuple[User, ...]:
    """Write one message per recipient, and wake a worker once they are committed."""
    people = _audience(alert)
    if not people and TELL[Severity(alert.severity)]:
        _event(alert, "nobody_to_tell", at=now)
    domain = settings.CRS_MAIL_DOMAIN
    rows = Notification.objects.bulk_create(
        Notification(
            alert=alert,
            step=alert.version,
            recipient=person,
            created_at=now,
            due_at=now,
            message_id=f"<alert-{alert.code}-{alert.version}-{person.pk}@{domain}>",
        )
        for person in people
    )
    wake.after_commit([row.pk for row in rows])
    return tuple(people)


def _audience(alert: Alert) -> list[User]:
    roles = [Role(audience.value) for audience in TELL[Severity(alert.severity)]]
    if not roles or alert.ward_id is None:
        return []
    return list(
        User.objects.filter(memberships__ward_id=alert.ward_id, role__in=roles, is_active=True)
        .exclude(email="")
        .order_by("pk")
    )
