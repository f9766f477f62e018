"""What comes back about messages, kept as it was read."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import AppendOnly


class Migration(migrations.Migration):
    """Add the table, with the append-only triggers on."""

    dependencies = [
        ('alerts', '0007_tablet_report'),
    ]

    operations = [
        migrations.CreateModel(
            name='Returned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Names the letter for good.', max_length=64)),
                ('said', models.CharField(choices=[('failed', 'It could not be delivered'), ('delayed', 'A mail server is holding it back'), ('arrived', 'It arrived')], max_length=10)),
                ('status', models.CharField(blank=True, help_text='RFC 3463, such as 5.1.1.', max_length=12)),
                ('accepted_at', models.DateTimeField(help_text='When a mail server had taken it.', null=True)),
                ('at', models.DateTimeField(help_text='When the letter was read.')),
                ('bulletin', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='alerts.bulletin')),
                ('notification', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='alerts.notification')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='returned_by_at')],
                'constraints': [models.UniqueConstraint(fields=('key', 'notification'), name='a_letter_counts_once'), models.UniqueConstraint(fields=('key', 'bulletin'), name='a_letter_on_a_bulletin_counts_once'), models.CheckConstraint(condition=models.Q(models.Q(('bulletin__isnull', False), ('notification', None)), models.Q(('bulletin', None), ('notification__isnull', False)), _connector='OR'), name='what_came_back_is_about_one_message')],
            },
        ),
        AppendOnly('alerts_returned'),
    ]
