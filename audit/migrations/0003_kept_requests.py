"""Remember which requests were seen, so that a repeat is answered and not done again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table."""

    dependencies = [
        ('audit', '0002_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('made', models.BigIntegerField(null=True)),
            ],
        ),
    ]
