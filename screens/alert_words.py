"""One alert in words: for the inbox, for its own page, and what happened to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from alerts.models import Alert, AlertEvent
from screens import labels


def zone_of(alert: Alert) -> tzinfo:
    """The clock of the alert's ward."""
    return alert.ward.zone if alert.ward else UTC


def row(alert: Alert, *, now: datetime) -> dict[str, Any]:
    """Return an alert as the inbox shows it."""
    state = getattr(alert.patient, "state", None)
    return {
        "code": alert.code,
        "severity": alert.severity,
        "title": labels.sentence(alert.words),
        "ward": alert.ward.name if alert.ward else "",
        "bed": state.bed.label if state and state.bed else "",
        "patient_name": alert.patient.name,
        "raised_label": f"{labels.clock(alert.raised_at, zone=zone_of(alert), now=now)} "
        f"({labels.ago(alert.raised_at, now=now)})",
        "count": alert.count,
        "state": alert.state,
        "acknowledged_label": acknowledged(alert, now=now),
        "url": f"/alerts/{alert.code}/",
    }


def acknowledged(alert: Alert, *, now: datetime) -> str:
    """Return who answered, when and how soon they come; “” while nobody has."""
    if alert.acknowledged_by is None or alert.acknowledged_at is None:
        return ""
    at = labels.clock(alert.acknowledged_at, zone=zone_of(alert), now=now)
    return f"{alert.acknowledged_by.display_name()} answered at {at}{_eta(alert.eta_minutes)}"


def event(each: AlertEvent, *, zone: tzinfo, now: datetime) -> dict[str, str]:
    """Return one thing that happened, with its time on the ward's clock."""
    who = each.by.display_name() if each.by else ""
    return {
        "at_label": labels.clock(each.at, zone=zone, now=now),
        "words": _happened(each.kind, who=who, detail=each.detail),
    }


def _happened(kind: str, *, who: str, detail: Mapping[str, Any]) -> str:
    known = {
        "raised": f"Raised as {detail.get('severity', 'an alert')} by rule {detail.get('rule')}",
        "worsened": f"Got worse: now {detail.get('severity')} by rule {detail.get('rule')}",
        "nobody_to_tell": "Nobody could be told: the ward has nobody with an e-mail",
        "acknowledged": f"{who} answered{_eta(detail.get('eta_minutes'))}",
        "closed": f"Closed{' by ' + who if who else ''}: {detail.get('reason')}",
    }
    said = kind.replace("_", " ")
    return known.get(kind, labels.sentence(f"{said} by {who}" if who else said))


def _eta(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return f", at the bedside in {minutes} min" if minutes else ", at the bedside now"
