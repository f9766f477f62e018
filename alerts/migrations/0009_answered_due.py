"""What became of each due set, append-only."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Add the table, with the append-only triggers on."""

    dependencies = [
        ("alerts", "0008_returned"),
        ("patients", "0003_beyond_reason"),
        ("staff", "0004_board_and_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnsweredDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("interval_minutes", models.PositiveIntegerField()),
                ("answered_at", models.DateTimeField(help_text="When the set was measured.")),
                ("lost", models.PositiveIntegerField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.patient",
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.ward",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ward", "due_at"], name="answered_by_ward_and_due")
                ],
            },
        ),
        AppendOnly("alerts_answereddue"),
    ]
