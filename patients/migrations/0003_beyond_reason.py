"""Why a dose was given outside what is described; altering the table lost its triggers."""

from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Add the reason, and put the triggers on again."""

    dependencies = [("patients", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="treatment",
            name="beyond_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Why it was given outside the described interval, number or amount.",
                max_length=200,
            ),
        ),
        AppendOnly("patients_treatment"),
    ]
