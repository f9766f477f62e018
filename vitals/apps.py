"""What was measured: observation sets, laboratory results, neuro checks."""

from django.apps import AppConfig


class VitalsConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "vitals"
    default_auto_field = "django.db.models.BigAutoField"
