"""A message to the privacy list: somebody opened a patient of another ward."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Name the topic."""

    dependencies = [
        ("alerts", "0012_feed_waits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulletin",
            name="topic",
            field=models.CharField(
                choices=[
                    ("digest_p3", "Alerts of this shift that nobody answered"),
                    ("digest_p4", "What there is to know today"),
                    ("test_page", "A test of the way to whoever is on call"),
                    ("canary", "Proof that mail goes out"),
                    ("rota_gap", "Nobody will be on call"),
                    ("rota_gap_now", "Nobody is on call"),
                    ("mail_refused", "An address was refused for good"),
                    ("old_pack", "The papers for a downtime are old"),
                    ("feed_waits", "Values of a feed could not be understood"),
                    ("break_glass", "Somebody opened a patient of another ward"),
                ],
                max_length=14,
            ),
        ),
    ]
