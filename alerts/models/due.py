"""What is due next of each monitored patient, and what people ordered about it."""

from django.db import models
from django.db.models import F, Q

from audit.facts import ClinicalFactQuerySet, RecordedFact
from patients.models import Patient
from staff.models import Ward


class DueSet(models.Model):
    """What is due next of a monitored patient: sets, neuro checks, labs, and what puts them off.

    Derived from the facts, kept so that the sweep and the board read one row.
    `told_step`: 0 nobody told, 1 told overdue, 2 told missed; charting resets it.
    `look_at` is the earliest moment at which the sweep has something to tell.
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
    neuro_due_at = models.DateTimeField(null=True)
    neuro_interval_minutes = models.PositiveIntegerField(null=True)
    neuro_told_step = models.PositiveSmallIntegerField(default=0)
    labs_due_at = models.DateTimeField(null=True)
    labs_interval_minutes = models.PositiveIntegerField(null=True)
    labs_told_step = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, help_text="Off the ward until.")
    sleep_until = models.DateTimeField(null=True, help_text="Not to be woken until.")
    ordered_interval_minutes = models.PositiveIntegerField(null=True)
    ordered_until = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["told_step", "overdue_at"], name="due_set_by_overdue"),
            models.Index(fields=["look_at"], name="due_set_by_look"),
        ]

    def __str__(self) -> str:
        return f"next set of patient {self.patient_id}"


class OrderKind(models.TextChoices):
    """What a person orders about a patient's observations."""

    OFF_WARD = "off_ward", "Off the ward"
    SLEEP = "sleep", "Not to be woken"
    INTERVAL = "interval", "Another interval"


class OffWardReason(models.TextChoices):
    """Where a patient is while nothing can be measured."""

    IMAGING = "imaging", "Imaging"
    THEATER = "theater", "Operating theater"
    DIALYSIS = "dialysis", "Dialysis"
    LEAVE = "leave", "Leave"
    BATHROOM = "bathroom", "Bathroom"


class ScheduleOrder(RecordedFact):
    """A pause, a sleep waiver or another interval: who ordered it, until when, and why.

    An order ends at `ends_at` by itself; ended early it is withdrawn by a later row.
    `why` is the off-ward reason or the words given for an interval.
    """

    client_id = models.UUIDField(unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="schedule_orders")
    kind = models.CharField(max_length=10, choices=OrderKind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    interval_minutes = models.PositiveIntegerField(null=True)
    why = models.CharField(max_length=200)
    accompanied_by = models.CharField(max_length=80, blank=True)

    objects = ClinicalFactQuerySet["ScheduleOrder"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["starts_at", "pk"]
        constraints = [
            *RecordedFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="an_order_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind="interval", interval_minutes__isnull=False)
                | (~Q(kind="interval") & Q(interval_minutes=None)),
                name="only_an_interval_order_has_minutes",
            ),
        ]
