"""What was taken out is refused change and removal."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("interop", "0007_uploads_and_exports")]
    operations = [AppendOnly("interop_exportentry")]
