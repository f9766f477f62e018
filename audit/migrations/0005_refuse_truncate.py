"""Refuse to empty the append-only tables of databases made before there was such a trigger."""

from django.db import migrations

from audit.append_only import refuse_truncate

_WITHOUT = """
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND NOT t.tgisinternal
  AND t.tgname = c.relname || '_append_only'
  AND NOT EXISTS (
    SELECT 1 FROM pg_trigger o
    WHERE o.tgrelid = c.oid AND o.tgname = c.relname || '_append_only_truncate')
"""


def refuse(apps, schema_editor):
    """Add the trigger wherever the other one is; every later table gets both."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_WITHOUT)
        tables = [name for (name,) in cursor.fetchall()]
        for statement in (each for table in tables for each in refuse_truncate(table)):
            cursor.execute(statement)


class Migration(migrations.Migration):
    """Put the triggers on."""

    dependencies = [("audit", "0004_keyed_seals")]
    operations = [migrations.RunPython(refuse, migrations.RunPython.noop)]
