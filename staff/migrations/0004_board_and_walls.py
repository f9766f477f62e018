"""Where beds stand in the plan of their ward, how its board names patients, and wall displays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns; the role is a word and needs none."""

    dependencies = [
        ("staff", "0003_shared_tablets"),
    ]

    operations = [
        migrations.AddField(
            model_name="bed",
            name="plan_column",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="bed",
            name="plan_row",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ward",
            name="board_label",
            field=models.CharField(
                choices=[("bed", "Bed only"), ("initials", "Initials"), ("surname", "Surname")],
                default="surname",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("nurse", "Nurse"),
                    ("charge_nurse", "Charge nurse"),
                    ("oncologist", "Oncologist"),
                    ("administrator", "Administrator"),
                    ("integration", "Integration"),
                    ("kiosk", "Wall display"),
                ],
                default="nurse",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.UniqueConstraint(
                fields=("ward", "plan_row", "plan_column"), name="two_beds_never_stand_in_one_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="bed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("plan_column", None), ("plan_row", None)),
                    models.Q(("plan_column__isnull", False), ("plan_row__isnull", False)),
                    _connector="OR",
                ),
                name="bed_plan_row_and_column_go_together",
            ),
        ),
    ]
