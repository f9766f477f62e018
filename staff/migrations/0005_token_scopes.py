"""What a token may be used for, on which wards and until when; older ones keep what they had."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns; empty is everything that the user's role may do."""

    dependencies = [
        ('staff', '0004_board_and_walls'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='last_used_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='prefix',
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='ward_ids',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
    ]
