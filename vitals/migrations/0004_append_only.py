"""The database refuses to change these facts, the new ones and those it made anew."""

from django.db import migrations

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Put the append-only triggers on, again where altering a table took them off."""

    dependencies = [("vitals", "0003_symptoms_items_and_doses")]
    operations = [
        AppendOnly("vitals_observationset"),
        AppendOnly("vitals_labresult"),
        AppendOnly("vitals_neuroassessment"),
        AppendOnly("vitals_symptomreport"),
    ]
