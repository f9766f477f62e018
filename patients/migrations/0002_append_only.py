"""The database itself refuses to change or remove these facts."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("patients", "0001_initial")]
    operations = [
        AppendOnly("patients_bodyweight"),
        AppendOnly("patients_diseaseburden"),
        AppendOnly("patients_infusion"),
        AppendOnly("patients_treatment"),
    ]
