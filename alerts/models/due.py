"""What is due next of each monitored patient, and what people ordered about it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from audit.facts import ClinicalFactQuerySet, RecordedFact
from patients.models import Patient
from staff.models import Ward
from vitals import schedule


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
    sets_at_grade = models.PositiveSmallIntegerField(default=1)
    held_at_least = models.PositiveSmallIntegerField(
        null=True, help_text="A graver grade whose interval is still kept."
    )
    held_until = models.DateTimeField(null=True)
    watch_sets_left = models.PositiveSmallIntegerField(default=0)
    neuro_last_at = models.DateTimeField(null=True)
    icans_at_least = models.PositiveSmallIntegerField(null=True)
    neuro_series_left = models.PositiveSmallIntegerField(default=0)
    neuro_due_at = models.DateTimeField(null=True)
    neuro_interval_minutes = models.PositiveIntegerField(null=True)
    neuro_told_step = models.PositiveSmallIntegerField(default=0)
    labs_last_at = models.DateTimeField(null=True)
    labs_due_at = models.DateTimeField(null=True)
    labs_interval_minutes = models.PositiveIntegerField(null=True)
    labs_told_step = models.PositiveSmallIntegerField(default=0)
    paused_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True, help_text="Off the ward until.")
    sleep_from = models.DateTimeField(null=True)
    sleep_until = models.DateTimeField(null=True, help_text="Not to be woken until.")
    ordered_interval_minutes = models.PositiveIntegerField(null=True)
    ordered_until = models.DateTimeField(null=True)
    icu_until = models.DateTimeField(null=True, help_text="Monitored in intensive care until.")
    home_until = models.DateTimeField(null=True, help_text="Followed at home until.")
    palliative_until = models.DateTimeField(null=True, help_text="Palliative plan until.")
    look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["told_step", "overdue_at"], name="due_set_by_overdue"),
            models.Index(fields=["look_at"], name="due_set_by_look"),
        ]

    def __str__(self) -> str:
        return f"next set of patient {self.patient_id}"

    @property
    def is_paused(self) -> bool:
        """Whether somebody said that the patient is off the ward, and is not back yet."""
        return self.paused_until is not None

    def next_look(self) -> datetime | None:
        """Return the next moment at which silence has something to tell; None for never.

        Nothing is told while the patient is off the ward or not to be woken; when a
        pause runs out, that itself is told.
        """
        vitals = {0: self.overdue_at, 1: self.missed_at}.get(self.told_step)
        neuro = None if self.neuro_told_step else self._neuro_late_at()
        labs = None if self.labs_told_step else self._labs_late_at()
        moments = [vitals, neuro, labs]
        told = [self._after_quiet(at) for at in moments if at is not None]
        ends = (self.paused_until, self.icu_until, self.home_until)
        return min([*told, *(at for at in ends if at is not None)], default=None)

    def is_in_icu(self, at: datetime) -> bool:
        """Whether intensive care watches the patient then, in its own system."""
        return self.icu_until is not None and at < self.icu_until

    def is_at_home(self, at: datetime) -> bool:
        """Whether the patient is followed at home then: check-ins take the place of rounds."""
        return self.home_until is not None and at < self.home_until

    def is_palliative(self, at: datetime) -> bool:
        """Whether a palliative plan holds then."""
        return self.palliative_until is not None and at < self.palliative_until

    def place_ran_out(self, now: datetime) -> bool:
        """Whether the time in intensive care or at home ended and nobody said what follows."""
        ends = [at for at in (self.icu_until, self.home_until) if at is not None]
        return any(at <= now for at in ends)

    def is_set_late(self, now: datetime) -> bool:
        """Whether there is something new to tell of the next set: overdue, or now missed."""
        at = {0: self.overdue_at, 1: self.missed_at}.get(self.told_step)
        return at is not None and now > at

    def is_neuro_late(self, now: datetime) -> bool:
        """Whether the neuro check is late, told or not."""
        at = self._neuro_late_at()
        return at is not None and now > at

    def are_labs_late(self, now: datetime) -> bool:
        """Whether the laboratory panel is late, told or not."""
        at = self._labs_late_at()
        return at is not None and now > at

    def _after_quiet(self, at: datetime) -> datetime:
        """Put a moment off to the end of a pause or of a night's sleep it falls into."""
        if self.paused_until is not None:
            at = max(at, self.paused_until)
        if self.sleep_from is not None and self.sleep_until is not None:
            return self.sleep_until if self.sleep_from <= at < self.sleep_until else at
        return at

    def _neuro_late_at(self) -> datetime | None:
        if self.neuro_due_at is None or self.neuro_interval_minutes is None:
            return None
        grace = schedule.grace_minutes(self.neuro_interval_minutes)
        return self.neuro_due_at + timedelta(minutes=grace)

    def _labs_late_at(self) -> datetime | None:
        if self.labs_due_at is None or self.labs_interval_minutes is None:
            return None
        grace = schedule.labs_grace_minutes(self.labs_interval_minutes)
        return self.labs_due_at + timedelta(minutes=grace)


class OrderKind(models.TextChoices):
    """What a person orders about a patient's observations."""

    OFF_WARD = "off_ward", "Off the ward"
    SLEEP = "sleep", "Not to be woken"
    INTERVAL = "interval", "Another interval"
    ICU = "icu", "Monitored in intensive care"
    HOME = "home", "Followed at home"
    PALLIATIVE = "palliative", "Palliative plan"


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
