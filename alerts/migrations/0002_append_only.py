"""The database itself refuses to change or remove these facts."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("alerts", "0001_initial")]
    operations = [
        AppendOnly("alerts_alertevent"),
    ]
