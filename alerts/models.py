"""Alerts, what happened to them, the messages about them, and the proof of life."""

import secrets
from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts.policy import WORDS, Family, Rule, Severity
from patients.models import Patient
from staff.models import Ward

# Letters and digits that cannot be mistaken for each other on a phone.
_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# How long a sender may hold a message; after that another one takes it.
LEASE: Final = timedelta(seconds=30)
LONGEST_LEASE: Final = 2 * LEASE


def new_code() -> str:
    """An opaque name for an alert; it says nothing of the patient and logs nobody in."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(6))


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CLOSED = "closed", "Closed"


class AlertQuerySet(models.QuerySet["Alert"]):
    """Phrases about alerts."""

    def not_closed(self) -> Self:
        """Alerts that still need or have a person."""
        return self.exclude(state=AlertState.CLOSED)

    def on_wards(self, ward_ids: frozenset[int]) -> Self:
        """Alerts of these wards."""
        return self.filter(ward_id__in=ward_ids)


class Alert(models.Model):
    """A condition that needs a person: one open per patient and family.

    Changed only by compare-and-set on `version` (alerts.services), and every
    change leaves an AlertEvent.
    """

    code = models.CharField(max_length=8, unique=True, default=new_code)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="alerts")
    family = models.CharField(max_length=20, choices=[(f.value, f.value) for f in Family])
    rule = models.CharField(max_length=4, choices=[(r.value, r.value) for r in Rule])
    severity = models.CharField(max_length=2, choices=[(s.value, s.value) for s in Severity])
    step = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    eta_minutes = models.PositiveSmallIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["severity", "raised_at", "pk"]
        indexes = [models.Index(fields=["ward", "state"], name="alert_by_ward_and_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "family"],
                condition=~Q(state="closed"),
                name="one_open_alert_per_patient_and_family",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_at_and_by_go_together",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_alert_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.code}"

    @property
    def words(self) -> str:
        """What happened, without any patient detail."""
        return WORDS[Rule(self.rule)]


class AlertEvent(models.Model):
    """One thing that happened to an alert; append-only, numbered without gaps."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["alert", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "seq"], name="alert_events_never_fork")
        ]


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Phrases about messages to be sent."""

    def due(self, at: datetime) -> Self:
        """Not sent, its alert unanswered, its time come, and nobody holding it.

        A lease further ahead than any lease can be was set by a clock that has
        since stepped back, so it counts as free.
        """
        free = Q(lease_until=None) | Q(lease_until__lt=at) | Q(lease_until__gt=at + LONGEST_LEASE)
        return self.unsent().filter(free, due_at__lte=at)

    def unsent(self) -> Self:
        """Still owed: the alert is open and this message did not go out."""
        return self.filter(sent_at=None, alert__state=AlertState.OPEN)

    def claim(self, pk: int, *, at: datetime, owner: str) -> bool:
        """Take one due message; false when another sender was first."""
        return (
            self.due(at)
            .filter(pk=pk)
            .update(lease_until=at + LEASE, owner=owner, attempts=models.F("attempts") + 1)
            == 1
        )


class Notification(models.Model):
    """One message about an alert to one person by one channel: the duty to tell them."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notifications")
    step = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, default="email")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120)
    last_error = models.CharField(max_length=300, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["alert__severity", "due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(sent_at=None), name="notification_unsent_by_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "step", "channel", "recipient"],
                name="a_person_is_told_once_per_step",
            )
        ]


class DueSet(models.Model):
    """When the next set of a monitored patient is due; the sweep reads nothing else.

    `told_step`: 0 nobody told, 1 told overdue, 2 told missed; charting resets it.
    """

    patient = models.OneToOneField(
        Patient, on_delete=models.PROTECT, primary_key=True, related_name="due_set"
    )
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    interval_minutes = models.PositiveIntegerField()
    overdue_at = models.DateTimeField()
    missed_at = models.DateTimeField()
    at_least = models.PositiveSmallIntegerField(default=0)
    told_step = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["told_step", "overdue_at"], name="due_set_by_overdue")]

    def __str__(self) -> str:
        return f"next set of patient {self.patient_id}"


class Heartbeat(models.Model):
    """Written by a working loop itself, so that a process alive but deaf shows."""

    name = models.CharField(max_length=30, unique=True)
    boot_id = models.CharField(max_length=40)
    counter = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
