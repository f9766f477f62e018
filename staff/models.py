"""Users and their roles, wards with their time zones, beds and memberships."""

import zoneinfo
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from staff.devices import Badge, Device, Pin, ShiftSignIn
from staff.tokens import ApiToken

__all__ = [
    "ApiToken", "Badge", "Bed", "BoardLabel", "Device", "Pin", "Role", "ShiftSignIn", "User",
    "Ward", "WardMembership", "validate_time_zone",
]  # fmt: skip


def validate_time_zone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not an IANA time zone such as Europe/London.")


class Role(models.TextChoices):
    """What a person does here; permissions.py says what each role may do."""

    NURSE = "nurse", "Nurse"
    CHARGE_NURSE = "charge_nurse", "Charge nurse"
    ONCOLOGIST = "oncologist", "Oncologist"
    PHARMACIST = "pharmacist", "Pharmacist"
    SAFETY_OFFICER = "safety_officer", "Safety officer"
    ADMINISTRATOR = "administrator", "Administrator"
    INTEGRATION = "integration", "Integration"
    KIOSK = "kiosk", "Wall display"


class BoardLabel(models.TextChoices):
    """How the board of a ward names a patient; a wall names nobody, whatever is chosen."""

    BED = "bed", "Bed only"
    INITIALS = "initials", "Initials"
    SURNAME = "surname", "Surname"


class Ward(models.Model):
    """A ward; its time zone decides which calendar day a reading belongs to."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    phone = models.CharField(max_length=30, blank=True, help_text="Charge nurse, for e-mails.")
    fallback_email = models.EmailField(blank=True, help_text="Told when nobody is on call.")
    board_label = models.CharField(
        max_length=8, choices=BoardLabel.choices, default=BoardLabel.SURNAME
    )
    alert_minutes = models.JSONField(
        default=dict,
        blank=True,
        help_text="Where this ward's alert minutes differ (alerts.ladder).",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The ward's clock; UTC is stored, this is shown."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Bed(models.Model):
    """A bed space on a ward, and where it stands in the plan of it, counted from 0."""

    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, related_name="beds")
    label = models.CharField(max_length=12)
    plan_row = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_column = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["ward", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "label"], name="bed_label_is_unique_on_its_ward"
            ),
            models.UniqueConstraint(
                fields=["ward", "plan_row", "plan_column"], name="two_beds_never_stand_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(plan_row=None, plan_column=None)
                | Q(plan_row__isnull=False, plan_column__isnull=False),
                name="bed_plan_row_and_column_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward.code} {self.label}"


class User(AbstractUser):
    """A person, or an integration, that signs in."""

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.NURSE)
    wards = models.ManyToManyField(Ward, through="WardMembership", related_name="staff")
    # An agency account ends by itself, and names the charge nurse who answers for it.
    expires_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_single_sign_on = models.BooleanField(
        "signs in with the hospital's sign-in",
        default=False,
        help_text="Role and wards come from the hospital's groups at each sign-in.",
    )
    is_emergency = models.BooleanField(
        "emergency account",
        default=False,
        help_text="Signs in by password when single sign-on is down; each time is reported.",
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_single_sign_on=True, is_emergency=True),
                name="an_emergency_account_needs_no_single_sign_on",
            ),
            models.CheckConstraint(
                condition=Q(opened_by=None) | Q(expires_at__isnull=False),
                name="an_agency_account_has_an_end",
            ),
        ]

    def has_ended(self, *, at: datetime) -> bool:
        """Whether the account's own end has come; the end itself is out."""
        return self.expires_at is not None and at >= self.expires_at

    def display_name(self) -> str:
        """The name to show beside what this person did."""
        return self.get_full_name() or self.get_username()

    def role_label(self) -> str:
        """The role in words, and that somebody comes from an agency."""
        return "Agency nurse" if self.opened_by_id is not None else Role(self.role).label


class WardMembershipQuerySet(models.QuerySet["WardMembership"]):
    """Phrases to ask who works where."""

    def in_force(self, at: datetime) -> Self:
        """Those that have begun and not ended; the end itself is out."""
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=at), Q(ends_at=None) | Q(ends_at__gt=at)
        )

    def people_of(self, ward: Ward, *, at: datetime) -> models.QuerySet[User]:
        """Whoever works on a ward at a moment and has an open account then, each once."""
        members = self.in_force(at).filter(ward=ward).values("user_id")
        is_open = Q(expires_at=None) | Q(expires_at__gt=at)
        return User.objects.filter(is_open, pk__in=members, is_active=True)


class WardMembership(models.Model):
    """This person works on this ward, from one time to another where these are named."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    ward = models.ForeignKey(Ward, on_delete=models.CASCADE, related_name="memberships")
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: always was.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: open. Itself out.")

    objects = WardMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ward"], name="a_person_joins_a_ward_once"),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_membership_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on {self.ward}"
