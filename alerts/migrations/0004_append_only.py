"""The database refuses to change what somebody ordered about a patient's observations."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("alerts", "0003_ladder_rota_and_orders")]
    operations = [AppendOnly("alerts_scheduleorder")]
