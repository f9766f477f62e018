"""Pharmacists and safety officers, and from when to when somebody works on a ward."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Add the roles and the dates; no date is what every membership meant before."""

    dependencies = [
        ("staff", "0005_token_scopes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("nurse", "Nurse"),
                    ("charge_nurse", "Charge nurse"),
                    ("oncologist", "Oncologist"),
                    ("pharmacist", "Pharmacist"),
                    ("safety_officer", "Safety officer"),
                    ("administrator", "Administrator"),
                    ("integration", "Integration"),
                    ("kiosk", "Wall display"),
                ],
                default="nurse",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="wardmembership",
            name="starts_at",
            field=models.DateTimeField(blank=True, help_text="Empty: always was.", null=True),
        ),
        migrations.AddField(
            model_name="wardmembership",
            name="ends_at",
            field=models.DateTimeField(blank=True, help_text="Empty: open. Itself out.", null=True),
        ),
        migrations.AddConstraint(
            model_name="wardmembership",
            constraint=models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_membership_ends_after_it_starts",
            ),
        ),
    ]
