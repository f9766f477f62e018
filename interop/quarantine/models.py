"""Messages as they came, what was stored of them, what waits for a person, and its mending."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.facts import ClinicalFactQuerySet, RecordedFact
from patients.models import Patient
from staff.models import Ward, validate_time_zone
from vitals.models import LabResult, ObservationSet

LONGEST_DETAIL = 300


class Format(models.TextChoices):
    """The language something came in."""

    HL7V2 = "hl7v2", "HL7 v2"
    FHIR = "fhir", "FHIR"
    CSV = "csv", "CSV"


class Feed(models.Model):
    """What is agreed with a sending system: the clock of its times without an offset.

    `sender` is the application and facility of MSH-3 and MSH-4, as `APP` or `APP@FACILITY`.
    Without a row, such times are those of the ward the patient is on.
    """

    sender = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])

    class Meta:
        ordering = ["sender"]

    def __str__(self) -> str:
        return self.sender


class ReceivedMessage(models.Model):
    """One message and its account; appended when its transaction ends, never changed.

    `counts` adds up: received is stored, duplicates, quarantined and rejected. `account`
    names each part that was not stored: segment, outcome, reason.
    """

    received_at = models.DateTimeField()
    format = models.CharField(max_length=8, choices=Format.choices)
    channel = models.CharField(max_length=8, help_text="mllp or file.")
    sender = models.CharField(max_length=120, blank=True)
    control_id = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, blank=True, help_text="Such as ORU^R01.")
    digest = models.CharField(max_length=32, db_index=True)
    outcome = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)
    counts = models.JSONField(default=dict)
    account = models.JSONField(default=list)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["sender", "control_id"], name="message_by_sender_and_number")
        ]


class MessageText(models.Model):
    """The bytes of a message as they came; emptied when the time to keep them is over."""

    message = models.OneToOneField(
        ReceivedMessage, primary_key=True, on_delete=models.PROTECT, related_name="text"
    )
    content = models.BinaryField(null=True)


class HeldResult(models.Model):
    """Where one result of a message went, so that a correction finds it and none is stored twice.

    `item` is the result's own mark, `key` what it shares with its later corrections, and
    `said` its status and value as sent.
    """

    item = models.UUIDField(unique=True)
    key = models.CharField(max_length=32, db_index=True)
    loose_key = models.CharField(max_length=32, db_index=True, blank=True)
    said = models.CharField(max_length=32)
    status = models.CharField(max_length=2, blank=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    observations = models.ForeignKey(
        ObservationSet, null=True, on_delete=models.PROTECT, related_name="+"
    )
    field = models.CharField(max_length=40, blank=True)
    lab = models.ForeignKey(LabResult, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class QuarantinedItemQuerySet(models.QuerySet["QuarantinedItem"]):
    """Phrases about what waits."""

    def waiting(self) -> Self:
        """Items that nobody mended and nobody dismissed."""
        return self.filter(resolution__isnull=True)


class QuarantinedItem(models.Model):
    """One part of what came in that a person must look at; it is kept until somebody did.

    `digest` is the item's own mark: met again, it is kept once. `raw` is the part as it
    came, `where` its place (a segment, or a path in a resource).
    """

    digest = models.CharField(max_length=36, unique=True)
    format = models.CharField(max_length=8, choices=Format.choices)
    received_at = models.DateTimeField()
    message = models.ForeignKey(
        ReceivedMessage, null=True, on_delete=models.PROTECT, related_name="quarantined"
    )
    raw = models.TextField()
    reason_code = models.CharField(max_length=40)
    detail = models.CharField(max_length=LONGEST_DETAIL, blank=True)
    where = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=120, blank=True)
    code_system = models.CharField(max_length=120, blank=True)
    display = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField(null=True)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    ward = models.ForeignKey(Ward, null=True, on_delete=models.PROTECT, related_name="+")

    objects = QuarantinedItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["reason_code", "sender", "code"], name="quarantine_groups")]


class LocalMapping(RecordedFact):
    """A person's word on what a sender's code means: a field of a set, or a LOINC code.

    `unit` is the unit of its numbers where the message states none; a stated unit that is
    unknown is mapped by `stated_unit`. A later row supersedes; nothing is edited.
    """

    sender = models.CharField(max_length=120)
    code_system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=120)
    stated_unit = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=40, help_text="A field of a set, or a LOINC code.")
    unit = models.CharField(max_length=30, blank=True, help_text="UCUM.")

    objects = ClinicalFactQuerySet["LocalMapping"].as_manager()

    class Meta(RecordedFact.Meta):
        ordering = ["pk"]
        indexes = [models.Index(fields=["sender", "code"], name="mapping_by_sender_and_code")]


class ResolvedAs(models.TextChoices):
    """How an item left the quarantine."""

    STORED = "stored", "Stored on replay"
    DUPLICATE = "duplicate", "Was stored before"
    DISMISSED = "dismissed", "Dismissed"


class QuarantineResolution(models.Model):
    """The end of one item's waiting: how, by whom, and for a dismissal why."""

    item = models.OneToOneField(
        QuarantinedItem, on_delete=models.PROTECT, related_name="resolution"
    )
    resolved_as = models.CharField(max_length=10, choices=ResolvedAs.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(resolved_as=ResolvedAs.DISMISSED) | ~Q(reason=""),
                name="a_dismissal_says_why",
            )
        ]


class MergedPatient(models.Model):
    """A number that another system gave up: whose facts are meant when it is named again."""

    mrn = models.CharField(max_length=40, unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(
        ReceivedMessage, null=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
