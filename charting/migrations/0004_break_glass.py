"""Openings of other wards' patients, their early ends and their reviews: rows that only grow."""

import charting.break_glass.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Make the tables, and let them take new rows alone."""

    dependencies = [
        ('charting', '0003_chart_look'),
        ('patients', '0004_planned_dose'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=charting.break_glass.models.new_code, max_length=8, unique=True)),
                ('reason', models.CharField(choices=[('emergency', 'Emergency: I am needed at this patient'), ('coming', 'The patient is coming to my ward'), ('advice', 'I was asked for advice, or am on call for the patient'), ('incident', 'Review of an incident'), ('other', 'Another reason, in words')], max_length=10)),
                ('words', models.CharField(max_length=200)),
                ('opened_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='BreakGlassEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('opening', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='charting.breakglass')),
            ],
        ),
        migrations.CreateModel(
            name='BreakGlassReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('finding', models.CharField(max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review', to='charting.breakglass')),
            ],
        ),
        migrations.AddIndex(
            model_name='breakglass',
            index=models.Index(fields=['user', 'patient', 'ends_at'], name='opening_by_person_and_end'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('opened_at'))), name='an_opening_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='breakglass',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='an_opening_says_why'),
        ),
        migrations.AddConstraint(
            model_name='breakglassreview',
            constraint=models.CheckConstraint(condition=models.Q(('finding', ''), _negated=True), name='a_review_says_what_it_found'),
        ),
        AppendOnly("charting_breakglass"),
        AppendOnly("charting_breakglassend"),
        AppendOnly("charting_breakglassreview"),
    ]
