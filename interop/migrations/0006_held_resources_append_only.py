"""Which resources were taken in is refused change and removal."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("interop", "0005_held_resources")]
    operations = [AppendOnly("interop_heldresource")]
