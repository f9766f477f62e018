"""The database refuses to change a grade or what a clinician said of it."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on, again where altering a table took them off."""

    dependencies = [("grading", "0004_grades_of_results_and_symptoms")]
    operations = [AppendOnly("grading_assessment"), AppendOnly("grading_confirmation")]
