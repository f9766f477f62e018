"""Doses that are planned, and that somebody saw tocilizumab ready."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_beyond_reason"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlannedDose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why this corrects a fact.", max_length=200
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                ("client_id", models.UUIDField(unique=True)),
                ("therapy", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("infusion", "infusion"),
                            ("split_dose_1", "split_dose_1"),
                            ("split_dose_2", "split_dose_2"),
                            ("step_1", "step_1"),
                            ("step_2", "step_2"),
                            ("step_3", "step_3"),
                            ("first_full", "first_full"),
                            ("cycle_1_start", "cycle_1_start"),
                            ("cycle_1_day_15", "cycle_1_day_15"),
                            ("cycle_2_start", "cycle_2_start"),
                            ("later_cycle_start", "later_cycle_start"),
                            ("dose_step_up", "dose_step_up"),
                            ("restart_after_interruption", "restart_after_interruption"),
                            ("subsequent", "subsequent"),
                        ],
                        max_length=40,
                    ),
                ),
                ("planned_at", models.DateTimeField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_doses",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="patients.planneddose",
                    ),
                ),
            ],
            options={
                "ordering": ["planned_at", "pk"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["patient", "planned_at"], name="planned_by_patient_time")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supersedes__isnull", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="patients_planneddose_correction_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn", False), ("supersedes__isnull", False), _connector="OR"
                        ),
                        name="patients_planneddose_withdrawal_names_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why this corrects a fact.", max_length=200
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
                ("client_id", models.UUIDField(unique=True)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supply_checks",
                        to="patients.patient",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="patients.supplycheck",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supersedes__isnull", True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="patients_supplycheck_correction_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn", False), ("supersedes__isnull", False), _connector="OR"
                        ),
                        name="patients_supplycheck_withdrawal_names_what",
                    ),
                ],
            },
        ),
        AppendOnly("patients_planneddose"),
        AppendOnly("patients_supplycheck"),
    ]
