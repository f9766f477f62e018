"""The e-mails about alerts: where to look and by when, and nothing about the patient."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

from alerts import ladder
from alerts.models import Alert, AlertState, Channel, Kind, Notification, RotaRole
from alerts.policy import Rule, Severity
from staff.models import Ward

LONGEST_BODY: Final = 600  # characters; it is read on a lock screen
# A ward may have a long name; what it takes here, nothing else can have.
_LONGEST_WARD: Final = 40
_MOST_LISTED: Final = 6
_WARD_UNKNOWN: Final = "not known"


def compose(notification: Notification) -> EmailMessage:
    """Return the message: no name, number, bed, product or value, in subject or body."""
    if notification.kind == Kind.FOLLOW_UP:
        return _follow_up(notification)
    alert = notification.alert
    zone = zone_of(alert.ward)
    respond_by = alert.respond_by.astimezone(zone)
    facts = _about(alert) | {
        "raised": alert.raised_at.astimezone(zone).strftime("%H:%M (%d %b, %Z)"),
        "respond_by": respond_by.strftime("%H:%M"),
        "next_in_line": next_in_line(alert, zone=zone),
    }
    place = place_of(alert.ward)
    return built(
        notification,
        subject=(
            f"[{alert.severity}] {place} - CRS alert {alert.code} - respond by {respond_by:%H:%M}"
        ),
        template="alert",
        facts=facts,
        urgent=alert.severity == Severity.P1,
    )


def compose_many(notifications: Sequence[Notification]) -> EmailMessage:
    """Return one mail about several alerts, for a person who would get too many."""
    first = min(notifications, key=lambda each: each.pk)
    alerts = sorted({each.alert for each in notifications}, key=lambda each: each.respond_by)
    counts = Counter(each.severity for each in alerts)
    listed = [f"{each.severity} {each.code}" for each in alerts[:_MOST_LISTED]]
    ward = place_of(alerts[0].ward) if len({each.ward_id for each in alerts}) == 1 else "Wards"
    respond_by = alerts[0].respond_by.astimezone(zone_of(alerts[0].ward))
    facts = {
        "count": len(alerts),
        "ward": ward,
        "counts": ", ".join(f"{counts[each]} of {each}" for each in sorted(counts)),
        "listed": ", ".join(listed) + (" and more" if len(alerts) > _MOST_LISTED else ""),
        "respond_by": respond_by.strftime("%H:%M (%Z)"),
        "link": f"{settings.CRS_BASE_URL}/alerts/",
    }
    return built(
        first,
        subject=f"[{min(counts)}] {ward} - {len(alerts)} CRS alerts - first by {respond_by:%H:%M}",
        template="many",
        facts=facts,
        urgent=False,
        message_id=first.message_id.replace("<alert-", "<alerts-", 1),
    )


def built(
    row: Any,
    *,
    subject: str,
    template: str,
    facts: Mapping[str, Any],
    urgent: bool,
    message_id: str = "",
) -> EmailMessage:
    """Return a plain message with its HTML twin and the headers every message carries."""
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"alerts/{template}.txt", dict(facts)).strip(),
        to=[row.mailbox],
        headers={
            "Message-ID": message_id or row.message_id,
            "Importance": "high" if urgent else "normal",
            "X-Auto-Response-Suppress": "All",
            "Auto-Submitted": "auto-generated",
            **_thread(row),
        },
    )
    html = render_to_string("alerts/twin.html", {"text": mail.body, "link": facts.get("link")})
    mail.attach_alternative(html, "text/html")
    return mail


def link_to(alert: Alert) -> str:
    """Where to acknowledge, after signing in; the code itself signs nobody in."""
    return f"{settings.CRS_BASE_URL}/alerts/{alert.code}/"


def place_of(ward: Ward | None) -> str:
    """Return the ward's name, on one line and of bounded length."""
    if ward is None:
        return f"Ward {_WARD_UNKNOWN}"
    name = " ".join(ward.name.split())
    return name if len(name) <= _LONGEST_WARD else name[: _LONGEST_WARD - 1] + "…"


def zone_of(ward: Ward | None) -> tzinfo:
    """The ward's clock; UTC for an alert that has no ward."""
    return ward.zone if ward else UTC


def next_in_line(alert: Alert, *, zone: tzinfo) -> str:
    """Say who is told next if nobody answers, and when; empty when all have been told."""
    plan = alert.plan
    called = (ladder.first_of(plan, Rule(alert.rule)), *plan.rungs[: alert.rung + 1])
    told = {duty for rung in called for duty in rung.tells}
    coming = plan.timed(alert.rung + 1)
    if coming is None or alert.next_step_at is None:
        return ""
    for rung in plan.rungs[alert.rung + 1 :]:
        new = [RotaRole(duty).label.lower() for duty in rung.tells if duty not in told]
        if new:
            wait = timedelta(minutes=rung.after_minutes - coming.after_minutes)
            at = (alert.next_step_at + wait).astimezone(zone)
            return f"{' and '.join(new)} at {at:%H:%M}"
    return ""


def _follow_up(notification: Notification) -> EmailMessage:
    alert = notification.alert
    facts = _about(alert) | {"news": _news(alert)}
    return built(
        notification,
        subject=f"Re: [{alert.severity}] {place_of(alert.ward)} - CRS alert {alert.code}",
        template="follow_up",
        facts=facts,
        urgent=False,
    )


def _news(alert: Alert) -> str:
    """Say what became of the alert by role and time; a name stays inside the program."""
    zone = zone_of(alert.ward)
    if alert.state == AlertState.ACKNOWLEDGED and alert.acknowledged_at and alert.acknowledged_by:
        role, at = alert.acknowledged_by.get_role_display().lower(), alert.acknowledged_at
        there = f", at the bedside in {alert.eta_minutes} min" if alert.eta_minutes else ", on site"
        there = "" if alert.eta_minutes is None else there
        return f"Acknowledged by: {role} {at.astimezone(zone):%H:%M}{there}."
    if alert.state == AlertState.SNOOZED and alert.snoozed_until:
        return f"Put off until {alert.snoozed_until.astimezone(zone):%H:%M}."
    at = alert.closed_at or alert.last_seen_at
    return f"Closed at {at.astimezone(zone):%H:%M}."


def _about(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert,
        "ward": place_of(alert.ward) if alert.ward else _WARD_UNKNOWN,
        "link": link_to(alert),
        "phone": alert.ward.phone if alert.ward else "",
    }


def _thread(row: Any) -> dict[str, str]:
    """Let what follows on an alert stand below the first mail this mailbox had of it."""
    if not isinstance(row, Notification):
        return {}
    first = (
        Notification.objects.filter(
            alert=row.alert_id,
            channel=Channel.EMAIL,
            recipient=row.recipient_id,
            address=row.address,
            sent_at__isnull=False,
        )
        .exclude(pk=row.pk)
        .order_by("pk")
        .values_list("message_id", flat=True)
        .first()
    )
    return {"In-Reply-To": first, "References": first} if first else {}


def described_at(at: datetime, *, ward: Ward | None) -> str:
    """Return day, time and zone as the ward says them."""
    return at.astimezone(zone_of(ward)).strftime("%a %d %b %H:%M %Z")
