"""What is handed over about a patient, read back, and the bulletin about old papers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0009_answered_due'),
        ('patients', '0003_beyond_reason'),
        ('staff', '0004_board_and_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='bulletin',
            name='topic',
            field=models.CharField(choices=[('digest_p3', 'Alerts of this shift that nobody answered'), ('digest_p4', 'What there is to know today'), ('test_page', 'A test of the way to whoever is on call'), ('canary', 'Proof that mail goes out'), ('rota_gap', 'Nobody will be on call'), ('rota_gap_now', 'Nobody is on call'), ('mail_refused', 'An address was refused for good'), ('old_pack', 'The papers for a downtime are old')], max_length=14),
        ),
        migrations.CreateModel(
            name='HandoverReadBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('lines', models.JSONField(help_text='{section: [line]} as it was read.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.ward')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['patient', 'at'], name='read_back_by_patient_time')],
            },
        ),
        migrations.CreateModel(
            name='HandoverWords',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('version', models.PositiveIntegerField()),
                ('illness', models.CharField(blank=True, choices=[('stable', 'Stable'), ('watcher', 'Watcher'), ('unstable', 'Unstable')], max_length=8)),
                ('summary', models.CharField(blank=True, max_length=500)),
                ('actions', models.CharField(blank=True, max_length=500)),
                ('situation', models.CharField(blank=True, max_length=500)),
                ('written_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.ward')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['patient', 'version'],
                'constraints': [models.UniqueConstraint(fields=('patient', 'version'), name='handover_words_never_fork'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='handover_words_are_counted_from_1')],
            },
        ),
        AppendOnly("alerts_handoverwords"),
        AppendOnly("alerts_handoverreadback"),
    ]
