"""The e-mail about an alert: where to look and by when, and nothing about the patient."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from alerts.models import Alert, Notification


def compose(notification: Notification) -> EmailMessage:
    """Return the message: no name, number, bed, product or value, in subject or body."""
    alert = notification.alert
    ward = alert.ward
    zone_clock = "%H:%M"
    respond_by = alert.respond_by.astimezone(ward.zone) if ward else alert.respond_by
    raised = alert.raised_at.astimezone(ward.zone) if ward else alert.raised_at
    body = render_to_string(
        "alerts/email.txt",
        {
            "alert": alert,
            "ward": ward.name if ward else "not known",
            "raised": raised.strftime("%H:%M (%d %b, %Z)"),
            "respond_by": respond_by.strftime(zone_clock),
            "link": link_to(alert),
            "phone": ward.phone if ward else "",
        },
    )
    return EmailMessage(
        subject=_subject(alert, respond_by.strftime(zone_clock)),
        body=body,
        to=[notification.mailbox],
        headers={
            "Message-ID": notification.message_id,
            "Importance": "high" if alert.severity == "P1" else "normal",
            "X-Auto-Response-Suppress": "All",
            "Auto-Submitted": "auto-generated",
        },
    )


def link_to(alert: Alert) -> str:
    """Where to acknowledge, after signing in; the code itself signs nobody in."""
    return f"{settings.CRS_BASE_URL}/alerts/{alert.code}/"


def _subject(alert: Alert, respond_by: str) -> str:
    place = alert.ward.name if alert.ward else "Ward not known"
    return f"[{alert.severity}] {place} - CRS alert {alert.code} - respond by {respond_by}"
