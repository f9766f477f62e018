"""What a set says of itself: odd values kept, what was skipped and why, where it came from."""

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('patients', '0002_append_only'),
        ('staff', '0002_ward_fallback_and_minutes'),
        ('vitals', '0006_neuro_asked_and_handwriting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='labresult',
            name='doubted',
            field=models.JSONField(help_text='As of a set of observations.', null=True),
        ),
        migrations.AddField(
            model_name='observationset',
            name='carer_says',
            field=models.CharField(blank=True, choices=[('better', 'Better'), ('same', 'Same'), ('worse', 'Worse')], max_length=6),
        ),
        migrations.AddField(
            model_name='observationset',
            name='correction_code',
            field=models.CharField(blank=True, choices=[('wrong_patient', 'Wrong patient'), ('typing', 'Typing error'), ('unit', 'Wrong unit'), ('device_fault', 'Device fault'), ('other', 'Other')], max_length=14),
        ),
        migrations.AddField(
            model_name='observationset',
            name='doubted',
            field=models.JSONField(help_text='[{field, value, why, confirmed}]: what the entry asked about again.', null=True),
        ),
        migrations.AddField(
            model_name='observationset',
            name='late_reason',
            field=models.CharField(blank=True, choices=[('emergency', 'Emergency'), ('on_paper', 'Was on paper'), ('system_down', 'System or network down'), ('forgotten', 'Forgotten'), ('other', 'Other')], max_length=12),
        ),
        migrations.AddField(
            model_name='observationset',
            name='moved_from',
            field=models.OneToOneField(help_text='The same set, as it was charted for the wrong patient.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_to', to='vitals.observationset'),
        ),
        migrations.AddField(
            model_name='observationset',
            name='pain_score',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='observationset',
            name='skipped',
            field=models.JSONField(help_text='Why not measured, by field; “set”: all else.', null=True),
        ),
        migrations.AddField(
            model_name='observationset',
            name='temperature_site',
            field=models.CharField(blank=True, choices=[('oral', 'Mouth'), ('tympanic', 'Ear'), ('axillary', 'Armpit'), ('temporal', 'Forehead'), ('rectal', 'Rectum'), ('core', 'Bladder or core')], max_length=10),
        ),
        migrations.AddField(
            model_name='observationset',
            name='urine_ml',
            field=models.PositiveSmallIntegerField(help_text='Since the set before.', null=True),
        ),
        migrations.AddConstraint(
            model_name='observationset',
            constraint=models.CheckConstraint(condition=models.Q(('pain_score__isnull', True), models.Q(('pain_score__gte', Decimal('0')), ('pain_score__lte', Decimal('10'))), _connector='OR'), name='pain_score_is_possible'),
        ),
        migrations.AddConstraint(
            model_name='observationset',
            constraint=models.CheckConstraint(condition=models.Q(('urine_ml__isnull', True), models.Q(('urine_ml__gte', Decimal('0')), ('urine_ml__lte', Decimal('10000'))), _connector='OR'), name='urine_ml_is_possible'),
        ),
        AppendOnly("vitals_observationset"),
        AppendOnly("vitals_labresult"),
    ]
