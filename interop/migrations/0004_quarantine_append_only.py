"""What came in, where it went and what a person made of it is refused change and removal."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("interop", "0003_quarantine")]
    operations = [
        AppendOnly("interop_heldresult"),
        AppendOnly("interop_localmapping"),
        AppendOnly("interop_mergedpatient"),
        AppendOnly("interop_quarantineditem"),
        AppendOnly("interop_quarantineresolution"),
        AppendOnly("interop_receivedmessage"),
    ]
