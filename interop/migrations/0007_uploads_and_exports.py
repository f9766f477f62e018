"""Uploaded files with how far each import is, and what was taken out."""

import django.db.models.deletion
import interop.exports.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the tables."""

    dependencies = [
        ('interop', '0006_held_resources_append_only'),
        ('patients', '0003_beyond_reason'),
        ('staff', '0005_token_scopes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('secret', models.CharField(default=interop.exports.models._secret, editable=False, max_length=64)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ExportEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('tidy', 'Tidy CSV'), ('wide', 'Wide CSV'), ('sdtm', 'Study tables (SDTM-like)'), ('cibmtr', 'CIBMTR 4100 draft'), ('ebmt', 'EBMT draft'), ('adverse_event', 'Adverse event text')], max_length=14)),
                ('is_deidentified', models.BooleanField()),
                ('rows', models.PositiveIntegerField()),
                ('patients', models.PositiveIntegerField()),
                ('content', models.JSONField(default=dict, help_text='Of registry drafts: the onsets of the episodes reported.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('ward', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.ward')),
                ('key', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='interop.exportkey')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('name', models.CharField(help_text='What the person called the file.', max_length=120)),
                ('file_name', models.CharField(max_length=60)),
                ('size_bytes', models.PositiveBigIntegerField()),
                ('state', models.CharField(choices=[('uploaded', 'Waits for its mapping'), ('trying', 'Being tried, nothing is stored'), ('tried', 'Tried: waits for a decision'), ('importing', 'Being imported'), ('done', 'Imported'), ('failed', 'Could not be read'), ('gone', 'Its file was removed')], default='uploaded', max_length=10)),
                ('mapping', models.JSONField(null=True)),
                ('registers', models.BooleanField(default=False)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('tried', models.JSONField(help_text='The summary of the try.', null=True)),
                ('summary', models.JSONField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='interop.importbatch')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.ward')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='ImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='interop.importjob')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='importjob',
            index=models.Index(fields=['state', 'claimed_until'], name='import_job_to_do'),
        ),
        migrations.AddConstraint(
            model_name='importpart',
            constraint=models.UniqueConstraint(fields=('job', 'mark'), name='a_part_is_imported_once'),
        ),
    ]
