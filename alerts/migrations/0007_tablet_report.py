import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0006_schedule_of_each_kind'),
        ('staff', '0002_ward_fallback_and_minutes'),
    ]

    operations = [
        migrations.CreateModel(
            name='TabletReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tablet', models.UUIDField(unique=True)),
                ('unsent', models.PositiveIntegerField(default=0)),
                ('oldest_at', models.DateTimeField(null=True)),
                ('is_on_duty', models.BooleanField(default=True)),
                ('clock_off_seconds', models.IntegerField(null=True)),
                ('heard_at', models.DateTimeField()),
                ('ward', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.ward')),
            ],
            options={
                'indexes': [models.Index(fields=['ward', 'heard_at'], name='tablets_of_a_ward')],
            },
        ),
    ]
