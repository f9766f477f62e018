"""The database itself refuses to change or remove what an import met."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on."""

    dependencies = [("interop", "0001_initial")]
    operations = [AppendOnly("interop_importedrow"), AppendOnly("interop_importedstay")]
