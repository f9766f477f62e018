import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0014_notices_of_signing_in'),
        ('staff', '0007_single_sign_on_and_emergency'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RuleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField()),
                ('minutes', models.JSONField()),
                ('why', models.CharField(max_length=200)),
                ('proposed_at', models.DateTimeField()),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rule_changes', to='staff.ward')),
            ],
            options={
                'ordering': ['-proposed_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RuleDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('accepted', models.BooleanField()),
                ('words', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField()),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='alerts.rulechange')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='rulechange',
            constraint=models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='a_rule_change_says_why'),
        ),
        migrations.AddConstraint(
            model_name='ruledecision',
            constraint=models.CheckConstraint(condition=models.Q(('accepted', True), models.Q(('words', ''), _negated=True), _connector='OR'), name='a_refused_rule_change_says_why'),
        ),
        AppendOnly('alerts_rulechange'),
        AppendOnly('alerts_ruledecision'),
    ]
