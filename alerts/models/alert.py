"""Alerts, and what happened to them."""

import secrets
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from alerts import ladder
from alerts.policy import WORDS, Rule, Severity
from patients.models import Patient
from staff.models import Ward

# Letters and digits that cannot be mistaken for each other on a phone.
_CODE_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """An opaque name for an alert; it says nothing of the patient and logs nobody in."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(6))


class AlertState(models.TextChoices):
    """Where an alert stands."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    SNOOZED = "snoozed", "Snoozed"
    CLOSED = "closed", "Closed"


class ClosedAs(models.TextChoices):
    """How an alert came to its end."""

    RESOLVED = "resolved", "The condition ended"
    BY_PERSON = "by_person", "A person closed it"
    ABSORBED = "absorbed", "Included in a graver alert"
    SOURCE_CORRECTED = "source_corrected", "The reading behind it was corrected"
    NEW_EPISODE = "new_episode", "A new episode began"


class SnoozeReason(models.TextChoices):
    """Why a person puts an alert off for a while."""

    KNOWN = "known", "Known, being treated, plan made"
    DEVICE_FAULT = "device_fault", "Device fault"
    PALLIATIVE = "palliative", "Palliative plan"
    NOT_CRS = "not_crs", "Not CRS"


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
    family = models.CharField(max_length=20, help_text="alerts.policy.Family")
    rule = models.CharField(max_length=4, help_text="alerts.policy.Rule")
    severity = models.CharField(max_length=2, choices=[(s.value, s.value) for s in Severity])
    step = models.PositiveSmallIntegerField()
    episode_opened_at = models.DateTimeField(null=True, help_text="Of the CRS episode, if any.")
    rulebook = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict, help_text="What was recorded when last told.")
    evidence = models.JSONField(default=dict, help_text="What it rests on: {set|lab|neuro: id}.")
    is_provisional = models.BooleanField(default=False)
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
    rung = models.PositiveSmallIntegerField(default=0, help_text="Of the ladder, told so far.")
    next_step_at = models.DateTimeField(null=True, help_text="When silence has a consequence.")
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True)
    snooze_reason = models.CharField(max_length=14, choices=SnoozeReason.choices, blank=True)
    snooze_count = models.PositiveSmallIntegerField(default=0)
    absorbed_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="absorbed"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_as = models.CharField(max_length=16, choices=ClosedAs.choices, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["severity", "raised_at", "pk"]
        indexes = [
            models.Index(fields=["ward", "state"], name="alert_by_ward_and_state"),
            models.Index(
                fields=["next_step_at"],
                condition=Q(closed_at=None, next_step_at__isnull=False),
                name="alert_by_next_step",
            ),
        ]
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
            models.CheckConstraint(
                condition=Q(state="snoozed", snoozed_until__isnull=False) | ~Q(state="snoozed"),
                name="a_snoozed_alert_says_until_when",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.code}"

    @property
    def words(self) -> str:
        """What happened, without any patient detail."""
        return self.evidence.get("words") or WORDS[Rule(self.rule)]

    @property
    def plan(self) -> ladder.Plan:
        """The ladder of this severity, with the ward's own minutes."""
        return ladder.plan_of(
            Severity(self.severity), self.ward.alert_minutes if self.ward else None
        )

    @property
    def is_unanswered(self) -> bool:
        """Whether everybody who could be told has been, and nobody has it."""
        severity = Severity(self.severity)
        return self.state == AlertState.OPEN and ladder.is_unanswered(severity, rung=self.rung)


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
