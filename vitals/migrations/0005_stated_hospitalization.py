from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vitals", "0004_append_only")]

    operations = [
        migrations.AddField(
            model_name="observationset",
            name="hospitalized_for_crs",
            field=models.BooleanField(
                help_text="Stated by a clinician; a bed on the ward does not say it.", null=True
            ),
        ),
    ]
